"""The tus 1.0.0 protocol as pure decisions: what a request asks for, and what it may be told. No I/O, no clock.

Core protocol with creation, creation-with-upload, expiration and termination. No checksum: here the offset is the
length of the file, so bytes count as they arrive, and a whole file's hash is made when it is received.
Source: tus.io/protocols/resumable-upload, version 1.0.0.
"""

import binascii
import re
import uuid
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass

VERSION = "1.0.0"
EXTENSIONS = "creation,creation-with-upload,expiration,termination"
BODY_TYPE = "application/offset+octet-stream"
_NUMBER = re.compile(r"[0-9]{1,15}")
_ID = re.compile(r"[0-9a-f]{32}")
_METADATA_BYTES = 8 * 1024


@dataclass(frozen=True)
class Refusal:
    """A request that cannot be followed, with the reason in plain words."""

    status: int
    code: str
    words: str


@dataclass(frozen=True)
class Described:
    """What a client says of its file. All of it is only said, never believed."""

    filename: str = ""
    folder: str = ""
    batch: uuid.UUID | None = None
    profile: int | None = None
    replaces: int | None = None
    attested: bool = False


@dataclass(frozen=True)
class Options:
    """What can this server do?"""


@dataclass(frozen=True)
class Create:
    """May a file of this length come? With `body`, its first bytes follow at once."""

    length: int
    described: Described
    body: bool


@dataclass(frozen=True)
class Look:
    """How much of it is here?"""


@dataclass(frozen=True)
class Append:
    """Here are bytes from `offset` on; `announced` of them, if the client said how many."""

    offset: int
    announced: int | None


@dataclass(frozen=True)
class Cancel:
    """Forget it."""


Step = Options | Create | Look | Append | Cancel | Refusal


def upload_id(path: str) -> uuid.UUID | None:
    """The upload that an address names: `/uploads/<id>`, with or without dashes in the id."""
    word = path.removeprefix("/uploads/").replace("-", "")
    return uuid.UUID(word) if _ID.fullmatch(word) else None


def read(method: str, headers: Mapping[str, str], *, at_upload: bool) -> Step:
    """Understand a request. `headers` by lower-case name; `at_upload`: at one upload's address, not at the collection.

    Whoever asks for OPTIONS need not say a version; every other request must say this one (412).
    """
    method = headers.get("x-http-method-override", method).strip().upper()
    if method == "OPTIONS":
        return Options()
    if method not in (("HEAD", "PATCH", "DELETE") if at_upload else ("POST",)):
        return Refusal(405, "wrong-method", "Uploads do not know this verb here.")
    if headers.get("tus-resumable", "").strip() != VERSION:
        return Refusal(412, "wrong-version", f"Uploads speak tus {VERSION}; say so in the header Tus-Resumable.")
    if method == "POST":
        return _read_create(headers)
    if method == "PATCH":
        return _read_append(headers)
    return Look() if method == "HEAD" else Cancel()


def _number(headers: Mapping[str, str], name: str) -> int | None:
    word = headers.get(name, "").strip()
    return int(word) if _NUMBER.fullmatch(word) else None


def _has_body_type(headers: Mapping[str, str]) -> bool:
    return headers.get("content-type", "").split(";")[0].strip().lower() == BODY_TYPE


def _read_create(headers: Mapping[str, str]) -> Step:
    if "upload-defer-length" in headers:
        return Refusal(400, "length-needed", "Say how long the file is before it is sent.")
    length = _number(headers, "upload-length")
    if length is None:
        return Refusal(400, "length-needed", "The header Upload-Length must say how many bytes the file has.")
    described = read_metadata(headers.get("upload-metadata", ""))
    if isinstance(described, Refusal):
        return described
    body = _has_body_type(headers)
    announced = _number(headers, "content-length") or 0
    if not body and announced:
        return Refusal(415, "wrong-media-type", f"The first bytes of a file are sent as {BODY_TYPE}.")
    if body and announced > length:
        return _too_much(length)
    return Create(length, described, body)


def _read_append(headers: Mapping[str, str]) -> Step:
    if not _has_body_type(headers):
        return Refusal(415, "wrong-media-type", f"The bytes of a file are sent as {BODY_TYPE}.")
    offset = _number(headers, "upload-offset")
    if offset is None:
        return Refusal(400, "offset-needed", "The header Upload-Offset must say where these bytes begin.")
    if "content-length" in headers and _number(headers, "content-length") is None:
        return Refusal(400, "bad-length", "The header Content-Length is no number.")
    return Append(offset, _number(headers, "content-length"))


def read_metadata(header: str) -> Described | Refusal:
    """Read Upload-Metadata: keys and base64 values. Keys that mean nothing here are passed over."""
    if len(header) > _METADATA_BYTES:
        return Refusal(400, "bad-metadata", "The header Upload-Metadata is too long.")
    said: dict[str, str] = {}
    for pair in header.split(",") if header.strip() else ():
        key, _, value = pair.strip().partition(" ")
        if not key or not key.isascii() or key in said:
            return Refusal(400, "bad-metadata", "The header Upload-Metadata has an empty or a doubled key.")
        try:
            said[key] = b64decode(value.strip(), validate=True).decode("utf-8")
        except (binascii.Error, ValueError):
            return Refusal(400, "bad-metadata", f"The value of “{key}” in Upload-Metadata is not text in base64.")
    return _described(said)


def _described(said: Mapping[str, str]) -> Described | Refusal:
    numbers: dict[str, int | None] = {}
    for key in ("profile", "replaces"):
        word = said.get(key, "").strip()
        if word and not _NUMBER.fullmatch(word):
            return Refusal(400, "bad-metadata", f"“{key}” in Upload-Metadata must be a number.")
        numbers[key] = int(word) if word else None
    try:
        batch = uuid.UUID(said["batch"].strip()) if said.get("batch", "").strip() else None
    except ValueError:
        return Refusal(400, "bad-metadata", "“batch” in Upload-Metadata must be a UUID.")
    return Described(
        filename=said.get("filename", ""),
        folder=said.get("folder", ""),
        batch=batch,
        profile=numbers["profile"],
        replaces=numbers["replaces"],
        attested=said.get("attested", "") == "yes",
    )


def _too_much(length: int) -> Refusal:
    return Refusal(413, "too-large", f"This is more than the {length} bytes that the file was said to have.")


def decide_append(append: Append, *, length: int, stored: int) -> int | Refusal:
    """How many bytes may come now, for a file of `length` bytes of which `stored` are here."""
    if append.offset != stored:
        words = f"These bytes begin at {append.offset}, but the file goes on at {stored}."
        return Refusal(409, "wrong-offset", words)
    left = length - stored
    if append.announced is not None and append.announced > left:
        return _too_much(length)
    return left
