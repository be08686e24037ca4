"""The pages of those who ask and of those who are asked, as a browser without scripts gets them."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from antiphon.catalogue import service as catalogue
from antiphon.consent import service as consent
from antiphon.consent.models import Enquiry
from antiphon.kernel import clock
from antiphon.mail.models import Letter
from tests.db.answering import share, signed_in, text
from tests.db.conftest import Receive
from tests.people import People

pytestmark = pytest.mark.django_db


@pytest.fixture
def songs(people: People, bring: Receive) -> list[catalogue.Track]:
    """Two public songs of Ada's: she wants to be asked about one, and says no for the other."""
    made = [bring(people.ada), bring(people.ada, "Northern Light.wav")]
    tracks = catalogue.publish_tracks(people.ada, [one.track_id for one in made])
    consent.answer(people.ada, {"finetune": "ask"})
    consent.answer(people.ada, {"finetune": "no"}, [consent.Scope(consent.TRACK, made[1].pk)])
    return sorted(tracks, key=lambda one: one.pk)


def filled(tracks: str, **changed: str) -> dict[str, str]:
    today = timezone.localtime(clock.now()).date()
    return {
        "tracks": tracks, "purpose": "finetune", "first": str(today), "until": str(today + timedelta(days=30)),
        "amount": "12,50", "currency": "eur", "name": "Müller & Söhne <b>", "about": "Wir bauen Klänge",
        "words": "Ein <script>Lied</script>.", "email": "lab@uni.example",
    } | changed  # fmt: skip


def sent(client: Client, form: dict[str, str], step: str = "send") -> Any:
    return client.post("/licence", form | {"step": step})


def secret_in_letter() -> str:
    return Letter.objects.get(to="lab@uni.example").body.split("/licence/by-link/")[1].split()[0]


def test_a_stranger_asks_by_letter_and_the_holder_says_yes(people: People, songs: list[catalogue.Track]) -> None:
    client = Client()
    address = songs[0].get_absolute_url()
    label = text(client, f"{address}/label")
    assert f"/licence?of={address}" in label
    page = text(client, f"/licence?of={address}")
    assert address in page
    look = sent(client, filled(f"{address}\n/ada-quill/northern-light\nhttps://elsewhere.example/x\n/nobody"), "look")
    said = look.content.decode()
    assert "1 track can be asked for" in said
    assert "Their answer is no" in said
    assert "elsewhere.example" in said
    assert "EUR 12.50" in said
    assert "<b>" not in said
    assert not Enquiry.objects.exists()

    reply = sent(client, filled(address))
    assert reply.url == "/licence/sent"
    assert "letter is on its way" in text(client, reply.url)
    link = f"/licence/by-link/{secret_in_letter()}"
    assert "Send it off?" in text(client, link)
    assert not Letter.objects.filter(to="ada@example.org", key__startswith="enquiry:").exists()
    assert client.post(link, {"do": "open"}).status_code == 302
    assert "Waiting: 0 of 1 have replied" in text(client, link)
    reply = client.get(link)
    assert "noindex" in reply["X-Robots-Tag"]

    ada, row = signed_in(people.ada), Enquiry.objects.get()
    assert "Waits for your reply" in text(ada, "/studio/enquiries")
    page = text(ada, f"/studio/enquiries/{row.uid}")
    assert "uni.example" in page
    assert "lab@uni" not in page, "the address itself is nobody's business"
    assert "<script>Lied" not in page
    assert "checked" not in page.split("<form")[-1], "nothing is chosen for her"
    nothing = ada.post(f"/studio/enquiries/{row.uid}", {"do": "yes"})
    assert nothing.status_code == 422
    assert "Mark the tracks" in nothing.content.decode()
    ada.post(f"/studio/enquiries/{row.uid}", {"do": "yes", "yes": songs[0].recording_id, "words": "Gern."})
    said = text(client, link)
    assert "Granted" in said
    assert "Gern." in said
    assert "Ada" not in said.split("How it stands")[1].split("What they write")[1]
    ada.post(f"/studio/enquiries/{row.uid}", {"do": "no"})
    assert "Refused" in text(client, link)


def test_somebody_with_an_account_asks_at_once_and_keeps_their_name(
    people: People, songs: list[catalogue.Track]
) -> None:
    cleo = signed_in(people.cleo)
    form = filled("/ada-quill", email="ignored@example.org")
    reply = sent(cleo, form)
    row = Enquiry.objects.get()
    assert reply.url == f"/licence/enquiries/{row.uid}"
    assert (row.email, row.recordings.count()) == ("cleo@example.org", 1)
    assert "You ask as Müller &amp; Söhne &lt;b&gt;" in text(cleo, reply.url)
    assert 'name="name"' not in text(cleo, "/licence"), "a name that is known is kept"
    assert "Models of this artist" in text(cleo, "/licence/enquiries")
    cleo.post(f"/licence/enquiries/{row.uid}/withdraw")
    assert "You took it back" in text(cleo, reply.url)
    assert signed_in(people.ben).get(reply.url).status_code == 404
    assert signed_in(people.ben).get(f"/studio/enquiries/{row.uid}").status_code == 404
    assert Client().get(reply.url).status_code == 302


def test_a_holder_without_an_account_replies_by_letter(people: People, songs: list[catalogue.Track]) -> None:
    recording = catalogue.Recording.objects.get(pk=songs[0].recording_id)
    consent.answer_by_link(share(people, recording, "zoe@example.org"), {"finetune": "ask"})
    sent(signed_in(people.cleo), filled(songs[0].get_absolute_url()))
    letter = Letter.objects.filter(to="zoe@example.org").latest("pk")
    path = "/answers/enquiry/" + letter.body.split("/answers/enquiry/")[1].split()[0]
    client = Client()
    assert "asks for a licence" in text(client, path)
    assert client.post(path, {"do": "no", "shuts-out": "1"}).status_code == 302
    assert "You said no" in text(client, path)
    turned = client.post(path, {"do": "yes", "yes": recording.pk})
    assert turned.status_code == 409 or "cannot become a yes" in turned.content.decode()
    assert client.get("/answers/enquiry/nonsense").status_code == 410
    again = sent(signed_in(people.cleo), filled(songs[0].get_absolute_url()))
    assert "There is nobody to ask" in again.content.decode()


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("amount", "1.200", "no marks for thousands"),
        ("currency", "XYZ", "a currency such as EUR"),
        ("until", "2020-01-01", "gone by"),
        ("purpose", "identify", "valid choice"),
        ("email", "nowhere", "valid email"),
        ("words", "", "required"),
    ],
)
def test_a_field_that_is_wrong_is_said_beside_it(
    songs: list[catalogue.Track], field: str, value: str, said: str
) -> None:
    reply = sent(Client(), filled(songs[0].get_absolute_url(), **{field: value}))
    assert reply.status_code == 422
    assert said in reply.content.decode()
    assert not Enquiry.objects.exists()


def test_no_stranger_has_letters_written_all_day(songs: list[catalogue.Track]) -> None:
    client, address = Client(), songs[0].get_absolute_url()
    made = [sent(client, filled(address, email=f"n{n}@uni.example")).status_code for n in range(11)]
    assert made == [302] * 10 + [422]
    assert Letter.objects.filter(key__contains=":prove").count() == 10


def test_where_everybody_says_no_there_is_no_door(people: People, songs: list[catalogue.Track]) -> None:
    consent.answer(people.ada, consent.everything("no"))
    assert "/licence?of=" not in text(Client(), f"{songs[0].get_absolute_url()}/label").split("</head>")[1]


def test_lists_say_so_when_they_are_empty(people: People) -> None:
    assert "Nobody has asked for a licence" in text(signed_in(people.ada), "/studio/enquiries")
    assert "You have asked for nothing yet" in text(signed_in(people.ada), "/licence/enquiries")


def test_a_track_that_is_not_public_cannot_be_asked_for(people: People, songs: list[catalogue.Track]) -> None:
    catalogue.unpublish_tracks(people.ada, [songs[0].pk])
    reply = sent(Client(), filled(songs[0].get_absolute_url()), "look")
    assert "Not found here" in reply.content.decode()
