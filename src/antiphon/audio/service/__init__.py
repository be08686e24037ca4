"""The room's public face: what can be heard of a recording, how its preparation goes on, pictures, and advice.

Imports nothing that decodes: a server and a worker stay small, and only the limited child process loads the engines.
"""

from antiphon.audio.broker import Heard
from antiphon.audio.core.report import Advice
from antiphon.audio.registry import subscribe, use_rights
from antiphon.audio.service.advising import advice_for
from antiphon.audio.service.downloads import DETACHED, manifest_of
from antiphon.audio.service.fencing import broker_report, sandbox_report
from antiphon.audio.service.ingest import IngestByJobs, answers_changed, retry
from antiphon.audio.service.keeping import kept_files
from antiphon.audio.service.listening import (
    Stream,
    download_url,
    sizes_of,
    sound_bytes,
    streams,
    streams_for,
    waveform_url,
)
from antiphon.audio.service.pictures import accept_picture
from antiphon.audio.service.software import listen, use_engine
from antiphon.audio.service.steps import Step, steps_of

__all__ = [
    "DETACHED",
    "Advice",
    "Heard",
    "IngestByJobs",
    "Step",
    "Stream",
    "accept_picture",
    "advice_for",
    "answers_changed",
    "broker_report",
    "download_url",
    "kept_files",
    "listen",
    "manifest_of",
    "retry",
    "sandbox_report",
    "sizes_of",
    "sound_bytes",
    "steps_of",
    "streams",
    "streams_for",
    "subscribe",
    "use_engine",
    "use_rights",
    "waveform_url",
]
