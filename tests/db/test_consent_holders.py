"""Those who share the rights: the list and who may write it, and the page of whoever was invited by a letter."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from antiphon.catalogue import service as catalogue
from antiphon.consent import service as consent
from antiphon.kernel import clock
from antiphon.mail.models import Letter
from tests.db.answering import share, signed_in, text
from tests.db.conftest import Receive
from tests.people import People

pytestmark = pytest.mark.django_db


def test_holders_are_named_confirm_and_dispute(ada: Client, people: People, song: catalogue.Recording) -> None:
    path = f"/studio/tracks/{song.track_id}"
    page = text(ada, f"{path}/answers")
    [holder] = re.findall(r'name="holder-0" value="(\d+)"', page)
    sent = {
        "lines": "2", "holder-0": holder, "name-0": "Ada", "roles-0": ["recording", "composition"], "share-0": "60",
        "name-1": "Ben", "email-1": "ben@example.org", "roles-1": "performance", "share-1": "39,5", "minor-1": "1",
    }  # fmt: skip
    reply = ada.post(f"{path}/holders", sent)
    assert reply.status_code == 422
    assert "The shares add up to 99.5 %, not to 100 %." in reply.content.decode()
    assert 'value="ben@example.org"' in reply.content.decode()
    page = ada.post(f"{path}/holders", {**sent, "share-1": "40"}, follow=True).content.decode()
    assert "asked, has not answered" in page
    assert "a minor" in page
    assert "ben@example.org" not in page
    assert [(row.share_ppm, row.state) for row in consent.holders_of(song.pk)] == [
        (600_000, "confirmed"), (400_000, "invited")
    ]  # fmt: skip
    ben = signed_in(people.ben)
    assert "You were named as a holder of 40 %" in text(ben, f"{path}/answers")
    assert "Change the list" not in text(ben, f"{path}/answers")
    assert ben.post(f"{path}/holders", sent).status_code == 404
    ben.post(f"{path}/holders/confirm")
    assert consent.label_of(song.pk).whole
    ben.post(f"{path}/holders/dispute", {"disputed": "1"})
    assert "The list of holders is disputed" in text(ada, f"{path}/answers")
    ben.post(f"{path}/holders/dispute", {"disputed": "0"})
    assert consent.label_of(song.pk).whole
    dropped = {"lines": "1", "holder-0": holder, "roles-0": "recording", "share-0": "100"}
    reply = ada.post(f"{path}/holders", dropped)
    assert "has confirmed their rights and cannot be taken off the list" in reply.content.decode()


@pytest.mark.parametrize("share_of_ada", ["x", "-1", "101", "NaN", "Infinity"])
def test_a_share_is_a_percentage(ada: Client, song: catalogue.Recording, share_of_ada: str) -> None:
    holder = consent.holders_of(song.pk)[0].pk
    sent = {"lines": "1", "holder-0": holder, "roles-0": "recording", "share-0": share_of_ada}
    assert ada.post(f"/studio/tracks/{song.track_id}/holders", sent).status_code == 422
    assert ada.post(f"/studio/tracks/{song.track_id}/holders", {"lines": "x"}).status_code == 422
    assert consent.holders_of(song.pk)[0].share_ppm == 1_000_000


def test_looking_at_an_invitation_uses_nothing_up_and_answering_does(people: People, song: catalogue.Recording) -> None:
    client, secret = Client(), share(people, song, "tove@example.org")
    for _again in range(3):
        page = text(client, f"/answers/{secret}")
    assert "Slow Harbour" in page
    assert "Ada Quill" in page
    assert page.count('class="use"') == 14
    assert " checked" not in page
    reply = client.get(f"/answers/{secret}")
    assert reply.headers["X-Robots-Tag"].endswith("noindex, nofollow")
    assert reply.headers["Referrer-Policy"] == "same-origin"
    nothing = client.post(f"/answers/{secret}", {"do": "answer"})
    assert nothing.status_code == 422
    done = client.post(f"/answers/{secret}", {"do": "answer", "say-organize": "yes"}).content.decode()
    assert "Thank you, that counts" in done
    consent.answer(people.ada, {"organize": "yes"})
    assert consent.explain(song.pk, "organize").allowed
    for method in (client.get, client.post):
        reply = method(f"/answers/{secret}")
        assert reply.status_code == 410
        assert "This link is used up" in reply.content.decode()
    [proof] = re.findall(r'href="(/answers/proof/[^"]+)"', done)
    assert client.get(proof).status_code in (200, 202)
    text(client, "/answers/proof/abc", 404)


def test_an_invited_holder_answers_without_scripts_from_the_page_alone(
    people: People, song: catalogue.Recording
) -> None:
    client = Client(enforce_csrf_checks=True)
    address = f"/answers/{share(people, song, 'tove@example.org')}"
    page = client.get(address)
    # Under "no-referrer" a browser says `Origin: null` when it sends a form, and that is refused below.
    assert page.headers["Referrer-Policy"] == "same-origin"
    (token,) = set(re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', page.content.decode()))
    form = {"do": "no", "csrfmiddlewaretoken": token}
    for elsewhere in ("null", "https://elsewhere.example"):
        assert client.post(address, form, headers={"Origin": elsewhere}).status_code == 403
    reply = client.post(
        address, form, headers={"Origin": "http://testserver", "Referer": f"http://testserver{address}"}
    )
    assert reply.status_code == 200
    assert consent.explain(song.pk, "organize").rule == "holder.no"


def test_an_invited_holder_says_no_to_everything_or_to_holding_anything(people: People, bring: Receive) -> None:
    one, two = bring(people.ada), bring(people.ada, "Other.wav")
    client = Client()
    client.post(f"/answers/{share(people, one, 'tove@example.org')}", {"do": "no"})
    assert consent.label_of(one.pk).whole
    assert consent.explain(one.pk, "organize").rule == "holder.no"
    page = client.post(f"/answers/{share(people, two, 'ravn@example.org')}", {"do": "decline"}).content.decode()
    assert "Thank you for saying so" in page
    assert not consent.label_of(two.pk).whole
    assert {row.state for row in consent.holders_of(two.pk)} == {"confirmed", "declined"}


def test_an_invitation_ends_after_its_days_and_needs_its_token(
    people: People, song: catalogue.Recording, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = share(people, song, "tove@example.org")
    assert Client(enforce_csrf_checks=True).post(f"/answers/{secret}", {"do": "no"}).status_code == 403
    later = clock.now() + timedelta(days=31)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert "This link is used up" in text(Client(), f"/answers/{secret}", 410)
    assert "This link is used up" in text(Client(), "/answers/%3Cb%3E", 410)


def form_of(page: str) -> dict[str, list[str]]:
    """The list's form as a browser would send it back, untouched."""
    form = page.split('/holders">')[1].split("</form>")[0]
    sent: dict[str, list[str]] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name = re.search(r'name="([^"]+)"', tag)
        value = re.search(r'value="([^"]*)"', tag)
        if name and ('type="checkbox"' not in tag or " checked" in tag):
            sent.setdefault(name.group(1), []).append(value.group(1) if value else "")
    return sent


def test_a_list_that_names_somebody_who_has_gone_is_rewritten_around_their_line(
    ada: Client, people: People, song: catalogue.Recording
) -> None:
    path = f"/studio/tracks/{song.track_id}"
    share(people, song)
    consent.confirm(people.ben, song.pk)
    consent.answer(people.ben, {"organize": "no"})
    consent.forget_person(people.ben.pk)
    page = text(ada, f"{path}/answers")
    assert "Their account has ended: this line stays as it is, with 50 %." in page
    sent = form_of(page)
    assert sent["roles-1"] == ["performance"]
    new = {"name-2": "Cleo", "email-2": "cleo@example.org", "roles-2": "composition", "share-2": "20", "share-0": "30"}
    assert ada.post(f"{path}/holders", {**sent, **new}).status_code == 302
    rows = consent.holders_of(song.pk)
    assert [(row.share_ppm, row.roles, row.state) for row in rows] == [
        (300_000, "recording", "confirmed"), (500_000, "performance", "confirmed"), (200_000, "composition", "invited")
    ]  # fmt: skip
    assert consent.explain(song.pk, "organize").rule == "holder.no", "a no of somebody who has gone stays"
    assert Letter.objects.filter(to="cleo@example.org").count() == 1


def test_the_line_of_somebody_who_has_gone_is_neither_changed_nor_left_out(
    ada: Client, people: People, song: catalogue.Recording
) -> None:
    path = f"/studio/tracks/{song.track_id}"
    share(people, song)
    consent.confirm(people.ben, song.pk)
    consent.forget_person(people.ben.pk)
    sent = form_of(text(ada, f"{path}/answers"))
    for changed in ({"share-1": "40", "share-0": "60"}, {"roles-1": "composition"}, {"minor-1": "1"}):
        reply = ada.post(f"{path}/holders", {**sent, **changed})
        assert reply.status_code == 422, changed
        assert "A former holder has left this site, so their role and share stay as they are." in reply.content.decode()
        assert "Their account has ended" in reply.content.decode()
    reply = ada.post(f"{path}/holders", {**sent, "lines": "1", "share-0": "100"})
    assert "Their account has ended: leave their line as it was." in reply.content.decode()
    assert [row.share_ppm for row in consent.holders_of(song.pk)] == [500_000, 500_000]
    stranger = ada.post(f"{path}/holders", {**sent, "holder-1": "999999"})
    assert "The list has changed since you opened it." in stranger.content.decode()


def test_saving_a_list_without_names_tells_nobody_s_name(
    ada: Client, people: People, song: catalogue.Recording
) -> None:
    share(people, song, "cleo@example.org")
    sent = form_of(text(ada, f"/studio/tracks/{song.track_id}/answers"))
    ada.post(f"/studio/tracks/{song.track_id}/holders", {**sent, "name-1": ""})
    assert [consent.holder_name(row) for row in consent.holders_of(song.pk)] == ["Ada Quill", "Ben"]
