"""Fetching a page of terms, once, politely: with a name, within limits of size and time, where robots.txt lets us.

Reads `http` and `https` and nothing else. A page in the open may not lead to an address inside of the operator's house.
"""

import ipaddress
import re
import socket
import urllib.error
import urllib.request
import urllib.robotparser
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPException, HTTPMessage
from time import monotonic
from typing import IO, Any
from urllib.parse import urlsplit, urlunsplit

from antiphon.terms.core.importing import MOST_BYTES, BadSnapshot

CALLED = "Antiphon"  # what robots.txt may call us
ANSWER_S, WHOLE_S = 30.0, 120.0
MOST_REDIRECTS = 5
_ROBOTS_BYTES = 500_000  # RFC 9309, section 2.5
_CHUNK = 65_536
_CHARSET = re.compile(r"charset=[\"']?([A-Za-z0-9_.:-]{2,40})", re.I)


class CannotFetch(BadSnapshot):
    """A page that cannot be had: what stands in the way."""


@dataclass(frozen=True)
class Fetched:
    """A page as it came: its bytes, and the charset that the reply named."""

    raw: bytes
    charset: str


def fetch(url: str, agent: str, *, within_s: float = WHOLE_S) -> Fetched:
    """Return a page. Raises `CannotFetch` for what is no page, too large, too slow, or not for programs."""
    _check(url)
    if not _may_fetch(url, agent):
        raise CannotFetch("robots.txt of that site asks programs to keep out")
    reply, raw = _get(url, agent, MOST_BYTES, monotonic() + within_s)
    if len(raw) > MOST_BYTES:
        raise CannotFetch(f"more than {MOST_BYTES // 1_000_000} MB: these are no terms")
    named = _CHARSET.search(reply.get("content-type", ""))
    return Fetched(raw, named[1] if named else "")


def _may_fetch(url: str, agent: str) -> bool:
    # RFC 9309: no such file is a yes to everything; a server that fails is a no.
    parts = urlsplit(url)
    robots = urlunsplit((parts.scheme, parts.netloc, "/robots.txt", "", ""))
    try:
        _reply, raw = _get(robots, agent, _ROBOTS_BYTES, monotonic() + ANSWER_S)
    except _Status as error:
        return 400 <= error.status < 500
    rules = urllib.robotparser.RobotFileParser()
    rules.parse(raw.decode(errors="replace").splitlines())
    return rules.can_fetch(CALLED, url)


class _Status(CannotFetch):
    def __init__(self, status: int) -> None:
        super().__init__(f"the site answers {status}")
        self.status = status


def _get(url: str, agent: str, most: int, until: float) -> tuple[HTTPMessage, bytes]:
    """Return the head and the body of a page, of the body one byte more than `most` at most."""
    request = urllib.request.Request(url, headers={"User-Agent": agent, "Accept": "text/html, text/*, */*;q=0.5"})  # noqa: S310  (see _check)
    opener = urllib.request.build_opener(_Redirects(is_open=_is_public(url)))
    try:
        with opener.open(request, timeout=ANSWER_S) as reply:
            return reply.headers, _body(reply.read1, most, until)
    except CannotFetch:
        raise
    except urllib.error.HTTPError as error:
        error.close()
        raise _Status(error.code) from None
    except urllib.error.URLError as error:
        why = getattr(error.reason, "strerror", None) or error.reason
        raise CannotFetch(f"nobody answers there: {why}") from None
    except (OSError, HTTPException, ValueError) as error:
        raise CannotFetch(f"the answer cannot be read: {error or type(error).__name__}") from None


def _body(read: Callable[[int], bytes], most: int, until: float) -> bytes:
    found = bytearray()
    while len(found) <= most and (chunk := read(_CHUNK)):
        found += chunk
        if monotonic() > until:
            raise CannotFetch("the page comes too slowly")
    return bytes(found[: most + 1])


class _Redirects(urllib.request.HTTPRedirectHandler):
    max_redirections = MOST_REDIRECTS

    def __init__(self, *, is_open: bool) -> None:
        self.is_open = is_open

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> Any:
        _check(newurl)
        if self.is_open and not _is_public(newurl):
            raise CannotFetch("it leads to an address inside of this network")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _check(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise CannotFetch("only http and https addresses are read")


def _is_public(url: str) -> bool:
    """Tell whether a name leads out into the world. One that leads nowhere leads nowhere inside either."""
    try:
        found = socket.getaddrinfo(urlsplit(url).hostname, None, type=socket.SOCK_STREAM)
    except OSError:
        return True
    return all(ipaddress.ip_address(str(one[4][0]).split("%")[0]).is_global for one in found)
