"""What the tests of the gate share: two systems, and what the gate and its label say."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from antiphon.catalogue import service as catalogue
from antiphon.consent import service as consent
from antiphon.ledger.service import catching_up
from tests.people import People

Receive = Callable[..., catalogue.Recording]
SIMILAR = consent.System("test/similar", "organize", "this site", "sound, decoded to mono", "1")
TRAINER = consent.System("test/trainer", "train-generative", "somebody", "sound", "1")
HALF = 500_000


@contextmanager
def replaying(row: int) -> Iterator[None]:
    """As if the ledger were bringing this row back."""
    token = catching_up._row.set(row)
    yield
    catching_up._row.reset(token)


def rule(recording: catalogue.Recording, purpose: str, **asked: Any) -> str:
    return consent.explain(recording.pk, purpose, **asked).rule


def state(recording: catalogue.Recording, purpose: str) -> str:
    lines = [line for part in consent.label_of(recording.pk).sections for line in part.lines]
    return next(line.state for line in lines if line.purpose.slug == purpose)


def shared(people: People, song: catalogue.Recording, roles: tuple[str, ...] = ("performance",)) -> None:
    """Ada shares a recording with Ben, who confirms."""
    lines = [
        consent.Named("Ada", "", ("recording", "composition"), HALF),
        consent.Named("Ben", "ben@example.org", roles, HALF),
    ]
    consent.name_holders(people.ada, song.pk, lines)
    consent.confirm(people.ben, song.pk)
