"""What was added and deleted since the newest segment, as records in a file that only grows. Pure: bytes in and out.

A record is all or nothing: `AfpJ`, length, number, CRC-32, then what was done, one after the other: `+` name, hash of
the sound, packed prints; `-` name. A record that a crash has cut off is the last one, or nothing was acknowledged
after it; one that is broken with a whole one behind it was damaged later, and nothing is read from such a file.
"""

import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

from antiphon.identification.core import prints
from antiphon.identification.core.layout import Newer, damaged
from antiphon.identification.core.parts import Entry

VERSION = 1
_MAGIC = b"AfpJ"
_START = struct.Struct("<8sI")
_HEAD = struct.Struct("<4sIQI")
_ADD = struct.Struct("<cH32sI")
_DELETE = struct.Struct("<cH")
START = _START.pack(b"AfpIndex", VERSION)


@dataclass(frozen=True)
class Batch:
    """What is done at once: tracks that are added, each in place of one of its name, and names that are deleted."""

    added: Sequence[Entry] = ()
    deleted: Sequence[str] = ()


@dataclass(frozen=True)
class Read:
    """What a journal holds: batches with the numbers they were given, and how many bytes are good."""

    batches: list[Batch]
    good: int


def record(batch: Batch, number: int) -> bytes:
    """Return a batch as the journal keeps it."""
    done = [_add(one) for one in batch.added]
    for name in batch.deleted:
        raw = name.encode()
        done.append(_DELETE.pack(b"-", len(raw)) + raw)
    body = b"".join(done)
    crc = zlib.crc32(body, zlib.crc32(_HEAD.pack(_MAGIC, len(body), number, 0)))
    return _HEAD.pack(_MAGIC, len(body), number, crc) + body


def read(raw: bytes, file: str, *, start: int = 0, number: int = 0) -> Read:
    """Return the batches of a journal, or of what follows on the first `start` bytes and `number` batches of it.

    Raises `Damaged` for one that was changed after it was written, `Newer`.
    """
    at = start
    if not at:
        if len(raw) < len(START):
            raise damaged(file, "it is cut short.")
        magic, version = _START.unpack_from(raw)
        if magic != START[:8]:
            raise damaged(file, "its head is not what was written.")
        if version != VERSION:
            raise Newer(f"The index file {file} was written by a newer Antiphon.", subject=file, hint="Use that one.")
        at = len(START)
    batches: list[Batch] = []
    while (body := _body(raw, at, number + len(batches))) is not None:
        batches.append(_batch(body))
        at += _HEAD.size + len(body)
    if at < len(raw) and _whole_after(raw, at):
        raise damaged(file, f"the record at byte {at} is not what was written.")
    return Read(batches, at)


def _add(one: Entry) -> bytes:
    raw = one.name.encode()
    return _ADD.pack(b"+", len(raw), one.sound, len(one.packed)) + raw + one.packed


def _body(raw: bytes, at: int, number: int | None) -> bytes | None:
    """The record at this place, if a whole one is there."""
    if at + _HEAD.size > len(raw):
        return None
    magic, length, given, crc = _HEAD.unpack_from(raw, at)
    if magic != _MAGIC or (number is not None and given != number) or at + _HEAD.size + length > len(raw):
        return None
    body = raw[at + _HEAD.size : at + _HEAD.size + length]
    return body if zlib.crc32(body, zlib.crc32(_HEAD.pack(magic, length, given, 0))) == crc else None


def _whole_after(raw: bytes, at: int) -> bool:
    while (at := raw.find(_MAGIC, at + 1)) >= 0:
        if _body(raw, at, None) is not None:
            return True
    return False


def _batch(body: bytes) -> Batch:
    added: list[Entry] = []
    deleted: list[str] = []
    at = 0
    while at < len(body):
        if body[at : at + 1] == b"+":
            _, length, sound, size = _ADD.unpack_from(body, at)
            at += _ADD.size
            name, packed = body[at : at + length].decode(), body[at + length : at + length + size]
            added.append(Entry(name, sound, packed, prints.unpack(packed)))
            at += length + size
        else:
            _, length = _DELETE.unpack_from(body, at)
            at += _DELETE.size
            deleted.append(body[at : at + length].decode())
            at += length
    return Batch(added, deleted)
