"""What kind of file this is, judged by its bytes and never by its name. Pure: takes the head, gives a verdict.

Owns the list of containers and codecs that are read, and how a look-alike is named to its uploader.
Sources: RFC 3533 (Ogg), RFC 9639 (FLAC), EBU Tech 3306 (RF64), ISO/IEC 14496-12 (ISO files), 13818-7 (ADTS).
"""

from collections.abc import Callable
from dataclasses import dataclass

HEAD_BYTES = 64 * 1024  # how much of the file `kind_of` wants to see


@dataclass(frozen=True)
class Kind:
    """A container that is read: FFmpeg's name of its demuxer, and the codecs allowed inside."""

    container: str
    demuxer: str
    codecs: frozenset[str]
    suffix: str


PCM = frozenset({"pcm"})
WAV = Kind("wav", "wav", PCM, "wav")
AIFF = Kind("aiff", "aiff", PCM, "aiff")
FLAC = Kind("flac", "flac", frozenset({"flac"}), "flac")
MP3 = Kind("mp3", "mp3", frozenset({"mp3"}), "mp3")
MP4 = Kind("mp4", "mov,mp4,m4a,3gp,3g2,mj2", frozenset({"aac", "alac", "flac", "opus"}), "m4a")
ADTS = Kind("aac", "aac", frozenset({"aac"}), "aac")
OGG = Kind("ogg", "ogg", frozenset({"vorbis", "opus", "flac"}), "ogg")
KINDS = (WAV, AIFF, FLAC, MP3, MP4, ADTS, OGG)

# Look-alikes, named so that the message can say what was sent. Order matters: the first match wins.
_STRANGERS: tuple[tuple[bytes, str], ...] = (
    (b"PK\x03\x04", "archive"),
    (b"PK\x05\x06", "archive"),
    (b"Rar!", "archive"),
    (b"7z\xbc\xaf", "archive"),
    (b"\x1f\x8b", "archive"),
    (b"#EXTM3U", "playlist"),
    (b"ffconcat", "playlist"),
    (b"[playlist]", "playlist"),
    (b"%PDF", "document"),
    (b"\x89PNG", "picture"),
    (b"\xff\xd8\xff", "picture"),
    (b"GIF8", "picture"),
    (b"\x1a\x45\xdf\xa3", "video"),
    (b"MThd", "midi"),
    (b"MAC ", "other-audio"),
    (b"wvpk", "other-audio"),
    (b"\x30\x26\xb2\x75", "other-audio"),
    (b"DSD ", "other-audio"),
    (b"FRM8", "other-audio"),
)
_MP3_RATES = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}
_MP3_KBPS = {
    3: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    2: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}


def kind_of(head: bytes) -> Kind | str:
    """Return the kind of a file that starts with `head`, or a word for what it is instead.

    The words: empty, archive, playlist, document, picture, video, midi, other-audio, text, unknown.
    """
    if not head:
        return "empty"
    for start, name in _STRANGERS:
        if head.startswith(start):
            return name
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "picture"
    known = _by_magic(head) or _by_frames(head)
    if known is not None:
        return known
    return "text" if _is_text(head[:4096]) else "unknown"


def _by_magic(head: bytes) -> Kind | None:
    four, form = head[:4], head[8:12]
    if four in (b"RIFF", b"RF64", b"BW64") and form == b"WAVE":
        return WAV
    if four == b"FORM" and form in (b"AIFF", b"AIFC"):
        return AIFF
    if four == b"fLaC":
        return FLAC
    if four == b"OggS":
        return OGG
    if head[4:8] == b"ftyp":
        return MP4
    return None


def _by_frames(head: bytes) -> Kind | None:
    """Kinds without a magic word: MPEG frames and ADTS frames, perhaps behind an ID3v2 tag."""
    start = id3_length(head)
    if start >= len(head):
        return MP3 if start else None  # the tag fills the head; FFmpeg judges the rest with this one demuxer
    body = head[start:].lstrip(b"\0")
    if start and body[:4] == b"fLaC":
        return FLAC
    for offset in range(min(len(body) - 1, 4096)):
        if body[offset] != 0xFF or body[offset + 1] & 0xE0 != 0xE0:
            continue
        if _chain(body, offset, adts_length):
            return ADTS
        if _chain(body, offset, mpeg_length):
            return MP3
    return None


def _chain(body: bytes, offset: int, length_of: Callable[[bytes, int], int]) -> bool:
    """Tell whether frames follow one another from here: three of them, or fewer up to the end of the bytes."""
    frames = 0
    while frames < 3:
        length = length_of(body, offset)
        if length <= 0:
            return False
        frames, offset = frames + 1, offset + length
        if offset + 8 > len(body):
            return True
    return True


def id3_length(head: bytes) -> int:
    """Bytes of the ID3v2 tag at the start, header and footer included; 0 where there is none."""
    if head[:3] != b"ID3" or len(head) < 10 or any(byte & 0x80 for byte in head[6:10]):
        return 0
    size = head[6] << 21 | head[7] << 14 | head[8] << 7 | head[9]
    return size + 10 + (10 if head[5] & 0x10 else 0)


def mpeg_length(data: bytes, at: int) -> int:
    """Length in bytes of the MPEG-1/2/2.5 layer III frame at `at`; 0 where there is no such frame."""
    head = data[at : at + 4]
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return 0
    version, layer, rate_index, kbps_index = head[1] >> 3 & 3, head[1] >> 1 & 3, head[2] >> 2 & 3, head[2] >> 4
    if version == 1 or layer != 1 or rate_index == 3 or kbps_index in (0, 15):
        return 0
    kbps = _MP3_KBPS[3 if version == 3 else 2][kbps_index]
    samples = 1152 if version == 3 else 576
    return samples // 8 * kbps * 1000 // _MP3_RATES[version][rate_index] + (head[2] >> 1 & 1)


def adts_length(data: bytes, at: int) -> int:
    """Length in bytes of the ADTS frame at `at`; 0 where there is no such frame."""
    head = data[at : at + 7]
    if len(head) < 7 or head[0] != 0xFF or head[1] & 0xF6 != 0xF0 or head[2] >> 2 & 15 > 12:
        return 0
    length = (head[3] & 3) << 11 | head[4] << 3 | head[5] >> 5
    return length if length > 7 else 0


def _is_text(head: bytes) -> bool:
    if b"\0" in head:
        return False
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start > len(head) - 4 and error.start > 0
    return True
