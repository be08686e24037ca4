"""Sounds that are no music, a thousand copies, and what an engine may say: bounded work, and never a false hold."""

from base64 import b64encode

import numpy as np
import pytest

from antiphon.catalogue import service as catalogue
from antiphon.consent import service as consent
from antiphon.identification import service as identification
from antiphon.identification.core import parts, peaks, prints
from antiphon.identification.core.stretches import MOST, MOST_OF_ONE, Stretch, chosen
from antiphon.identification.core.use import PURPOSE, SYSTEM
from antiphon.identification.models import Comparison, Fingerprint, Match
from antiphon.identification.service import comparing, hearing, shelving
from antiphon.jobs import service as jobs
from antiphon.kernel import clock
from tests.compared import Bring
from tests.people import People
from tests.tunes import HZ, noise, tune

pytestmark = pytest.mark.django_db
BAR = tune(5, 2.0)
NO_MUSIC = {
    "silence": np.zeros(10 * HZ, np.float32),
    "sweep": np.sin(np.arange(10 * HZ) ** 1.7 / 1000).astype(np.float32) / 2,
    "noise": noise(10.0, 1),
    "half a second": tune(6, 0.5),
    "one bar again and again": np.tile(BAR, 8),
}


@pytest.mark.parametrize("name", NO_MUSIC)
def test_what_is_no_music_is_compared_and_let_go(name: str, people: People, bring_song: Bring) -> None:
    bring_song(people.ada, tune(1, 20.0))
    odd = bring_song(people.cleo, NO_MUSIC[name])
    assert Comparison.objects.get(recording_id=odd.pk).state == "compared"
    assert catalogue.Track.objects.get(pk=odd.track_id).held == ""
    assert not Match.objects.filter(is_certain=True).exists()


def test_a_thousand_copies_make_no_more_rows_than_somebody_can_look_at(people: People, bring_song: Bring) -> None:
    song = bring_song(people.ada, tune(1, 20.0))
    row = Fingerprint.objects.get(recording_id=song.pk)
    twins = [
        catalogue.Recording(track_id=song.track_id, original_key="x", original_name="x", size_bytes=1)
        for _ in range(1000)
    ]
    profiles = catalogue.Track.objects.get(pk=song.track_id).profile
    other = catalogue.Track.objects.create(profile=profiles, slug="copies", title="Copies")
    for twin in twins:
        twin.track = other
    catalogue.Recording.objects.bulk_create(twins)
    entry = parts.entry("x", bytes(row.sound), peaks.stored(prints.unpack(bytes(row.prints))))
    with shelving.shelf().writing() as writer:
        writer.add([parts.Entry(str(twin.pk), entry.sound, entry.packed, entry.prints) for twin in twins])
    Fingerprint.objects.bulk_create(
        Fingerprint(
            recording_id=twin.pk, prints=row.prints, sound=row.sound, duration_ms=row.duration_ms, version=1,
            purpose=PURPOSE, permit_uid="", artefact_uid="", indexed_at=clock.now(),
        )
        for twin in twins
    )  # fmt: skip
    copy = bring_song(people.cleo, tune(1, 20.0))
    assert catalogue.Track.objects.get(pk=copy.track_id).held == "held"
    assert 1 <= Match.objects.filter(recording_id=copy.pk).count() <= MOST
    assert Match.objects.exclude(recording_id=copy.pk).count() == 0


def test_of_many_stretches_the_certain_ones_are_kept() -> None:
    def stretch(other: int, at: int, *, certain: bool, score: float) -> Stretch:
        return Stretch(99, other, at, 900, at, 900, 1.0, 0.0, score, 1e-9 if certain else 0.005, certain)

    many = [stretch(other, 1000 * at, certain=other == 7, score=at) for other in range(1, 20) for at in range(50)]
    kept = chosen(many, [])
    assert len(kept) == MOST
    assert sum(one.other == 7 for one in kept) == MOST_OF_ONE
    assert [one.other for one in kept[:MOST_OF_ONE]] == [7] * MOST_OF_ONE
    assert chosen(many, kept) != kept
    assert chosen(kept, kept) == []


FORGED = {
    "nothing": {},
    "no base64": {"prints": "§", "sound": "00" * 32, "version": 1},
    "no prints": {"prints": b64encode(b"APfp" + bytes(40)).decode(), "sound": "00" * 32, "version": 1},
    "a short hash": {"prints": b64encode(prints.pack(peaks.listen(BAR))).decode(), "sound": "00", "version": 1},
    "another type": {"prints": 5, "sound": "00" * 32, "version": 1},
}


@pytest.mark.parametrize("name", FORGED)
def test_what_no_sound_can_have_given_is_not_kept(name: str, people: People, bring_song: Bring) -> None:
    song = bring_song(people.ada, tune(1, 12.0), run=False)
    permit = consent.ask([song.pk], PURPOSE, SYSTEM)
    with pytest.raises(jobs.GiveUp):
        hearing._store(permit, song.pk, FORGED[name])
    assert not Fingerprint.objects.exists()


def test_prints_made_to_match_everything_are_compared_within_bounds(people: People, bring_song: Bring) -> None:
    song = bring_song(people.ada, tune(1, 20.0))
    frame = np.repeat(np.arange(0, 20 * 43, 8, dtype=np.uint32), 8)
    place = np.tile(np.arange(60, 60 + 8 * 96, 96, dtype=np.uint16), len(frame) // 8)
    dense = prints.Prints(frame, place, np.full(len(frame), 20, np.uint8), 21_000)
    prints.check(dense)
    found = comparing.found_in(song.pk, prints.pack(dense), shelving.whole_view())
    assert len(found) < 200
    assert identification.matches_of(song.pk) == []
