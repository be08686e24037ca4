"""The gate over the database: what no yes opens, and what grants open for a while."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from antiphon.consent import service as consent
from antiphon.consent.service import registering
from antiphon.kernel import clock
from antiphon.kernel.errors import NotFound
from tests.db.gates import SIMILAR, TRAINER, Receive, rule, shared
from tests.people import People

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def declared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registering, "_declared", {one.name: one for one in (SIMILAR, TRAINER)})
    consent.sync_declared()


def test_what_a_label_delivered_never_enters_a_model(
    people: People, bring: Receive, later: Callable[[timedelta], datetime]
) -> None:
    song = bring(people.lux)
    consent.answer(people.lux, consent.everything("yes"))
    later(timedelta(hours=80))
    consent.fold_due(clock.now())
    barred = {slug for slug in consent.everything("no") if rule(song, slug) == "hard.label"}
    assert barred == {"ai-index", "ai-input", "train-analysis", "evaluate", "train-generative", "finetune", "derive",
                      "voice-likeness", "research"}  # fmt: skip
    assert rule(song, "organize") == "consent.all"


def test_a_seal_opens_only_after_all_holders_asked_and_thirty_days(
    people: People, bring: Receive, later: Callable[[timedelta], datetime]
) -> None:
    song = bring(people.ada)
    consent.answer(people.ada, {"train-analysis": "yes"})
    later(timedelta(hours=73))
    consent.seal(people.ada, [song.pk])
    assert rule(song, "train-analysis") == "sealed"
    consent.ask_to_open(people.ada, [song.pk])
    later(timedelta(days=29))
    consent.fold_due(clock.now())
    assert rule(song, "train-analysis") == "sealed"
    later(timedelta(days=2))
    consent.fold_due(clock.now())
    assert rule(song, "train-analysis") == "consent.all"
    with pytest.raises(NotFound):
        consent.seal(people.cleo, [song.pk])


def test_a_grant_covers_one_actor_and_one_stretch_of_time(
    people: People, bring: Receive, later: Callable[[timedelta], datetime]
) -> None:
    song = bring(people.ada)
    consent.make_actor("northwind", "Northwind Audio", "ask@northwind.example")
    consent.answer(people.ada, {"assist": "ask"})
    assert rule(song, "assist", actor="northwind") == "no.licence"
    now = clock.now()
    given = consent.grant(people.ada, song.pk, "assist", "northwind", starts_at=now, ends_at=now + timedelta(days=30))
    assert rule(song, "assist", actor="northwind") == "consent.all"
    assert rule(song, "assist") == "no.licence"
    assert [row.pk for row in consent.allowed_subjects("assist", actor="northwind")] == [song.pk]
    assert not consent.allowed_subjects("assist", actor="southwind").exists()
    ended = clock.now() + timedelta(days=30)
    assert rule(song, "assist", actor="northwind", at=ended) == "no.licence"
    assert not consent.allowed_subjects("assist", actor="northwind", at=ended).exists()
    consent.revoke(people.ada, given.uid)
    assert rule(song, "assist", actor="northwind") == "no.licence"
    assert not consent.allowed_subjects("assist", actor="northwind").exists()


def test_an_upload_that_sounds_like_refused_music_is_a_no(
    people: People, bring: Receive, monkeypatch: pytest.MonkeyPatch
) -> None:
    from antiphon.consent.core.purposes import mask_of
    from antiphon.consent.service import matches

    class Matcher:
        noes = {}

        def noes_of(self, recording_ids: object) -> dict[int, int | None]:
            return self.noes

    song, unknown = bring(people.ada), bring(people.ada, "Other.wav")
    consent.answer(people.ada, {"organize": "yes", "recommend": "yes"})
    matcher = Matcher()
    matcher.noes = {song.pk: mask_of(["organize"])}
    monkeypatch.setattr(matches, "_matcher", matcher)
    consent.match_changed([song.pk, unknown.pk])
    assert (rule(song, "organize"), rule(song, "recommend")) == ("match.unresolved", "consent.all")
    assert rule(unknown, "organize") == "match.unresolved"
    matcher.noes = {song.pk: 0, unknown.pk: 0}
    consent.match_changed([song.pk, unknown.pk])
    assert (rule(song, "organize"), rule(unknown, "organize")) == ("consent.all", "consent.all")


def test_the_grant_of_somebody_who_has_gone_is_no_yes(people: People, bring: Receive) -> None:
    song = bring(people.ada)
    shared(people, song)
    consent.make_actor("northwind", "Northwind Audio", "ask@northwind.example")
    consent.answer(people.ada, {"assist": "yes"})
    now = clock.now()
    consent.grant(people.ben, song.pk, "assist", "northwind", starts_at=now, ends_at=now + timedelta(days=30))
    assert rule(song, "assist", actor="northwind") == "consent.all"
    consent.forget_person(people.ben.pk)
    assert rule(song, "assist", actor="northwind") != "consent.all"


def test_a_grant_in_models_is_told_to_every_holder(people: People, bring: Receive) -> None:
    from antiphon.mail.models import Letter

    song = bring(people.ada)
    shared(people, song)
    Letter.objects.all().delete()
    consent.make_actor("northwind", "Northwind Audio", "ask@northwind.example")
    now = clock.now()
    consent.grant(people.ben, song.pk, "finetune", "northwind", starts_at=now, ends_at=now + timedelta(days=30))
    assert {letter.to for letter in Letter.objects.all()} == {"ada@example.org", "ben@example.org"}
