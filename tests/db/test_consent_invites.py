"""Letters to people who were named: so many a day, by whomever, and a new one where a link works no more."""

from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.test import Client

from antiphon.catalogue import service as catalogue
from antiphon.consent import service as consent
from antiphon.kernel import clock
from antiphon.kernel.errors import TooMany
from antiphon.mail.models import Letter
from tests.db.answering import share
from tests.db.conftest import Receive
from tests.people import People

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 4, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def two_letters_a_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings.ANTIPHON, "invites_per_day", 2)
    monkeypatch.setattr(clock, "now", lambda: NOON)


def named(count: int) -> list[consent.Named]:
    others = [consent.Named(f"N{n}", f"n{n}@example.org", ("composition",), 10_000) for n in range(count)]
    return [consent.Named("Ada", "", ("recording",), 1_000_000 - 10_000 * count), *others]


def written() -> int:
    return Letter.objects.filter(key__startswith="invited:").count()


def test_one_person_asks_so_many_a_day_over_all_their_recordings(
    people: People, bring: Receive, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = bring(people.ada), bring(people.ada, "Other.wav")
    with pytest.raises(TooMany, match=r"2 letters a day .* and 2 are left for today") as refused:
        consent.name_holders(people.ada, one.pk, named(3))
    assert refused.value.retry_after_s == 12 * 3600 + 1
    assert (written(), len(consent.holders_of(one.pk))) == (0, 1), "all of it, or nothing"
    consent.name_holders(people.ada, one.pk, named(2))
    with pytest.raises(TooMany, match="0 are left"):
        share(people, two)
    consent.name_holders(people.ada, one.pk, named(2))  # nobody new: saving again costs nothing
    monkeypatch.setattr(clock, "now", lambda: NOON + timedelta(hours=12))
    share(people, two)
    assert written() == 3


def test_deleting_what_the_letters_were_about_gives_no_room_and_another_s_letters_take_none(
    people: People, bring: Receive
) -> None:
    song, theirs = bring(people.ada), bring(people.cleo, "North.wav")
    consent.name_holders(people.ada, song.pk, named(2))
    catalogue.delete_tracks(people.ada, [song.track_id])
    with pytest.raises(TooMany):
        share(people, bring(people.ada, "Other.wav"))
    half = [
        consent.Named("Cleo", "", ("recording",), 500_000),
        consent.Named("N", "n0@example.org", ("composition",), 500_000),
    ]
    consent.name_holders(people.cleo, theirs.pk, half)
    assert written() == 3


def test_no_limit_is_zero(people: People, song: catalogue.Recording, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings.ANTIPHON, "invites_per_day", 0)
    consent.name_holders(people.ada, song.pk, named(5))
    assert written() == 5


def test_the_page_says_how_many_are_left_and_keeps_what_was_written(
    ada: Client, people: People, song: catalogue.Recording
) -> None:
    sent = {"lines": "4", "holder-0": str(consent.holders_of(song.pk)[0].pk), "roles-0": "recording", "share-0": "70"}
    for place in (1, 2, 3):
        sent |= {f"name-{place}": "N", f"email-{place}": f"n{place}@example.org"}
        sent |= {f"roles-{place}": "composition", f"share-{place}": "10"}
    reply = ada.post(f"/studio/tracks/{song.track_id}/holders", sent)
    assert reply.status_code == 422
    page = reply.content.decode()
    assert "You can send 2 letters a day to people who may hold rights, and 2 are left for today." in page
    assert 'value="n3@example.org"' in page
    assert written() == 0


def test_new_audio_asks_whom_the_day_has_room_for_and_the_rest_when_the_list_is_saved(
    people: People, song: catalogue.Recording, bring: Receive, monkeypatch: pytest.MonkeyPatch
) -> None:
    consent.name_holders(people.ada, song.pk, named(2))
    again = bring(people.ada, "Again.wav", replaces=song.track_id)
    assert written() == 2
    assert [row.state for row in consent.holders_of(again.pk)] == ["confirmed", "invited", "invited"]
    monkeypatch.setattr(clock, "now", lambda: NOON + timedelta(days=1))
    consent.name_holders(people.ada, again.pk, named(2))
    assert written() == 4


def test_saving_a_list_asks_again_where_the_link_has_expired_and_nobody_else(
    people: People, song: catalogue.Recording, monkeypatch: pytest.MonkeyPatch
) -> None:
    share(people, song, "tove@example.org")
    monkeypatch.setattr(clock, "now", lambda: NOON + timedelta(days=29))
    share(people, song, "tove@example.org")
    assert written() == 1
    monkeypatch.setattr(clock, "now", lambda: NOON + timedelta(days=31))
    secret = share(people, song, "tove@example.org")
    assert written() == 2
    consent.answer_by_link(secret, {"organize": "yes"})
    monkeypatch.setattr(clock, "now", lambda: NOON + timedelta(days=90))
    consent.name_holders(people.ada, song.pk, [
        consent.Named("Ada", "", ("recording",), 500_000),
        consent.Named("Tove", "tove@example.org", ("performance",), 500_000),
    ])  # fmt: skip
    assert written() == 2
