"""The AI label as a browser gets it: on a track's page, on its own page, and as a card."""

from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from antiphon.accounts import service as accounts
from antiphon.catalogue import service as catalogue
from antiphon.consent import service as consent
from tests.db.conftest import Receive
from tests.people import People

pytestmark = pytest.mark.django_db
Publish = Callable[..., catalogue.Track]
LABEL = "/ada-quill/slow-harbour/label"


@pytest.fixture
def publish(people: People, bring: Receive) -> Publish:
    def make(name: str = "Slow Harbour.wav", *, sharing: str = "public") -> catalogue.Track:
        return catalogue.publish_tracks(people.ada, [bring(people.ada, name).track_id], sharing=sharing)[0]

    return make


def text(client: Client, path: str, status: int = 200) -> str:
    reply = client.get(path)
    assert reply.status_code == status, reply.content[:500]
    return reply.content.decode()


def label_in(page: str) -> str:
    return page.split('<section class="ai-label"')[1].split("</section>")[0]


def share(people: People, track: catalogue.Track, **ben: object) -> None:
    lines = [
        consent.Named("Ada", "", ("recording", "composition"), 500_000),
        consent.Named("Ben", "ben@example.org", ("performance",), 500_000, **ben),  # type: ignore[arg-type]
    ]
    consent.name_holders(people.ada, track.recording_id, lines)  # type: ignore[arg-type]


def test_before_anybody_has_answered_the_label_says_no(client: Client, publish: Publish) -> None:
    publish()
    label = label_in(text(client, "/ada-quill/slow-harbour"))
    assert label.count('<span class="said no"><span class="sign"></span>No</span>') == 5
    assert "said yes" not in label
    assert "Nobody has asked yet" in label
    assert "Content matching is not running here yet." in label
    assert f'href="{LABEL}"' in label


def test_groups_that_agree_are_one_row_and_others_open(client: Client, people: People, publish: Publish) -> None:
    publish()
    consent.answer(people.ada, {"recommend": "yes", "organize": "yes", "search-index": "yes", "assist": "ask"})
    label = label_in(text(client, "/ada-quill/slow-harbour"))
    assert label.count('class="group"') == 6
    assert label.count('class="part"') == 4  # of those outside, who do not agree
    assert '<th scope="row">Be found here</th><td><span class="said yes"><span class="sign"></span>Yes</span>' in label
    assert '<th scope="row">Be found outside</th><td><span class="said">Mixed</span>' in label
    assert '<th scope="row">Search engines</th><td><span class="said yes">' in label
    assert '<th scope="row">Tools</th><td><span class="said ask"><span class="sign"></span>Ask me</span>' in label


def test_a_seal_is_said(client: Client, people: People, publish: Publish) -> None:
    track = publish()
    consent.seal(people.ada, [track.recording_id])  # type: ignore[list-item]
    label = label_in(text(client, "/ada-quill/slow-harbour"))
    assert (
        '<th scope="row">Make models</th><td><span class="said no"><span class="sign"></span>No, sealed</span>' in label
    )


def test_the_label_says_who_has_yet_to_confirm_and_names_nobody(
    client: Client, people: People, publish: Publish
) -> None:
    share(people, publish())
    page = text(client, "/ada-quill/slow-harbour")
    assert "Not everybody with rights in it has confirmed" in label_in(page)
    assert "Ben" not in page
    consent.confirm(people.ben, catalogue.track_at("ada-quill", "slow-harbour", None).track.recording_id)  # type: ignore[union-attr,arg-type]
    assert "Said by all 2 who hold rights; where one said nothing, it is a no." in label_in(
        text(client, "/ada-quill/slow-harbour")
    )


def test_since_when_is_said_in_the_reader_s_time(client: Client, people: People, publish: Publish) -> None:
    from datetime import UTC, datetime

    track = publish()
    moment = datetime(2026, 11, 4, 23, 2, tzinfo=UTC)
    consent.Subject.objects.filter(pk=track.recording_id).update(since=moment)
    assert "4 November 2026, 23:02 UTC" in label_in(text(client, "/ada-quill/slow-harbour"))
    accounts.set_preferences(people.ben, time_zone="Europe/Oslo", language="", theme="")
    client.force_login(people.ben)
    assert "5 November 2026, 00:02 CET" in label_in(text(client, "/ada-quill/slow-harbour"))


def test_who_asked_is_offered_to_holders_alone(client: Client, people: People, publish: Publish) -> None:
    share(people, publish())
    for person, offered in ((None, False), (people.cleo, False), (people.ben, True), (people.ada, True)):
        if person:
            client.force_login(person)
        assert ("/studio/asked?recording=" in label_in(text(client, "/ada-quill/slow-harbour"))) == offered


def test_all_sixteen_say_why_and_name_people_to_holders_only(client: Client, people: People, publish: Publish) -> None:
    track = publish()
    share(people, track)
    consent.confirm(people.ben, track.recording_id)  # type: ignore[arg-type]
    consent.answer(people.ada, {"recommend": "no"})
    page = text(client, LABEL)
    assert page.count('<dd class="verdict">') == 16
    assert "Somebody with rights in it said no. One no is enough." in page
    assert "What would change it: Everyone who said no takes it back." in page.replace("</span>", "")
    assert "Ada Quill said no on" not in page
    client.force_login(people.cleo)
    assert "Ada Quill said no on" not in text(client, LABEL)
    client.force_login(people.ben)
    assert "Ada Quill said no on" in text(client, LABEL)


def test_the_card_has_a_code_and_asks_nobody_else_for_anything(client: Client, publish: Publish) -> None:
    publish()
    page = text(client, LABEL)
    assert '<svg viewBox="0 0' in page
    assert 'class="code"' in page
    assert f"http://localhost:8000{LABEL}" in page
    assert "style=" not in page
    card = page.split('class="label-card"')[1].split('id="sixteen-title"')[0]
    assert "<img" not in card
    assert "src=" not in card


def test_the_code_leads_to_the_label() -> None:
    import segno

    from antiphon.web.consent.label import code_of

    address = f"https://music.example{LABEL}"
    assert code_of(address) == segno.make(address, error="m", micro=False).svg_inline(
        border=4, omitsize=True, dark="#000", light="#fff", svgclass="code"
    )
    assert segno.make(address, error="m", micro=False).error == "M"


def test_a_label_is_shown_to_whoever_may_see_its_track(client: Client, people: People, publish: Publish) -> None:
    track = publish(sharing="secret")
    text(client, LABEL, 404)
    page = text(client, f"/ada-quill/slow-harbour/{track.secret_token}/label")
    assert "noindex" in page
    assert f"/ada-quill/slow-harbour/{track.secret_token}/label" in page
    text(client, "/nobody/nothing/label", 404)
    catalogue.withdraw_tracks(people.ada, [track.pk])
    client.force_login(people.cleo)
    text(client, f"/ada-quill/slow-harbour/{track.secret_token}/label", 410)


def test_a_former_address_leads_to_the_label(client: Client, people: People, publish: Publish) -> None:
    track = publish()
    catalogue.edit_track(people.ada, track.pk, {"slug": "harbour"})
    assert client.get(LABEL).headers["Location"] == "/ada-quill/harbour/label"
    accounts.rename_profile(people.ada, people.ada_quill.pk, "quill")
    assert client.get("/ada-quill/harbour/label").headers["Location"] == "/quill/harbour/label"


def test_a_set_called_label_keeps_its_page(client: Client, people: People, publish: Publish) -> None:
    track = publish()
    music_set = catalogue.make_set(people.ada, people.ada_quill.pk, title="Label")
    catalogue.put_tracks(people.ada, music_set.pk, [track.pk])
    catalogue.publish_set(people.ada, music_set.pk)
    assert "<h1>Label</h1>" in text(client, "/ada-quill/sets/label")


def test_titles_are_escaped(client: Client, people: People, publish: Publish) -> None:
    track = publish()
    catalogue.edit_track(people.ada, track.pk, {"title": "<b>Slow</b> & low"})
    page = text(client, LABEL)
    assert "<b>Slow" not in page
    assert "&lt;b&gt;Slow&lt;/b&gt; &amp; low" in page


def test_the_label_costs_one_query(
    client: Client, people: People, publish: Publish, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    track = publish()
    with django_assert_max_num_queries(1):
        seen, is_holder = consent.label_seen_by(track.recording_id, people.ada)  # type: ignore[arg-type]
    assert is_holder
    assert seen == consent.label_of(track.recording_id)  # type: ignore[arg-type]
    text(client, LABEL)
    with django_assert_max_num_queries(18):
        text(client, LABEL)


def test_sixteen_decisions_at_once_are_those_of_explain(people: People, publish: Publish) -> None:
    track = publish()
    share(people, track)
    consent.confirm(people.ben, track.recording_id)  # type: ignore[arg-type]
    consent.answer(people.ada, {"recommend": "no", "organize": "yes", "finetune": "yes", "research": "ask"})
    consent.seal(people.ben, [track.recording_id])  # type: ignore[list-item]
    for for_holders in (False, True):
        each = consent.explain_each(track.recording_id, for_holders=for_holders)  # type: ignore[arg-type]
        assert len(each) == 16
        for slug, decision in each.items():
            alone = consent.explain(track.recording_id, slug, at=decision.at, for_holders=for_holders)  # type: ignore[arg-type]
            assert decision == alone
    assert {one.rule for one in consent.explain_each(0).values()} == {consent.explain(0, "organize").rule}


def test_labels_that_say_the_same_are_drawn_once_and_others_anew(
    client: Client, people: People, publish: Publish
) -> None:
    one, two = publish("One.wav"), publish("Two.wav")
    first = client.get(one.get_absolute_url()).content.decode()
    assert client.get(two.get_absolute_url()).content.decode().count("Always on") == first.count("Always on") > 0
    consent.answer(people.ada, {"organize": "yes"}, [consent.Scope(consent.TRACK, one.recording_id or 0)])
    assert "Similar sound, tags" in client.get(one.get_absolute_url()).content.decode()
    assert "Similar sound, tags" not in client.get(two.get_absolute_url()).content.decode()
    consent.answer(people.ada, {"organize": "no"}, [consent.Scope(consent.TRACK, one.recording_id or 0)])
    assert "Similar sound, tags" not in client.get(one.get_absolute_url()).content.decode()
