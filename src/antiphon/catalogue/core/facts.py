"""What ingest found out about a recording, as it tells the catalogue. Plain values only: no rows, no files.

Owns the shapes; `audio` fills them in, `catalogue.service.recording_checked` and `recording_playable` store
them. Every text here comes from a stranger's file: it is mended, stripped of control characters and cut to
length, but it is still to be escaped where it is shown.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Any


@dataclass(frozen=True)
class Tags:
    """What the file says of itself. An empty text, an empty tuple or None: the file does not say."""

    title: str = ""  # at most 300 characters
    artists: tuple[str, ...] = ()  # as credited, in order; at most 20, together at most 500 characters
    album: str = ""  # at most 300 characters
    album_artist: str = ""  # at most 300 characters
    track_number: int | None = None  # 1 to 9999
    disc_number: int | None = None  # 1 to 999
    genre: str = ""  # at most 100 characters
    release_date: date | None = None  # a bare year is the first of January of it
    release_year: int | None = None  # also where the day is not known
    isrc: str = ""  # 12 letters and digits, without hyphens
    bpm: float | None = None  # above 0, below 1000
    key_signature: str = ""  # as written, such as "F#m" or "4A"; at most 20 characters


@dataclass(frozen=True)
class CheckedFacts:
    """The file is one of the formats we read. Told before it is decoded."""

    container: str  # wav, aiff, flac, mp3, mp4, aac, ogg
    codec: str  # pcm, flac, alac, mp3, aac, vorbis, opus
    sha256: str  # of the original file, in hexadecimal
    tags: Tags = field(default_factory=Tags)


@dataclass(frozen=True)
class PlayableFacts:
    """The sound was decoded to its end, and the first rendition is stored. Levels are None for silence."""

    duration_ms: int
    rate_hz: int  # of the original
    channels: int  # of the original
    loudness_lufs: float | None  # integrated, EBU R128
    loudness_range_lu: float | None
    true_peak_dbtp: float | None
    waveform_key: str  # storage key of the audiowaveform v2 file
    overview: bytes  # int8 pairs min, max; 1800 of them
    waveform_path: str  # SVG path data in a box of 1000 by 100
    report: dict[str, Any] = field(default_factory=dict)  # JSON; see `audio.core.report`
