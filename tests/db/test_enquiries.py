"""Enquiries: somebody from outside asks, every holder hears of it, and what all of them reply is what the gate says."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings

from antiphon.accounts import service as accounts
from antiphon.catalogue import service as catalogue
from antiphon.community.models import Notice
from antiphon.consent import service as consent
from antiphon.consent.models import Act, Enquiry
from antiphon.consent.service import enquiries
from antiphon.consent.service.enquiries import Asking, Stands
from antiphon.kernel import clock
from antiphon.kernel.errors import BadInput, Conflict, Gone, NotAllowed, NotFound, TooMany
from antiphon.kernel.money import Money
from antiphon.ledger.models import Entry
from antiphon.mail.models import Letter
from tests.db.answering import share
from tests.db.conftest import Receive
from tests.people import People

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 4, 12, tzinfo=UTC)
YEAR = Asking(
    "Example Lab", "https://lab.example, a university", "train-generative", NOON, NOON + timedelta(days=365),
    "A study of harbours in songs.", Money(2500, "EUR"),
)  # fmt: skip
Move = Callable[[timedelta], None]


@pytest.fixture(autouse=True)
def travel(monkeypatch: pytest.MonkeyPatch) -> Move:
    now = [NOON]
    monkeypatch.setattr(clock, "now", lambda: now[0])

    def move(by: timedelta) -> None:
        now[0] += by
        consent.fold_due(now[0])

    return move


@pytest.fixture
def song(people: People, bring: Receive) -> catalogue.Recording:
    """A public song of Ada's, who wants to be asked first."""
    recording = bring(people.ada)
    catalogue.publish_tracks(people.ada, [recording.track_id])
    consent.answer(people.ada, {"train-generative": "ask", "finetune": "no", "search-index": "yes"})
    return recording


def ask(user: accounts.User | None, *songs: catalogue.Recording, email: str = "", asking: Asking = YEAR) -> Enquiry:
    ids = [one.pk for one in songs]
    return enquiries.enquire(asking, ids, user=user, email=email, titles=dict.fromkeys(ids, "Slow Harbour"))


def letters_to(email: str) -> list[Letter]:
    return list(Letter.objects.filter(to=email).order_by("pk"))


def stands(row: Enquiry) -> list[Stands]:
    row.refresh_from_db()
    return [line.stands for line in enquiries.lines_of(row)]


def rule(song: catalogue.Recording, row: Enquiry) -> str:
    assert row.actor is not None
    return consent.explain(song.pk, "train-generative", actor=row.actor.slug).rule


def test_a_holder_reads_who_asks_for_what_and_a_yes_becomes_a_grant_at_the_gate(
    people: People, song: catalogue.Recording, travel: Move
) -> None:
    row = ask(people.cleo, song)
    assert row.actor is not None
    assert row.actor.name == "Example Lab"
    assert rule(song, row) == "no.licence"
    [letter] = letters_to("ada@example.org")
    for words in ("Example Lab", "Slow Harbour", "EUR 25.00", "harbours", "example.org", "2026-11-04", row.uid):
        assert words in letter.subject + letter.body
    notice = Notice.objects.get(user=people.ada, kind=Notice.Kind.ENQUIRY)
    assert notice.address == f"/studio/enquiries/{row.uid}"
    assert enquiries.waiting_for(people.ada) == 1

    reply = enquiries.reply(people.ada, row.uid, [song.pk], words="With pleasure.")
    assert enquiries.waiting_for(people.ada) == 0
    assert (rule(song, row), stands(row)) == ("no.licence", [Stands.GRANTED])
    [line] = enquiries.lines_of(row)
    assert line.counts_from == NOON + timedelta(hours=72)
    travel(timedelta(hours=72))
    assert rule(song, row) == "consent.all"
    assert consent.explain(song.pk, "finetune", actor=row.actor.slug).rule == "holder.no"
    travel(timedelta(days=362))
    assert rule(song, row) == "no.licence", "a licence ends by itself"
    assert [letter.subject for letter in letters_to("cleo@example.org")] == ["A reply to your enquiry"]
    assert "With pleasure." in letters_to("cleo@example.org")[0].body
    assert "Ada" not in letters_to("cleo@example.org")[0].body, "no holder is named to who asks"
    act = Act.objects.get(kind=Act.Kind.GRANT)
    assert (act.told["enquiry"], act.told["recording"], reply.recordings.get().grant.act) == (row.uid, song.pk, act)


def test_everybody_who_holds_rights_is_asked_and_one_no_is_enough(people: People, song: catalogue.Recording) -> None:
    share(people, song)
    consent.confirm(people.ben, song.pk)
    consent.answer(people.ben, {"train-generative": "ask"})
    row = ask(people.cleo, song)
    assert row.uid in letters_to("ben@example.org")[-1].body
    enquiries.reply(people.ada, row.uid, [song.pk])
    [line] = enquiries.lines_of(row)
    assert (line.stands, line.replied, line.holders) == (Stands.WAITING, 1, 2)
    enquiries.reply(people.ben, row.uid, [])
    assert stands(row) == [Stands.REFUSED]
    said = Act.objects.get(kind=Act.Kind.REPLY)
    assert said.told == {
        "refused": [song.pk], "purpose": "train-generative", "enquiry": row.uid, "actor": "example-lab"
    }  # fmt: skip
    # The last word stands, and only all of them together are a licence.
    enquiries.reply(people.ben, row.uid, [song.pk])
    assert stands(row) == [Stands.GRANTED]
    enquiries.reply(people.ada, row.uid, [])
    assert stands(row) == [Stands.REFUSED]
    assert [one.revoked_at is None for one in consent.grants_of(people.ada, song.pk)] == [False]


def test_only_who_wants_to_be_asked_is_asked(people: People, song: catalogue.Recording, bring: Receive) -> None:
    silent = bring(people.lux, "Silence.wav")
    for purpose, other, error in (
        ("finetune", song, NotAllowed),  # said no
        ("train-generative", silent, NotAllowed),  # said nothing
        ("search-index", song, Conflict),  # said yes: nobody has to be asked
        ("recommend", song, BadInput),  # this site's own
    ):
        with pytest.raises(error):
            ask(people.cleo, other, asking=replace(YEAR, purpose=purpose))
    with pytest.raises(NotAllowed, match="1 of these tracks"):
        ask(people.cleo, song, silent)
    found = enquiries.sort_out([song.pk, silent.pk, 999_999], "train-generative")
    assert (found.askable, found.allowed, found.refused) == ((song.pk,), (), (silent.pk, 999_999))
    assert not Letter.objects.filter(key__startswith="enquiry:").exists()
    assert not Enquiry.objects.exists()


def test_who_has_no_account_proves_their_address_before_anybody_is_written_to(
    people: People, song: catalogue.Recording, travel: Move
) -> None:
    row = ask(None, song, email="lab@uni.example")
    assert row.opened_at is None
    assert not letters_to("ada@example.org")
    assert enquiries.to_holder(people.ada) == []
    with pytest.raises(NotFound):
        enquiries.reply(people.ada, row.uid, [song.pk])
    secret = letters_to("lab@uni.example")[0].body.split("/licence/by-link/")[1].split()[0]
    opened = enquiries.open_by_link(secret, {song.pk: "Slow Harbour"})
    assert enquiries.open_by_link(secret, {}).opened_at == opened.opened_at
    assert "uni.example" in letters_to("ada@example.org")[0].body
    assert len(letters_to("ada@example.org")) == 1
    with pytest.raises(Gone):
        enquiries.open_by_link("another", {})

    late = ask(None, song, email="lab@uni.example")
    link = letters_to("lab@uni.example")[-1].body.split("/licence/by-link/")[1].split()[0]
    travel(timedelta(days=8))
    with pytest.raises(Gone, match="expired"):
        enquiries.open_by_link(link, {})
    late.refresh_from_db()
    assert late.opened_at is None
    # The same address is the same asker: what it was granted is not granted to a second of that name.
    again = ask(None, song, email="LAB@uni.example", asking=replace(YEAR, name="OpenAI"))
    assert again.name == "Example Lab"


def test_what_became_a_no_before_the_letter_was_read_reaches_nobody(people: People, song: catalogue.Recording) -> None:
    ask(None, song, email="lab@uni.example")
    secret = letters_to("lab@uni.example")[0].body.split("/licence/by-link/")[1].split()[0]
    consent.answer(people.ada, {"train-generative": "no"})
    with pytest.raises(Gone, match="everybody there has said no"):
        enquiries.open_by_link(secret, {})
    assert not letters_to("ada@example.org")


def test_a_holder_without_an_account_replies_by_the_address_in_their_letter(
    people: People, song: catalogue.Recording
) -> None:
    secret = share(people, song, "zoe@example.org")
    consent.answer_by_link(secret, {"train-generative": "ask"})
    row = ask(people.cleo, song)
    token = letters_to("zoe@example.org")[-1].body.split("/answers/enquiry/")[1].split()[0]
    assert enquiries.by_token(token).recording_ids == (song.pk,)
    enquiries.reply(people.ada, row.uid, [song.pk])
    enquiries.reply_by_token(token, [song.pk])
    assert stands(row) == [Stands.GRANTED]
    enquiries.reply_by_token(token, [])
    assert stands(row) == [Stands.REFUSED]
    with pytest.raises(Conflict):
        enquiries.reply_by_token(token, [song.pk])
    with pytest.raises(Gone):
        enquiries.by_token(token[:-2])


def test_a_seal_or_a_later_no_stands_before_a_licence(people: People, song: catalogue.Recording, travel: Move) -> None:
    row = ask(people.cleo, song)
    enquiries.reply(people.ada, row.uid, [song.pk])
    travel(timedelta(hours=73))
    consent.seal(people.ada, [song.pk])
    assert rule(song, row) == "sealed"


def test_after_a_new_password_a_yes_waits(people: People, song: catalogue.Recording) -> None:
    consent.answer(people.ada, {"ai-index": "ask"})
    asking = replace(YEAR, purpose="ai-index")
    consent.party_of(people.ada)
    consent.doubt(people.ada)
    row = ask(people.cleo, song, asking=asking)
    enquiries.reply(people.ada, row.uid, [song.pk])
    assert [one.starts_at for one in consent.grants_of(people.ada, song.pk)] == [NOON + timedelta(hours=72)]


def test_what_was_withdrawn_or_ran_out_takes_no_yes_and_hears_every_no(
    people: People, song: catalogue.Recording, travel: Move
) -> None:
    row = ask(people.cleo, song)
    enquiries.withdraw(people.cleo, row.uid)
    assert stands(row) == [Stands.OVER]
    with pytest.raises(Gone, match="taken the enquiry back"):
        enquiries.reply(people.ada, row.uid, [song.pk])
    other = ask(people.cleo, song)
    enquiries.reply(people.ada, other.uid, [song.pk])
    travel(timedelta(days=61))
    with pytest.raises(Gone, match="over"):
        enquiries.reply(people.ada, other.uid, [song.pk])
    enquiries.reply(people.ada, other.uid, [])
    assert stands(other) == [Stands.REFUSED]
    with pytest.raises(NotFound):
        enquiries.withdraw(people.ben, other.uid)


def test_nothing_more_of_an_asker_who_was_shut_out_reaches_a_holder(people: People, song: catalogue.Recording) -> None:
    row = ask(people.cleo, song)
    enquiries.reply(people.ada, row.uid, [], shuts_out=True)
    with pytest.raises(NotAllowed):
        ask(people.cleo, song)
    assert ask(people.ben, song).opened_at == NOON, "another asker is another"


def test_so_many_enquiries_a_day(
    people: People, song: catalogue.Recording, monkeypatch: pytest.MonkeyPatch, travel: Move
) -> None:
    monkeypatch.setattr(settings.ANTIPHON, "enquiries_per_day", 1)
    ask(people.cleo, song)
    with pytest.raises(TooMany):
        ask(people.cleo, song)
    ask(None, song, email="lab@uni.example")
    with pytest.raises(TooMany):
        ask(None, song, email="Lab@uni.example")
    travel(timedelta(days=1, seconds=1))
    ask(people.cleo, song)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"name": " "}, "name"),
        ({"words": "x" * 2001}, "words"),
        ({"purpose": "identify"}, "purpose"),
        ({"purpose": "nonsense"}, "purpose"),
        ({"ends_at": NOON}, "until"),
        ({"ends_at": NOON + timedelta(days=4000)}, "until"),
    ],
)
def test_what_cannot_be_sent_is_said_by_field(
    people: People, song: catalogue.Recording, changed: dict[str, Any], field: str
) -> None:
    with pytest.raises(BadInput) as refused:
        ask(people.cleo, song, asking=replace(YEAR, **changed))
    assert list(refused.value.fields) == [field]


def test_an_address_that_is_none_is_refused(people: People, song: catalogue.Recording) -> None:
    with pytest.raises(BadInput):
        ask(None, song, email="no address")


def test_the_ledger_holds_a_commitment_and_nobody_by_name(people: People, song: catalogue.Recording) -> None:
    row = ask(people.cleo, song)
    entry = Entry.objects.get(pk=row.entry)
    public = bytes(entry.entry) if not isinstance(entry.entry, str) else entry.entry.encode()
    assert b"antiphon/enquiry/v1" in public
    assert b"Example" not in public
    assert b"example-lab" not in public


def test_an_asker_whose_account_ends_leaves_what_was_granted_and_nothing_else(
    people: People, song: catalogue.Recording
) -> None:
    granted, open_one = ask(people.cleo, song), ask(people.cleo, song)
    enquiries.reply(people.ada, granted.uid, [song.pk])
    consent.forget_person(people.cleo.pk)
    granted.refresh_from_db()
    open_one.refresh_from_db()
    assert (granted.name, open_one.name, open_one.words, open_one.email) == ("Example Lab", "", "", "")
    assert open_one.withdrawn_at is not None
    assert stands(granted) == [Stands.GRANTED]


def test_lists_and_lines_cost_the_same_however_many(
    people: People, song: catalogue.Recording, bring: Receive, django_assert_max_num_queries: Callable[..., object]
) -> None:
    songs = [song, *(bring(people.ada, f"Song {n}.wav") for n in range(6))]
    catalogue.publish_tracks(people.ada, [one.track_id for one in songs])
    rows = [ask(people.cleo, *songs) for _ in range(5)]
    enquiries.reply(people.ada, rows[0].uid, [one.pk for one in songs])
    with django_assert_max_num_queries(5):
        assert len(enquiries.to_holder(people.ada)) == 5
    with django_assert_max_num_queries(5):
        assert [line.stands for line in enquiries.lines_of(rows[0])] == [Stands.GRANTED] * 7


def test_a_reply_that_is_sent_twice_is_one_reply(people: People, song: catalogue.Recording) -> None:
    row = ask(people.cleo, song)
    one = enquiries.reply(people.ada, row.uid, [song.pk])
    assert enquiries.reply(people.ada, row.uid, [song.pk]) == one
    assert len(letters_to("cleo@example.org")) == 1
    assert len(consent.grants_of(people.ada, song.pk)) == 1
    consent.revoke(people.ada, consent.grants_of(people.ada, song.pk)[0].uid)
    assert enquiries.reply(people.ada, row.uid, [song.pk]) != one, "what was taken back is given anew"
    assert stands(row) == [Stands.GRANTED]
