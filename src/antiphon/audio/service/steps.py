"""The three steps of an ingest as its uploader watches them: check, listen, finish."""

import time
from collections.abc import Iterable
from dataclasses import dataclass

from antiphon.audio.models import IngestStep
from antiphon.kernel import clock

CHECK, LISTEN, FINISH = IngestStep.Name.CHECK, IngestStep.Name.LISTEN, IngestStep.Name.FINISH
_ORDER = {name.value: place for place, name in enumerate((CHECK, LISTEN, FINISH))}
_State = IngestStep.State


@dataclass(frozen=True)
class Step:
    """One step: `name` is check, listen or finish; `state` is waiting, running, done or failed."""

    name: str
    state: str
    percent: int
    reason: str


def steps_of(recording_ids: Iterable[int]) -> dict[int, list[Step]]:
    """Return the steps of each recording that has any, in order. One query."""
    found: dict[int, list[Step]] = {}
    for row in IngestStep.objects.filter(recording_id__in=list(recording_ids)):
        found.setdefault(row.recording_id, []).append(Step(row.name, row.state, row.percent, row.reason))
    for steps in found.values():
        steps.sort(key=lambda step: _ORDER[step.name])
    return found


def prepare(recording_id: int) -> None:
    """Make the three rows of a recording, waiting; rows that are there stay as they are."""
    rows = [IngestStep(recording_id=recording_id, name=name) for name in (CHECK, LISTEN, FINISH)]
    IngestStep.objects.bulk_create(rows, ignore_conflicts=True)


def reset_failed(recording_id: int) -> None:
    """Let failed steps wait again."""
    failed = IngestStep.objects.filter(recording_id=recording_id, state=_State.FAILED)
    failed.update(state=_State.WAITING, percent=0, reason="", updated_at=clock.now())


def set_running(recording_id: int, name: str, percent: int = 0) -> None:
    _set(recording_id, name, state=_State.RUNNING, percent=percent, reason="")


def set_waiting(recording_id: int, name: str, reason: str) -> None:
    """It will be tried again, for a reason the uploader may read."""
    _set(recording_id, name, state=_State.WAITING, percent=0, reason=reason[:500])


def set_done(recording_id: int, *names: str) -> None:
    for name in names:
        _set(recording_id, name, state=_State.DONE, percent=100, reason="")


def set_failed(recording_id: int, name: str, reason: str) -> None:
    _set(recording_id, name, state=_State.FAILED, reason=reason[:500])


def _set(recording_id: int, name: str, **changes: object) -> None:
    IngestStep.objects.filter(recording_id=recording_id, name=name).update(updated_at=clock.now(), **changes)


class Ticker:
    """Writes a step's percentage at most once a second, however often it is told."""

    def __init__(self, recording_id: int, name: str) -> None:
        self.recording_id, self.name = recording_id, name
        self.wrote_at = 0.0

    def tell(self, percent: int) -> None:
        if time.monotonic() - self.wrote_at >= 1:
            self.wrote_at = time.monotonic()
            set_running(self.recording_id, self.name, percent)
