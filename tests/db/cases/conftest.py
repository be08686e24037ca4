"""A kind of dispute that remembers what became of it; Cleo uploaded, Ada holds."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from antiphon.accounts import service as accounts
from antiphon.cases import registry
from antiphon.cases import service as cases
from antiphon.cases.core.course import Course, Outcome, Side, Stage
from antiphon.cases.ports import About
from antiphon.kernel import clock
from tests.people import People

DAY = timedelta(days=1)


@dataclass
class Quarrel:
    """`cases.ports.CaseKind` of nothing but words."""

    label = "quarrel"
    course = Course(14 * DAY, 10 * DAY, (7 * DAY, 12 * DAY), (7 * DAY,), lapses=True)
    ended: list[tuple[Outcome, str]] = field(default_factory=list)
    heard: list[int] = field(default_factory=list)
    unheard: list[int] = field(default_factory=list)

    def names(self, about: Sequence[About], side: Side) -> Mapping[int, str]:
        return {one.file_id: f"Song {one.subject_id}" for one in about}

    def opening(self, about: About, side: Side) -> str:
        return f"A quarrel with its {side.value}, 100 % so."

    def begun(self, about: About, *, at: datetime) -> None:
        self.heard.append(about.file_id)

    def settled(self, about: About, outcome: Outcome, *, by: int | None, because: str, at: datetime) -> None:
        self.ended.append((outcome, because))

    def unanswered(self, about: About, *, at: datetime) -> None:
        self.unheard.append(about.file_id)


@pytest.fixture
def quarrel(monkeypatch: pytest.MonkeyPatch) -> Quarrel:
    made = Quarrel()
    monkeypatch.setitem(registry._kinds, "quarrel", made)
    return made


Opens = Callable[..., cases.CaseFile]


@pytest.fixture
def open_case(people: People, quarrel: Quarrel) -> Opens:
    """Open a quarrel of Ada's about something of Cleo's."""

    def make(stage: Stage = Stage.ANSWER, *, subject: int = 7, words: str = "That is my song.") -> cases.CaseFile:
        ada: accounts.User = people.ada
        return cases.open_file(
            "quarrel", subject, uploader_id=people.cleo.pk, holder_id=ada.pk, at=clock.now(), stage=stage, by=ada.pk,
            words=words,
        )  # fmt: skip

    return make
