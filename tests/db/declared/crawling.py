"""Goes through a whole site as a stranger's program would: every address that a reply names, and every GET of the API.

Owns the walk. What a reply has to say, the tests say.
"""

import json
import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.test import Client
from lxml import etree, html

from antiphon.site.door.front import FrontDoor
from tests.db.door import once

# What a program fetches without having been told of it.
KNOWN = (
    "/", "/robots.txt", "/ai.txt", "/rsl.xml", "/.well-known/tdmrep.json", "/policies/site.json", "/sitemap.xml",
    "/api/v1/openapi.json", "/nobody-here/nothing", "/listen/999999.json", "/media/renditions/999999/aac160.mp4",
)  # fmt: skip
MOST = 3000
_ADDRESS = re.compile(r"(?:https?://[^\s<>\"']+|/[^\s<>\"',]*)")


@dataclass(frozen=True)
class Met:
    """A reply at an address, with its headers in lower case."""

    address: str
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def path(self) -> str:
        return self.address.split("?")[0]

    @property
    def kind(self) -> str:
        return self.headers.get("content-type", "").split(";")[0]

    @property
    def text(self) -> str:
        return self.body.decode()


@dataclass
class Crawl:
    """One walk: what it met, and what the API has to be asked with."""

    client: Client
    door: FrontDoor
    ids: dict[str, list[object]]  # of parameters in addresses of the API
    met: dict[str, Met] = field(default_factory=dict)

    def walk(self, also: Iterable[str] = ()) -> None:
        """Go through everything that is named; `also` is what the site names only where it has more to show."""
        waiting = deque([*KNOWN, *also])
        while waiting:
            address = waiting.popleft()
            if address in self.met:
                continue
            assert len(self.met) < MOST, "no end of addresses"
            reply = self.met[address] = self.fetch(address)
            waiting.extend(one for one in self.named(reply) if one not in self.met)

    def fetch(self, address: str) -> Met:
        if not address.startswith("/media/"):
            got = self.client.get(address)
            body = b"".join(got.streaming_content) if got.streaming else got.content
            return Met(address, got.status_code, {name.lower(): value for name, value in got.headers.items()}, body)
        cookies = "; ".join(f"{name}={one.value}" for name, one in self.client.cookies.items())
        sent = once(self.door, "GET", address, headers={"cookie": cookies})
        return Met(address, sent.status, sent.headers, sent.body)

    def named(self, reply: Met) -> Iterator[str]:
        """The addresses of this site in a reply, without what is for browsers alone."""
        said = [reply.headers.get("location", ""), *re.findall(r"<([^>]+)>", reply.headers.get("link", ""))]
        if reply.path == "/api/v1/openapi.json":
            said += self.of_api(reply)
        elif not reply.path.startswith("/api/v1/docs"):
            said += _words(reply)
        for one in said:
            whole = urljoin(settings.SITE_URL + reply.address, one.split("#")[0])
            parts = urlsplit(whole)
            if one and whole.startswith(f"{settings.SITE_URL}/") and not parts.path.startswith("/static/"):
                # Where to go on after signing in makes another address of each page, and the same reply.
                query = "" if parts.path.startswith(("/accounts/", "/studio/")) else parts.query
                yield f"{parts.path}?{query}" if query else parts.path

    def of_api(self, reply: Met) -> Iterator[str]:
        """Every GET of the API, for each thing that there is."""
        for path, verbs in json.loads(reply.body)["paths"].items():
            if "get" not in verbs:
                continue
            (name, *more) = re.findall(r"{(\w+)}", path) or [""]
            assert not more, path
            needed = [one for one in verbs["get"].get("parameters", []) if one["in"] == "query" and one.get("required")]
            for one in self.ids[name] if name else [""]:
                address = path.replace(f"{{{name}}}", str(one))
                words = self.ids["query"] if needed else [""]
                yield from (f"{address}?{needed[0]['name']}={word}" if needed else address for word in words)


def _words(reply: Met) -> Iterable[str]:
    """Everything in a body that looks like an address, in whatever attribute or field it stands."""
    if not reply.body.strip():
        return
    if reply.kind == "text/html":
        page = html.document_fromstring(reply.text)
        found = [str(value) for one in page.iter() for name, value in one.attrib.items() if name != "action"]
        found += [script.text or "" for script in page.iter("script") if "json" in script.get("type", "")]
    elif reply.kind.endswith("xml") and reply.status == 200:
        tree = etree.fromstring(reply.body)
        found = [word for one in tree.iter() for word in (one.text or "", *one.attrib.values())]
    elif reply.kind.endswith("json"):
        found = [reply.text.replace("\\u0026", "&")]
    elif reply.kind == "text/plain":
        found = re.findall(r"^License: (\S+)", reply.text, re.M)
    else:
        found = []
    for one in found:
        # JSON within a text, or a list of pictures for several widths, holds more than one.
        if one.startswith(("/", "http")) and " " not in one.strip() and '"' not in one:
            if len(one) < 500:  # longer is the outline of a sound, whose base64 may begin with a slash
                yield one.strip()
        elif '"' in one or "://" in one or (" " in one and "/media/" in one):
            yield from _ADDRESS.findall(one)
