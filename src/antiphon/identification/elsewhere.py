"""Asking the registry of a site, which may be another one: fingerprints are made here, and the sound stays. No Django.

What was sent and answered is a file of JSON lines, each written at once, so that a run that was cut goes on from there.
"""

import json
import urllib.error
import urllib.request
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path
from threading import Event
from typing import Any
from urllib.parse import urlsplit

from antiphon.identification import offline
from antiphon.kernel.errors import AntiphonError, BadInput, TooMany, Unavailable

MOST_AT_ONCE = 50
_ANSWER_S = 60
_MOST_ANSWER_BYTES = 64 << 20
_LONGEST_WAIT_S = 120
_POLL_S = 1.0
_TRIES = 5
_SOUNDS = frozenset({".wav", ".aiff", ".aif", ".flac", ".mp3", ".m4a", ".mp4", ".aac", ".ogg", ".opus", ".print"})
Tell = Callable[[str], None]


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    # A key is for the site that it was given for, and for nobody whom that one names.
    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


@dataclass(frozen=True)
class Site:
    """A site and the key with which it is asked."""

    url: str
    key: str

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise BadInput("This is not the address of a site.", subject=self.url[:200], hint="Give https://…")

    def call(self, path: str, body: Any = None) -> dict[str, Any]:
        """Ask the API; waits as long as it is told to, a few times. Raises `Unavailable`, `TooMany`, `BadInput`."""
        address = path if path.startswith(self.url.rstrip("/") + "/") else f"{self.url.rstrip('/')}/api/v1/{path}"
        for left in reversed(range(_TRIES)):
            try:
                return self._once(address, body)
            except TooMany as wait:
                if not left or wait.retry_after_s > _LONGEST_WAIT_S:
                    raise
                _wait(wait.retry_after_s)
            except Unavailable:
                if not left:
                    raise
                _wait(2.0 ** (_TRIES - left))
        raise Unavailable("The site does not answer.", subject=self.url)

    def _once(self, address: str, body: Any) -> dict[str, Any]:
        data = None if body is None else json.dumps(body).encode()
        headers = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"}
        request = urllib.request.Request(address, data=data, headers=headers)  # noqa: S310  (http and https alone)
        try:
            with urllib.request.build_opener(_NoRedirects).open(request, timeout=_ANSWER_S) as reply:
                found: dict[str, Any] = json.loads(reply.read(_MOST_ANSWER_BYTES))
        except urllib.error.HTTPError as error:
            with error:
                raise _refusal(error) from error
        except (OSError, HTTPException, ValueError) as error:
            raise Unavailable(f"The site does not answer: {error}", subject=self.url) from error
        return found


@dataclass
class Notes:
    """What was sent and answered so far. answered: the state of each, by its ref."""

    path: Path
    site: str
    batch: str = ""
    sent: set[str] = field(default_factory=set)
    answered: dict[str, str] = field(default_factory=dict)
    cursor: str = ""

    @classmethod
    def open(cls, path: Path, site: str) -> "Notes":
        """Read what a run before wrote. Raises `BadInput` for a file of something else, or of another site."""
        notes = cls(path, site)
        raw = path.read_bytes() if path.exists() else b""
        whole = raw[: raw.rfind(b"\n") + 1]
        if whole != raw:
            path.write_bytes(whole)  # the half line of a run that was killed; what it said is asked again
        try:
            for line in whole.decode().splitlines():
                notes._take(json.loads(line))
        except (ValueError, KeyError, TypeError) as error:
            raise BadInput("This is no file of answers.", subject=str(path), hint="Give another --out.") from error
        if notes.site != site:
            raise BadInput("These are answers of another site.", subject=str(path), hint="Give another --out.")
        return notes

    def write(self, **said: Any) -> None:
        self._take(said)
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(said, ensure_ascii=False) + "\n")

    def _take(self, said: Mapping[str, Any]) -> None:
        if "batch" in said:
            self.site, self.batch = said["site"], said["batch"]
        self.sent |= set(said.get("sent", ()))
        if "ref" in said:
            self.answered[said["ref"]] = said["answer"]["said"] if said["answer"] else said["state"]
        self.cursor = said.get("cursor", self.cursor)


def ask(site: Site, paths: Sequence[Path], out: Path, tell: Tell) -> Notes:
    """Ask about every sound file in these files and folders; return what was answered. Goes on with what `out` has."""
    notes = Notes.open(out, site.url)
    if not notes.batch:
        notes.write(batch=site.call("registry/batches", {"name": out.name[:100]})["uid"], site=site.url)
    for items in _parts(_items(paths, notes.sent, tell)):
        site.call(f"registry/batches/{notes.batch}/items", {"items": items})
        notes.write(sent=[item["ref"] for item in items])
        tell(f"{len(notes.sent)} sent")
    while notes.sent - notes.answered.keys():
        _take_answers(site, notes)
        if notes.sent - notes.answered.keys():
            _wait(_POLL_S)
    return notes


def _take_answers(site: Site, notes: Notes) -> None:
    page = site.call(notes.cursor or f"registry/batches/{notes.batch}/answers?limit=100")
    for one in page["collection"]:
        notes.write(**one)
    if page["next_href"]:
        if page["next_href"] != notes.cursor:
            notes.write(cursor=page["next_href"])
    elif notes.sent - notes.answered.keys():
        raise Unavailable("The site has no answer to some of what was sent.", subject=notes.batch)


def _items(paths: Sequence[Path], sent: set[str], tell: Tell) -> Iterator[dict[str, str]]:
    for ref, path in _files(paths):
        if ref in sent:
            continue
        try:
            packed = offline.fingerprint(path)
        except AntiphonError as error:
            tell(f"antiphon: {ref}: {error}")
            continue
        yield {"ref": ref, "prints": b64encode(packed).decode()}


def _files(paths: Sequence[Path]) -> Iterator[tuple[str, Path]]:
    for path in paths:
        if not path.is_dir():
            yield path.name, path
            continue
        for one in sorted(path.rglob("*")):
            if one.is_file() and one.suffix.lower() in _SOUNDS:
                yield one.relative_to(path).as_posix(), one


def _parts(items: Iterable[dict[str, str]]) -> Iterator[list[dict[str, str]]]:
    part: list[dict[str, str]] = []
    for item in items:
        part.append(item)
        if len(part) == MOST_AT_ONCE:
            yield part
            part = []
    if part:
        yield part


def _refusal(error: urllib.error.HTTPError) -> AntiphonError:
    raw = error.read(1 << 16)
    try:
        said = json.loads(raw)
        words, hint = str(said["detail"]), str(said.get("hint", ""))
    except (ValueError, KeyError, TypeError):
        words, hint = f"The site answered {error.code}.", ""
    if error.code == 429:
        after = error.headers.get("Retry-After") or "60"
        return TooMany(words, retry_after_s=int(after) if after.isdigit() else 60, hint=hint)
    if error.code >= 500:
        return Unavailable(words, hint=hint)
    return BadInput(words, hint=hint)


def _wait(seconds: float) -> None:
    Event().wait(seconds)
