"""Private things that programs write into files of sound: where somebody was, what they noted, what they worked with.

`fill(path)` writes them into a file in each way that its container has; `WORDS` is what must not come out again.
"""

import io
import struct
from pathlib import Path
from typing import Any

import mutagen
from mutagen.flac import Picture
from mutagen.id3 import APIC, COMM, GEOB, ID3, PRIV, TENC, TIT2, TOWN, TSSE, TXXX, UFID, USLT, WXXX
from mutagen.mp4 import MP4, MP4Cover

from tests import sounds

PLACE, NOTE, ENCODER, ACCOUNT = "+48.8577+002.295/", "call my lawyer", "Secret DAW 9.1", "ada@private.example"
WORDS = (PLACE, NOTE, ENCODER, ACCOUNT, "a private place")


def fill(path: Path) -> Path:
    """Write private things into a file, in front of its sound, behind it and in its tags."""
    {"mp3": _mp3, "wav": _wav, "aiff": _aiff, "flac": _flac, "m4a": _m4a, "aac": _in_front}.get(path.suffix[1:], _ogg)(
        path
    )
    assert all(word.encode() in path.read_bytes() for word in (PLACE, NOTE, ENCODER, ACCOUNT))
    return path


def _frames(tags: Any) -> None:
    for frame in (
        TIT2(encoding=3, text="Old"), COMM(encoding=3, lang="eng", desc="", text=NOTE), PRIV(ACCOUNT, NOTE.encode()),
        TENC(encoding=3, text=ACCOUNT), TSSE(encoding=3, text=ENCODER), TOWN(encoding=3, text=ACCOUNT),
        TXXX(encoding=3, desc="location", text=PLACE), UFID(owner=ACCOUNT, data=NOTE.encode()),
        WXXX(encoding=3, desc="", url=f"https://{ACCOUNT}"), USLT(encoding=3, lang="eng", desc="", text=NOTE),
        GEOB(encoding=3, mime="text/plain", filename=ACCOUNT, desc="", data=PLACE.encode()),
        APIC(encoding=3, mime="image/jpeg", type=3, desc=NOTE, data=sounds.jpeg_bytes()),
    ):  # fmt: skip
        tags.add(frame)


def id3() -> bytes:
    """An ID3v2 tag as bytes, to be put anywhere."""

    tags, out = ID3(), io.BytesIO()
    _frames(tags)
    tags.save(out)
    return out.getvalue()


def ape(*, with_header: bool = True) -> bytes:
    """An APEv2 tag, as some programs put behind MP3 and FLAC."""
    items = b""
    for key, value in (("Comment", NOTE), ("Location", PLACE), ("Encoder", ENCODER), ("Account", ACCOUNT)):
        items += struct.pack("<II", len(value), 0) + key.encode() + b"\0" + value.encode()
    size = len(items) + 32
    head = b"APETAGEX" + struct.pack("<IIII8x", 2000, size, 4, 0xA0000000)
    foot = b"APETAGEX" + struct.pack("<IIII8x", 2000, size, 4, 0x80000000 if with_header else 0)
    return (head if with_header else b"") + items + foot


def id3v1() -> bytes:
    return b"TAG" + b"Old".ljust(94, b"\0") + f"{NOTE} {ACCOUNT}".encode()[:30].ljust(30, b"\0") + b"\xff"


def lyrics3() -> bytes:
    body = b"LYRICSBEGIN" + b"INF" + b"%05d" % len(NOTE) + NOTE.encode()
    return body + b"%06d" % len(body) + b"LYRICS200"


def _mp3(path: Path) -> None:
    sound = path.read_bytes()
    path.write_bytes(id3() + sound + ape() + lyrics3() + id3v1())


def _in_front(path: Path) -> None:
    path.write_bytes(id3() + path.read_bytes())


def _wav(path: Path) -> None:
    bext = NOTE.encode().ljust(256, b"\0") + ACCOUNT.encode().ljust(32, b"\0") + bytes(314) + ENCODER.encode()
    info = b"INFO" + b"".join(
        name + struct.pack("<I", len(text) + 1) + text.encode() + b"\0" * (2 - len(text) % 2)
        for name, text in ((b"ICMT", NOTE), (b"ISFT", ENCODER), (b"IENG", ACCOUNT), (b"ILOC", PLACE))
    )
    chunks = {
        b"bext": bext, b"LIST": info, b"iXML": f"<BWFXML><NOTE>{NOTE}</NOTE><LOCATION>{PLACE}</LOCATION>".encode(),
        b"_PMX": f"<x:xmpmeta exif:GPSLatitude='{PLACE}' xmp:CreatorTool='{ENCODER}'/>".encode(), b"id3 ": id3(),
        b"axml": NOTE.encode(), b"LGWV": ACCOUNT.encode(),
    }  # fmt: skip
    data = path.read_bytes()
    for name, body in chunks.items():
        data += name + struct.pack("<I", len(body)) + body + b"\0" * (len(body) & 1)
    path.write_bytes(data[:4] + struct.pack("<I", len(data) - 8) + data[8:] + ACCOUNT.encode())


def _aiff(path: Path) -> None:
    data = path.read_bytes()
    for name, text in ((b"ANNO", NOTE), (b"AUTH", ACCOUNT), (b"APPL", ENCODER), (b"COMT", PLACE)):
        body = text.encode()
        data += name + struct.pack(">I", len(body)) + body + b"\0" * (len(body) & 1)
    path.write_bytes(data[:4] + struct.pack(">I", len(data) - 8) + data[8:])


def _comments(tags: Any) -> None:
    tags.update({"comment": NOTE, "location": PLACE, "encoder": ENCODER, "encoded-by": ACCOUNT, "title": "Old"})
    tags.vendor = ENCODER


def _flac(path: Path) -> None:
    flac: Any = mutagen.File(path)
    _comments(flac.tags)
    picture = Picture()
    picture.data, picture.desc, picture.mime = sounds.jpeg_bytes(), NOTE, "image/jpeg"
    flac.add_picture(picture)
    flac.save()
    path.write_bytes(path.read_bytes() + ape() + id3v1())


def _m4a(path: Path) -> None:
    mp4 = MP4(path)
    mp4.update({
        "\xa9cmt": NOTE, "\xa9xyz": PLACE, "\xa9too": ENCODER, "apID": ACCOUNT, "ownr": ACCOUNT, "\xa9nam": "Old",
        "----:com.private:note": NOTE.encode(), "covr": [MP4Cover(sounds.jpeg_bytes())],
    })  # fmt: skip
    mp4.save()
    boxes = b"free" + NOTE.encode(), b"uuid" + bytes(16) + PLACE.encode(), b"skip" + ACCOUNT.encode()
    path.write_bytes(path.read_bytes() + b"".join(struct.pack(">I", 4 + len(box)) + box for box in boxes))


def _ogg(path: Path) -> None:
    ogg: Any = mutagen.File(path)
    _comments(ogg.tags)
    ogg.save()
