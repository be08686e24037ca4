"""Tracks of a catalogue with small generated music behind them, in an index as the site keeps it."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from antiphon.accounts import service as accounts
from antiphon.catalogue import service as catalogue
from antiphon.identification.core import parts, peaks, prints
from antiphon.identification.core.prints import Prints
from antiphon.identification.engines.writer import Writer
from tests.tunes import F32, HZ, tune

Receive = Callable[..., catalogue.Recording]


@dataclass
class Tuned:
    """Who has which tune, and the index of all of them."""

    folder: Path
    bring: Receive
    seeds: dict[int, int] = field(default_factory=dict)  # by recording

    def add(self, user: accounts.User, name: str, seed: int, *, sharing: str = "public") -> catalogue.Track:
        """A track that sounds like this tune: public, `secret`, `private`, or a `draft` that nobody published."""
        recording = self.bring(user, f"{name}.wav")
        if sharing != "draft":
            catalogue.publish_tracks(user, [recording.track_id], sharing=sharing)
        self.index(recording.pk, seed)
        return catalogue.Track.objects.select_related("profile", "recording").get(pk=recording.track_id)

    def index(self, recording_id: int, seed: int) -> None:
        made = prints_of(tune(seed))
        with Writer(self.folder) as writer:
            writer.add([parts.entry(str(recording_id), hashlib.sha256(bytes([seed])).digest(), peaks.stored(made))])
        self.seeds[recording_id] = seed


def prints_of(sound: F32) -> Prints:
    listener = peaks.Listener()
    listener.hear(sound)
    return listener.prints()


def clip(seed: int, start_s: float = 8.0, seconds: float = 10.0) -> F32:
    """A stretch of a tune."""
    return tune(seed)[int(start_s * HZ) : int((start_s + seconds) * HZ)]


def packed(sound: F32) -> bytes:
    """A sound's fingerprint, as `antiphon fingerprint make` writes it."""
    return prints.pack(prints_of(sound))
