"""What there is to hear, and how it came to be: streams, waveform, ingest, recordings, uploads."""

from datetime import datetime
from typing import Any, Literal

from pydantic import ConfigDict, Field

from antiphon.api.shapes.common import Out, Page


class Stream(Out):
    kind: str = Field(description="aac160 or opus96")
    mime: str
    url: str = Field(description="Signed, for you, for a while; answers byte ranges")


class Streams(Out):
    """Addresses of the sound, signed for whoever asks: send the same key, or the same cookie, when fetching."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "track_id": 12,
                    "recording_id": 31,
                    "duration": 243000,
                    "loudness_lufs": -14.2,
                    "true_peak_dbtp": -1.1,
                    "streams": [
                        {
                            "kind": "aac160",
                            "mime": 'audio/mp4; codecs="mp4a.40.2"',
                            "url": "https://music.example/media/renditions/31/aac160.mp4?e=…",
                        }
                    ],
                }
            ]
        }
    )
    track_id: int
    recording_id: int
    duration: int | None
    loudness_lufs: float | None
    true_peak_dbtp: float | None
    streams: list[Stream]


class Download(Out):
    """Address of the file as its creator lets it out, signed for whoever asks."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"url": "https://music.example/media/downloads/31/slow-harbour.flac?e=…"}]}
    )
    url: str


class Waveform(Out):
    """The outline of the sound, as SoundCloud's wave JSON: one height for each of `width` columns."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"width": 4, "height": 128, "samples": [3, 87, 120, 14], "data_url": "https://music.example/media/…"}
            ]
        }
    )
    width: int
    height: int
    samples: list[int] = Field(description="0 to `height`")
    data_url: str | None = Field(description="audiowaveform v2 .dat, signed; null without key or cookie")


class Advice(Out):
    level: str = Field(description="good, hint or warning")
    code: str
    words: str


class TechnicalReport(Out):
    """What was measured of the sound, and what one could do about it. For its creator only."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "recording_id": 31,
                    "measured": {"clipped_samples": 0},
                    "advice": [{"level": "good", "code": "clean", "words": "…"}],
                }
            ]
        }
    )
    recording_id: int
    measured: dict[str, Any]
    advice: list[Advice]


class Step(Out):
    name: str
    state: Literal["waiting", "running", "done", "failed"]
    percent: int
    reason: str = Field(description="In plain words, when it failed")


class Ingest(Out):
    """How far a recording is on its way to being heard."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "recording_id": 31,
                    "state": "playable",
                    "failure": "",
                    "failure_code": "",
                    "steps": [{"name": "check", "state": "done", "percent": 100, "reason": ""}],
                }
            ]
        }
    )
    recording_id: int
    state: Literal["received", "playable", "complete", "failed"]
    failure: str
    failure_code: str
    steps: list[Step]


class Recording(Out):
    """One sound of a track. Replacing the audio makes a new one."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": 31,
                    "current": True,
                    "state": "complete",
                    "original_name": "slow harbour.flac",
                    "size_bytes": 25165824,
                    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                    "container": "flac",
                    "codec": "flac",
                    "rate_hz": 44100,
                    "channels": 2,
                    "duration": 243000,
                    "created_at": "2026-11-01T09:30:00Z",
                }
            ]
        }
    )
    id: int
    current: bool = Field(description="Whether this is what the track sounds like now")
    state: Literal["received", "playable", "complete", "failed"]
    original_name: str
    size_bytes: int
    sha256: str
    container: str
    codec: str
    rate_hz: int | None
    channels: int | None
    duration: int | None
    created_at: datetime


class RecordingPage(Page[Recording]):
    """Recordings, page by page."""


class Accepted(Out):
    """It was taken in and is being prepared; the page shows it in a moment."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"status": "accepted"}]})
    status: Literal["accepted"]


class Upload(Out):
    """A file on its way in. Ask its address with HEAD for the bytes that have arrived (tus 1.0)."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "0b6f2a52-6a53-4d5e-9a53-0d4a6a1f2f10",
                    "upload_url": "https://music.example/uploads/0b6f2a52-6a53-4d5e-9a53-0d4a6a1f2f10",
                    "state": "received",
                    "file_name": "slow harbour.flac",
                    "folder": "Harbours",
                    "size_bytes": 25165824,
                    "created_at": "2026-11-01T09:30:00Z",
                    "expires_at": "2026-11-08T09:30:00Z",
                    "recording_id": 31,
                }
            ]
        }
    )
    id: str
    upload_url: str
    state: Literal["open", "received", "cancelled", "expired"]
    file_name: str
    folder: str
    size_bytes: int
    created_at: datetime
    expires_at: datetime
    recording_id: int | None


class UploadPage(Page[Upload]):
    """Uploads, page by page."""
