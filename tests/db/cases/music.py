"""Ada's public song, and an upload of Cleo's in which a stretch of it is found."""

from dataclasses import dataclass
from typing import Any

from antiphon.cases import service as cases
from antiphon.catalogue import service as catalogue
from antiphon.identification.models import Match
from antiphon.identification.service import disputes
from antiphon.kernel import clock
from tests.db.conftest import Receive
from tests.people import People


@dataclass
class Alike:
    """An upload and the song that it sounds like."""

    song: catalogue.Recording
    upload: catalogue.Recording
    people: People

    def found(self, **other: Any) -> list[Match]:
        """Find a stretch of the song in the upload, 12 % faster, and open what follows."""
        said = {
            "at_ms": 12_000, "length_ms": 19_000, "other_at_ms": 62_000, "other_length_ms": 21_280, "tempo": 1.12,
            "pitch": 2.0, "score": 20.0, "chance": 1e-9, "is_certain": True,
        }  # fmt: skip
        rows = [Match.objects.create(recording_id=self.upload.pk, other_id=self.song.pk, **(said | other))]
        if any(row.is_certain for row in rows):
            catalogue.hold_back([self.upload.pk])
        disputes.matched(self.upload.pk, rows, at=clock.now())
        return rows

    def file(self, kind: str = "match") -> cases.CaseFile:
        return cases.CaseFile.objects.filter(kind=kind).latest("pk")


def make_alike(people: People, bring: Receive) -> Alike:
    song = bring(people.ada, "Slow Harbour.wav")
    catalogue.publish_tracks(people.ada, [song.track_id])
    upload = bring(people.cleo, "Quick Harbour.wav")
    catalogue.publish_tracks(people.cleo, [upload.track_id])
    return Alike(song, upload, people)
