"""The lists of others that somebody is on: what they can say about each, and what only they can take back."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from antiphon.accounts import service as accounts
from antiphon.catalogue import service as catalogue
from antiphon.consent import service as consent
from antiphon.kernel.errors import NotAllowed, NotFound
from antiphon.ledger import service as ledger
from tests.db.answering import share, signed_in, text
from tests.db.conftest import Receive
from tests.db.ledgers import forgotten
from tests.people import People

pytestmark = pytest.mark.django_db
LISTS = "/studio/answers/lists"
RIGHT, WRONG, DECLINE = "The list is right after all", "The list is wrong", "I hold no rights in it"


def agreed(people: People, song: catalogue.Recording) -> None:
    """Ada and Ben share a recording, and both say yes."""
    share(people, song)
    consent.confirm(people.ben, song.pk)
    for user in (people.ada, people.ben):
        consent.answer(user, {"organize": "yes"})
    assert consent.explain(song.pk, "organize").allowed


def states(song: catalogue.Recording) -> list[str]:
    return [str(row.state) for row in consent.holders_of(song.pk)]


def test_somebody_sees_the_lists_of_others_they_are_on_and_says_what_is_so(
    ada: Client, people: People, song: catalogue.Recording
) -> None:
    share(people, song)
    assert "Nobody has named you" in text(ada, LISTS)  # it is her own list
    ben = signed_in(people.ben)
    page = text(ben, LISTS)
    assert f'href="/studio/tracks/{song.track_id}/answers">Slow Harbour</a>' in page
    assert "50 %, Performance: asked, has not answered" in page
    assert f'action="{LISTS}/{song.pk}"' in page
    assert RIGHT not in page
    page = ben.post(f"{LISTS}/{song.pk}", {"say": "confirm"}, follow=True).content.decode()
    assert "50 %, Performance: confirmed" in page
    assert "Yes, I hold these rights" not in page
    assert consent.label_of(song.pk).whole
    page = ben.post(f"{LISTS}/{song.pk}", {"say": "wrong"}, follow=True).content.decode()
    assert "you said that the list is wrong" in page
    assert not consent.label_of(song.pk).whole
    ben.post(f"{LISTS}/{song.pk}", {"say": "right"})
    assert consent.label_of(song.pk).whole
    assert "Choose what to say" in ben.post(f"{LISTS}/{song.pk}", {"say": "x"}, follow=True).content.decode()


def test_who_declines_is_off_the_list_and_it_is_in_doubt_until_it_is_mended(
    ada: Client, people: People, song: catalogue.Recording
) -> None:
    agreed(people, song)
    ben = signed_in(people.ben)
    assert DECLINE in text(ben, LISTS)
    consent.dispute(people.ben, song.pk, True)
    page = ben.post(f"{LISTS}/{song.pk}", {"say": "decline"}, follow=True).content.decode()
    assert "Nobody has named you" in page
    assert states(song) == ["confirmed", "declined"]
    assert consent.explain(song.pk, "organize").rule == "no.consent"
    act = consent.acts_of(people.ben, limit=1)[0]
    assert (act.kind, act.told) == ("holders", {"recording": song.pk, "declined": True})
    assert "Said that you hold no rights in a track" in text(ben, "/studio/proofs")
    assert ben.post(f"{LISTS}/{song.pk}", {"say": "decline"}).status_code == 404
    consent.name_holders(people.ada, song.pk, [consent.Named("Ada", "", ("recording",), 1_000_000)])
    assert consent.explain(song.pk, "organize").allowed, "what they said against the list went with them"


def test_the_track_s_own_page_offers_to_decline_while_one_has_not_answered(
    people: People, song: catalogue.Recording
) -> None:
    share(people, song)
    ben, path = signed_in(people.ben), f"/studio/tracks/{song.track_id}/answers"
    assert DECLINE in text(ben, path)
    consent.confirm(people.ben, song.pk)
    assert DECLINE not in text(ben, path)


def test_whoever_writes_a_list_and_whoever_is_not_on_it_does_not_decline(
    ada: Client, people: People, song: catalogue.Recording
) -> None:
    agreed(people, song)
    reply = ada.post(f"{LISTS}/{song.pk}", {"say": "decline"})
    assert reply.status_code == 403
    assert "You write this list yourself." in reply.content.decode()
    stranger = signed_in(people.cleo)
    for word in ("confirm", "decline", "wrong", "right"):
        assert stranger.post(f"{LISTS}/{song.pk}", {"say": word}).status_code == 404, word
    strict = signed_in(people.ben, enforce_csrf_checks=True)
    assert strict.post(f"{LISTS}/{song.pk}", {"say": "decline"}).status_code == 403
    assert states(song) == ["confirmed", "confirmed"]


def test_only_who_disputes_a_list_is_offered_to_settle_it_and_others_are_refused(
    ada: Client, people: People, song: catalogue.Recording
) -> None:
    agreed(people, song)
    path = f"/studio/tracks/{song.track_id}"
    ben = signed_in(people.ben)
    ben.post(f"{path}/holders/dispute", {"disputed": "1"})
    page = text(ben, f"{path}/answers")
    assert RIGHT in page
    assert WRONG not in page
    page = text(ada, f"{path}/answers")
    assert RIGHT not in page
    assert WRONG in page
    before = consent.size()
    reply = ada.post(f"{path}/holders/dispute", {"disputed": "0"})
    assert reply.status_code == 403
    assert "Only who said that the list is wrong can say that it is right after all." in reply.content.decode()
    assert consent.size() == before
    assert not consent.explain(song.pk, "organize").allowed
    ben.post(f"{path}/holders/dispute", {"disputed": "0"})
    assert consent.explain(song.pk, "organize").allowed
    entries = consent.Act.objects.filter(kind="holders").count()
    assert ben.post(f"{path}/holders/dispute", {"disputed": "0"}).status_code == 302  # pressed twice
    assert consent.Act.objects.filter(kind="holders").count() == entries


def test_who_says_that_a_list_is_wrong_is_not_taken_off_it(people: People, song: catalogue.Recording) -> None:
    share(people, song)
    consent.dispute(people.ben, song.pk, True)
    alone = [consent.Named("Ada", "", ("recording",), 1_000_000)]
    with pytest.raises(NotAllowed, match="says that the list is wrong"):
        consent.name_holders(people.ada, song.pk, alone)
    consent.decline(people.ben, song.pk)
    consent.name_holders(people.ada, song.pk, alone)
    assert consent.label_of(song.pk).whole


def test_somebody_named_before_they_signed_up_sees_the_list_and_becomes_that_holder(
    people: People, song: catalogue.Recording
) -> None:
    share(people, song, "tove@example.org")
    tove = accounts.make_account("Tove@example.org", "correct horse battery staple", verified=True)
    client = signed_in(tove)
    page = text(client, LISTS)
    assert "Slow Harbour" in page
    assert f'href="/studio/tracks/{song.track_id}/answers"' not in page  # not theirs to open yet
    assert not consent.Party.objects.filter(user=tove).exists()  # looking makes nobody a party
    client.post(f"{LISTS}/{song.pk}", {"say": "confirm"})
    assert states(song) == ["confirmed", "confirmed"]
    assert f'href="/studio/tracks/{song.track_id}/answers"' in text(client, LISTS)


def test_many_lists_come_page_by_page_for_the_price_of_one(
    people: People,
    bring: Receive,
    monkeypatch: pytest.MonkeyPatch,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    monkeypatch.setattr("antiphon.web.consent.lists.PAGE", 2)
    for number in range(3):
        share(people, bring(people.ada, f"Song {number}.wav"))
    ben = signed_in(people.ben)
    text(ben, LISTS)
    with django_assert_max_num_queries(8):
        page = text(ben, LISTS)
    assert [f"Song {number}</a>" in page for number in range(3)] == [False, True, True]
    older = page.split('href="?before=')[1].split('"')[0]
    page = text(ben, f"{LISTS}?before={older}")
    assert [f"Song {number}</a>" in page for number in range(3)] == [True, False, False]
    assert "?before=" not in page


def test_after_a_restore_who_had_declined_has_declined(people: People, song: catalogue.Recording) -> None:
    agreed(people, song)
    with forgotten():
        consent.dispute(people.ben, song.pk, True)
        consent.decline(people.ben, song.pk)
    assert states(song) == ["confirmed", "declined"]
    assert not consent.explain(song.pk, "organize").allowed
    with pytest.raises(NotFound):
        consent.dispute(people.ben, song.pk, True)
    consent.name_holders(people.ada, song.pk, [consent.Named("Ada", "", ("recording",), 1_000_000)])
    assert consent.explain(song.pk, "organize").allowed


def test_declining_by_the_letter_s_link_is_in_the_log_as_well(people: People, song: catalogue.Recording) -> None:
    secret = share(people, song, "tove@example.org")
    before = ledger.size()
    with forgotten():
        consent.decline_by_link(secret)
    assert states(song) == ["confirmed", "declined"]
    assert ledger.size() > before
