"""Taking a message of a stranger apart, with bounded work: few parts, few levels, and never more than so many bytes.

Header fields are read by the standard library's parser; where parts begin and end is found here, because that parser
goes as deep as a stranger likes.
"""

import binascii
import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesHeaderParser

MOST_BYTES = 512 * 1024  # of a message that is looked at: a report, and the head of what came back, are at its front
_MOST_HEAD = 64 * 1024
_MOST_FIELD = 2000
_DEEPEST = 6
_MOST_PARTS = 50
_BOUNDARY = re.compile(r"""boundary\s*=\s*(?:"([^"\r\n]{1,70})"|([^\s;"]{1,70}))""", re.I)
_KIND = re.compile(r"\s*([a-z0-9.+-]{1,40}/[a-z0-9.+-]{1,60})", re.I)


@dataclass(frozen=True)
class Part:
    """One part of a message, or the whole of it: its head as fields, and its body as it came."""

    head: Message
    body: bytes
    depth: int = 0

    def field(self, name: str) -> str:
        """Return what a field says, on one line; empty where there is none. Of several, the first."""
        return " ".join(str(self.head.get(name, ""))[:_MOST_FIELD].split())

    def fields(self, name: str) -> list[str]:
        """Return what every field of this name says."""
        return [" ".join(str(value)[:_MOST_FIELD].split()) for value in self.head.get_all(name, [])[:20]]

    @property
    def kind(self) -> str:
        """The media type in lower case; text/plain where none is said (RFC 2045, 5.2)."""
        said = _KIND.match(self.field("content-type"))
        return said.group(1).lower() if said else "text/plain"

    @property
    def content(self) -> bytes:
        """The body without its transfer encoding (RFC 2045, 6); what cannot be decoded is empty."""
        coding = self.field("content-transfer-encoding").lower()
        if coding == "base64":
            try:
                return binascii.a2b_base64(self.body)
            except binascii.Error:
                return b""
        return quopri.decodestring(self.body) if coding == "quoted-printable" else self.body

    @property
    def text(self) -> str:
        """The content as text; bytes that are no UTF-8 are marked as such, whatever charset is claimed."""
        return self.content.decode("utf-8", "replace")


def opened(raw: bytes, depth: int = 0) -> Part:
    """Read the head of a message or part; its body is what follows the first empty line. NULs are left out."""
    said = raw[:MOST_BYTES].replace(b"\0", b"").replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    if depth == 0 and said.startswith(b"From "):
        said = said.partition(b"\n")[2]  # what mailboxes and pipes put before a message
    if said.startswith(b"\n"):
        return Part(Message(), said[1:], depth)
    head, _gap, body = said.partition(b"\n\n")
    return Part(BytesHeaderParser().parsebytes(head[:_MOST_HEAD] + b"\n\n"), body, depth)


def walk(whole: Part) -> Iterator[Part]:
    """Yield a message and its parts, outer ones first, as far as the bounds allow. Messages within are not opened:
    what somebody attached is not what the sender says.
    """
    waiting, seen = [whole], 0
    while waiting and seen < _MOST_PARTS:
        part = waiting.pop(0)
        seen += 1
        yield part
        if part.kind.startswith("multipart/") and part.depth < _DEEPEST:
            waiting[:0] = [opened(piece, part.depth + 1) for piece in _pieces(part)]


def _pieces(part: Part) -> list[bytes]:
    """Cut a body at its boundary lines (RFC 2046, 5.1.1); the last piece may lack its end."""
    said = _BOUNDARY.search(part.field("content-type"))
    if said is None:
        return []
    mark = b"--" + (said.group(1) or said.group(2)).encode("utf-8", "replace")
    pieces = (b"\n" + part.body).split(b"\n" + mark)[1 : _MOST_PARTS + 1]
    found = []
    for piece in pieces:
        if piece.startswith(b"--"):
            break
        found.append(piece.partition(b"\n")[2])
    return found
