"""What moderators and those concerned see."""

import pytest
from django.test import Client
from django.urls import reverse

from antiphon.accounts import service as accounts
from antiphon.catalogue import service as catalogue
from tests.db.conftest import Receive
from tests.people import People


@pytest.fixture
def mo(people: People) -> Client:
    browser = Client()
    browser.force_login(people.mo)
    return browser


@pytest.fixture
def case_id(people: People) -> int:
    return catalogue.report(people.ben, "profile", people.ada_quill.pk, "spam", "Look <here>").case_id or 0


def test_a_moderator_takes_decides_and_goes_on_to_the_next(mo: Client, people: People, case_id: int) -> None:
    following = catalogue.report(None, "profile", people.lux_records.pk, "hate").case_id
    assert b"Ada Quill" in mo.get(reverse("operate_reports")).content
    assert mo.post(reverse("operate_claim", args=[case_id])).url == reverse("operate_case", args=[case_id])
    page = mo.get(reverse("operate_case", args=[case_id])).content
    assert b"Look &lt;here&gt;" in page
    assert b"ben@example.org" not in page
    refused = mo.post(reverse("operate_decide", args=[case_id]), {"verdict": "hide", "because": " "})
    assert refused.status_code == 422
    done = mo.post(reverse("operate_decide", args=[case_id]), {"verdict": "hide", "because": "Only links."})
    assert done.url == reverse("operate_case", args=[following])
    decided = mo.get(reverse("operate_reports"), {"show": "decided"}).content
    assert b"Only links." in decided
    assert b"mo@example.org" in decided
    assert mo.post(reverse("operate_decide", args=[case_id]), {"verdict": "leave", "because": "x"}).status_code == 422
    assert mo.post(reverse("operate_unhide", args=["profile", people.ada_quill.pk])).status_code == 302
    assert accounts.profile_at("ada-quill", people.ben)


def test_the_owner_reads_the_reason_and_appeals_on_the_page(
    ada: Client, mo: Client, people: People, case_id: int
) -> None:
    ruling = catalogue.rule(people.mo, case_id, "hide", "Only links.")
    assert b"Only links." in ada.get(reverse("account_decisions")).content
    page = reverse("account_decision", args=[ruling.pk])
    assert b"Only links." in ada.get(page).content
    assert b"mo@example.org" not in ada.get(page).content
    assert Client().get(page).status_code == 404
    assert ada.post(page, {"words": "They are my shops."}).url == page
    assert b"nobody has answered yet" in ada.get(page).content
    assert b"They are my shops." in mo.get(reverse("operate_case", args=[case_id])).content
    answered = mo.post(reverse("operate_answer", args=[case_id]), {"outcome": "changed", "because": "Fair."})
    assert answered.status_code == 302
    assert b"Fair." in ada.get(page).content


def test_a_reporter_reads_what_became_of_it(people: People, case_id: int) -> None:
    ben = Client()
    ben.force_login(people.ben)
    assert b"not decided yet" in ben.get(reverse("account_decisions")).content
    catalogue.rule(people.mo, case_id, "leave", "A person.")
    assert b"left as it is" in ben.get(reverse("account_decisions")).content


def test_the_trail_is_filtered_and_given_as_csv(mo: Client, people: People, case_id: int) -> None:
    catalogue.rule(people.mo, case_id, "hide", "Only links.")
    everything = mo.get(reverse("operate_trail"))
    assert b"Only links." in everything.content
    assert "Only links." not in mo.get(reverse("operate_trail"), {"what": "leave"}).content.decode()
    assert "Only links." not in mo.get(reverse("operate_trail"), {"until": "2001-01-01"}).content.decode()
    assert b"Only links." in mo.get(reverse("operate_trail"), {"case": str(case_id), "since": "bad"}).content
    table = mo.get(reverse("operate_trail_csv"), {"kind": "profile"})
    assert table["Content-Type"].startswith("text/csv")
    assert b"Only links." in table.content


@pytest.mark.parametrize("name", ["operate_trail", "operate_trail_csv"])
def test_the_trail_is_closed_by_default(ada: Client, name: str) -> None:
    assert Client().get(reverse(name)).url.startswith(reverse("account_login"))
    assert ada.get(reverse(name)).status_code == 403


def test_the_owner_s_banner_leads_to_the_decision(ada: Client, people: People, bring: Receive) -> None:
    track = catalogue.publish_tracks(people.ada, [bring(people.ada).track_id])[0]
    catalogue.hide(people.mo, "track", track.pk, "Spam <b>")
    page = ada.get(track.get_absolute_url()).content
    assert b"Spam &lt;b&gt;" in page
    assert reverse("account_decisions").encode() in page
