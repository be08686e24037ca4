"""Asking while people answer: nobody is held up for long, and what is taken back meanwhile is never permitted."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction
from pyroaring import BitMap

from antiphon.accounts import service as accounts
from antiphon.catalogue import service as catalogue
from antiphon.consent import service as consent
from antiphon.consent.models import Asked, Subject
from antiphon.consent.service import asking, noting, registering, verdicts
from antiphon.jobs import service as jobs
from tests.people import People

pytestmark = pytest.mark.django_db
Receive = Callable[..., catalogue.Recording]
SIMILAR = consent.System("test/similar", "organize", "this site", "sound, decoded to mono", "1")
Meanwhile = Callable[..., list[int]]


@pytest.fixture(autouse=True)
def declared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registering, "_declared", {SIMILAR.name: SIMILAR})
    consent.sync_declared()


@pytest.fixture
def songs(people: People, bring: Receive) -> list[catalogue.Recording]:
    """Three songs of Ada's that may be organised."""
    made = [bring(people.ada, f"{name}.wav") for name in ("One", "Two", "Three")]
    consent.answer(people.ada, {"organize": "yes"})
    return made


@pytest.fixture
def meanwhile(monkeypatch: pytest.MonkeyPatch) -> Meanwhile:
    """Let things happen after a look and before it is written down; returns the looks, by what was allowed in each."""
    real = asking.manifest

    def happens(*deeds: Callable[[], object]) -> list[int]:
        waiting, looks = list(deeds), []

        def manifest(allowed: BitMap, salt: bytes) -> object:
            looks.append(len(allowed))
            if waiting:
                waiting.pop(0)()
            return real(allowed, salt)

        monkeypatch.setattr(asking, "manifest", manifest)
        return looks

    return happens


def no(person: accounts.User, song: catalogue.Recording, word: str = "no") -> None:
    consent.answer(person, {"organize": word}, [consent.Scope(consent.TRACK, song.pk)])


def permitted(songs: list[catalogue.Recording]) -> BitMap:
    permit = consent.ask([song.pk for song in songs], "organize", SIMILAR.name)
    asked = Asked.objects.get(uid=permit.uid)
    assert BitMap.deserialize(bytes(asked.bitmap)) == permit.allowed
    root = consent.manifest(permit.allowed, bytes(asked.salt)).root.hex()
    assert asked.manifest_root == permit.manifest_root == root
    assert permit.consent_size == consent.size()
    stands = consent.allowed_subjects("organize").values_list("pk", flat=True)
    assert permit.allowed == BitMap(stands) & BitMap(song.pk for song in songs)
    return permit.allowed


def test_a_no_between_the_look_and_the_permit_counts(
    people: People, songs: list[catalogue.Recording], meanwhile: Meanwhile
) -> None:
    looks = meanwhile(lambda: no(people.ada, songs[0]))
    assert permitted(songs) == BitMap([songs[1].pk, songs[2].pk])
    assert looks == [3, 2]
    label = consent.label_of(songs[0].pk)
    assert (label.allowed, label.refused) == (0, 1)


@pytest.mark.parametrize("deed", ["withdraw", "delete", "grow"])
def test_so_does_a_track_that_goes_and_what_concerns_none_of_them_costs_no_second_look(
    people: People, songs: list[catalogue.Recording], bring: Receive, meanwhile: Meanwhile, deed: str
) -> None:
    other = bring(people.cleo, "Other.wav")
    deeds = {
        "withdraw": lambda: catalogue.withdraw_tracks(people.ada, [songs[1].track_id]),
        "delete": lambda: catalogue.delete_tracks(people.ada, [songs[1].track_id]),
        "grow": lambda: no(people.cleo, other),
    }
    looks = meanwhile(deeds[deed])
    left = BitMap(song.pk for song in songs) - (BitMap() if deed == "grow" else BitMap([songs[1].pk]))
    assert permitted(songs) == left
    assert len(looks) == (1 if deed == "grow" else 2)


def test_a_yes_that_is_taken_back_and_said_again_is_looked_at_again(
    people: People, songs: list[catalogue.Recording], meanwhile: Meanwhile
) -> None:
    def back_and_forth() -> None:
        no(people.ada, songs[0])
        no(people.ada, songs[0], "yes")

    looks = meanwhile(back_and_forth)
    assert len(permitted(songs)) == 3
    assert looks == [3]


def test_where_it_changes_without_end_the_last_look_keeps_others_out(
    people: People, songs: list[catalogue.Recording], meanwhile: Meanwhile
) -> None:
    words = ["no", "yes"] * 10
    deeds = [lambda word=word: no(people.ada, songs[0], word) for word in words[: asking._TRIES + 1]]
    looks = meanwhile(*deeds)
    assert permitted(songs) == BitMap([songs[1].pk, songs[2].pk])
    assert len(looks) <= asking._TRIES + 2


def test_more_changes_than_are_looked_at_while_others_wait_are_looked_at_before(
    people: People, songs: list[catalogue.Recording], meanwhile: Meanwhile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "_FEW", 1)
    meanwhile(lambda: consent.answer(people.ada, {"organize": "no"}))
    with pytest.raises(consent.Refused) as refused:
        consent.ask([song.pk for song in songs], "organize", SIMILAR.name)
    assert refused.value.reasons == {"holder.no": 3}


def test_a_grant_taken_back_meanwhile_gives_no_permit(
    people: People, songs: list[catalogue.Recording], meanwhile: Meanwhile
) -> None:
    from datetime import timedelta

    from antiphon.kernel import clock

    consent.make_actor("northwind", "Northwind", "data@example.org")
    no(people.ada, songs[0], "ask")
    now = clock.now()
    grant = consent.grant(
        people.ada, songs[0].pk, "organize", "northwind", starts_at=now, ends_at=now + timedelta(days=9)
    )
    later, ask = now + timedelta(days=4), [songs[0].pk]
    assert consent.ask(ask, "organize", SIMILAR.name, actor="northwind", at=later).covers(songs[0].pk)
    meanwhile(lambda: consent.revoke(people.ada, grant.uid))
    with pytest.raises(consent.Refused) as refused:
        consent.ask(ask, "organize", SIMILAR.name, actor="northwind", at=later)
    assert refused.value.reasons == {"no.licence": 1}


def test_a_system_that_ends_meanwhile_gets_no_permit(songs: list[catalogue.Recording], meanwhile: Meanwhile) -> None:
    meanwhile(
        lambda: consent.RegisteredSystem.objects.update(ended_at=consent.RegisteredSystem.objects.get().announced_at)
    )
    with pytest.raises(consent.Refused) as refused:
        consent.ask([song.pk for song in songs], "organize", SIMILAR.name)
    assert refused.value.reasons == {"unknown.actor": 3}


@pytest.mark.django_db(transaction=True)
def test_others_write_while_a_system_is_answered(
    people: People, songs: list[catalogue.Recording], meanwhile: Meanwhile
) -> None:
    said: list[object] = []

    def elsewhere() -> None:
        def answer() -> None:
            try:
                no(people.ada, songs[2])
                said.append("no")
            except Exception as error:  # noqa: BLE001  (told by the test)
                said.append(error)
            finally:
                connection.close()

        thread = threading.Thread(target=answer)
        thread.start()
        thread.join(timeout=60)

    meanwhile(elsewhere)
    assert permitted(songs) == BitMap([songs[0].pk, songs[1].pk])
    assert said == ["no"]


def test_a_question_about_many_is_counted_on_each_once_by_its_job(
    people: People, songs: list[catalogue.Recording], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(noting, "STEP", 2)
    no(people.ada, songs[0])
    permit = consent.ask([song.pk for song in songs], "organize", SIMILAR.name)
    asked = Asked.objects.get(uid=permit.uid)
    assert consent.label_of(songs[1].pk).asked == 0
    steps = noting._step

    def cut_off(*words: Any) -> bool:
        steps(*words)
        raise InterruptedError

    with monkeypatch.context() as broken:
        broken.setattr(noting, "_step", cut_off)
        with pytest.raises(InterruptedError):
            consent.note_asked(asked.pk)
    assert noting.NOTE in {row.name for row in jobs.jobs(["queued"])}
    for _number in range(2):
        consent.note_asked(asked.pk)
    told = Subject.objects.order_by("pk").values_list("asked_allowed", "asked_refused")
    assert list(told) == [(0, 1), (1, 0), (1, 0)]
    asked.refresh_from_db()
    assert asked.noted_to is None


def test_what_was_not_folded_otherwise_is_not_looked_at_again(
    people: People, songs: list[catalogue.Recording], bring: Receive
) -> None:
    one = verdicts.Asking(
        BitMap(song.pk for song in songs), "organize", SIMILAR.name, consent.SITE, people.ada.date_joined
    )
    before = verdicts.look(one)
    with transaction.atomic():
        consent.answer(people.ada, {"organize": "yes"})
    assert not verdicts._changed_since(before.seen, None)
    no(people.ada, songs[1])
    assert verdicts._changed_since(before.seen, None) == BitMap([songs[1].pk])
