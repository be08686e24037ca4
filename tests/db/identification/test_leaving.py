"""What sounds like music whose holders said no goes into no dataset, though its uploader says yes to everything."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from antiphon.catalogue import service as catalogue
from antiphon.consent import service as consent
from antiphon.identification import service as identification
from antiphon.identification.models import Match
from antiphon.kernel import clock
from antiphon.transparency import service as transparency
from tests.compared import Bring, under
from tests.people import People
from tests.tunes import faster, tune

pytestmark = pytest.mark.django_db


def test_a_song_pitched_into_an_upload_is_left_out_of_a_dataset(
    people: People, bring_song: Bring, tmp_path: Path, later: Callable[[timedelta], datetime]
) -> None:
    bring_song(people.ada, tune(1, 30.0))
    sample = faster(tune(1, 30.0)[: 10 * 11_025], 1.06)
    mixed = bring_song(people.cleo, under(sample, tune(8, 24.0) / 3, 6.0), "Mixed.wav")
    own = bring_song(people.cleo, tune(3, 24.0), "Her own.wav")
    consent.answer(people.cleo, {"train-analysis": "yes", "organize": "yes"})
    later(timedelta(hours=73))
    consent.fold_due(clock.now())
    # A moderator let the track be heard, and nobody decided about the match itself: the sound says no all the same.
    catalogue.Track.objects.filter(pk=mixed.track_id).update(held="")
    Match.objects.all().delete()
    consent.match_changed([mixed.pk])
    assert consent.explain(mixed.pk, "train-analysis").rule == "consent.all"
    told: list[str] = []
    row = transparency.build_dataset("train-analysis", consent.SITE, tmp_path / "set", told.append)
    assert set(row.files.values_list("recording_id", flat=True)) == {own.pk}
    assert any("Mixed" in words and "match.unresolved" in words for words in told)
    assert next(one.is_certain for one in identification.matches_of(mixed.pk))
