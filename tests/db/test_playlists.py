"""Sets that listeners make of what they hear: added to from anywhere, of many creators, theirs to show or to keep."""

import pytest
from django.test import Client

from antiphon.accounts import service as accounts
from antiphon.catalogue import service as catalogue
from antiphon.consent import service as consent
from antiphon.kernel.errors import BadInput, NotFound
from tests.db.conftest import Receive
from tests.people import People

pytestmark = pytest.mark.django_db


@pytest.fixture
def songs(people: People, bring: Receive) -> dict[str, int]:
    """Two of Ada's and one of Cleo's, all public."""
    made = {}
    for user, title in ((people.ada, "Ebb"), (people.ada, "Flood"), (people.cleo, "North")):
        made[title] = bring(user, f"{title}.wav").track_id
        catalogue.publish_tracks(user, [made[title]])
    return made


@pytest.fixture
def mix(people: People, songs: dict[str, int]) -> catalogue.MusicSet:
    """Ben's, who had no profile."""
    made = catalogue.begin_playlist(people.ben, "Mix", songs["Ebb"], sharing="public", name="Ben Ohm")
    for title in ("North", "Flood"):
        catalogue.add_to_set(people.ben, made.pk, songs[title])
    return made


def page(client: Client, path: str) -> str:
    return client.get(path).content.decode()


def shown(who: accounts.User | None, music_set: catalogue.MusicSet, secret: str = "") -> list[str]:
    return [track.title for track in catalogue.set_for(who, music_set.pk, secret).tracks]


def signed_in(user: accounts.User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_a_listener_gets_a_name_with_the_first_set(people: People, songs: dict[str, int]) -> None:
    assert accounts.profiles_of(people.ben) == []
    with pytest.raises(BadInput) as refused:
        catalogue.begin_playlist(people.ben, "Mix", songs["Ebb"])
    assert set(refused.value.fields) == {"name"}
    made = catalogue.begin_playlist(people.ben, "Mix", songs["Ebb"], name="Ben Ohm")
    assert (made.profile.slug, made.kind, made.published_at) == ("ben-ohm", "playlist", None)
    again = catalogue.begin_playlist(people.ben, "Other", songs["North"], name="Somebody else")
    assert again.profile == made.profile
    with pytest.raises(BadInput):
        catalogue.begin_playlist(people.ben, " ", songs["North"])
    with pytest.raises(BadInput):
        catalogue.begin_playlist(people.ben, "Odd", songs["North"], sharing="sideways")
    assert len(catalogue.own_sets(people.ben)) == 2


def test_a_set_of_many_creators_is_seen_as_its_maker_wants(people: People, mix: catalogue.MusicSet) -> None:
    assert shown(None, mix) == shown(people.cleo, mix) == ["Ebb", "North", "Flood"]
    catalogue.share_set(people.ben, mix.pk, "secret")
    for who in (None, people.cleo):
        with pytest.raises(NotFound):
            catalogue.set_for(who, mix.pk)
        assert shown(who, mix, mix.secret_token) == ["Ebb", "North", "Flood"]
    catalogue.share_set(people.ben, mix.pk, "private")
    for secret in ("", mix.secret_token):
        with pytest.raises(NotFound):
            catalogue.set_for(people.cleo, mix.pk, secret)
    assert shown(people.ben, mix) == ["Ebb", "North", "Flood"]
    assert catalogue.search(None, "mix").sets == []
    catalogue.share_set(people.ben, mix.pk, "public")
    assert catalogue.search(None, "mix").sets == [mix]


@pytest.mark.parametrize("gone", ["private", "withdrawn", "hidden", "blocked"])
def test_what_others_take_away_is_named_to_the_maker_and_to_nobody_else(
    people: People, songs: dict[str, int], mix: catalogue.MusicSet, gone: str
) -> None:
    if gone == "private":
        catalogue.edit_track(people.cleo, songs["North"], {"sharing": "private", "title": "A name of today"})
    elif gone == "withdrawn":
        catalogue.withdraw_tracks(people.cleo, [songs["North"]])
    elif gone == "hidden":
        catalogue.hide(people.mo, "track", songs["North"], "Not theirs.")
    else:
        accounts.block(people.cleo, people.ben)
    assert shown(people.ben, mix) == ["Ebb", "Flood"]
    assert shown(None, mix) == (["Ebb", "North", "Flood"] if gone == "blocked" else ["Ebb", "Flood"])
    held = catalogue.held_by_set(people.ben, mix.pk)
    assert [(one.title, one.track is not None) for one in held] == [("Ebb", True), ("North", False), ("Flood", True)]
    assert "Not available" in page(signed_in(people.ben), mix.get_absolute_url())
    assert "A name of today" not in page(signed_in(people.ben), mix.get_absolute_url())
    for stranger in (Client(), signed_in(people.ada)):
        assert "Not available" not in page(stranger, mix.get_absolute_url())


def test_the_order_is_changed_around_what_is_gone_and_nothing_is_lost(
    people: People, songs: dict[str, int], mix: catalogue.MusicSet
) -> None:
    catalogue.edit_track(people.cleo, songs["North"], {"sharing": "private"})
    ben, address = signed_in(people.ben), f"/studio/sets/{mix.pk}"
    assert "North" in page(ben, address)
    ben.post(address, {"move": f"up:{songs['Flood']}"})
    assert [one.title for one in catalogue.held_by_set(people.ben, mix.pk)] == ["Ebb", "Flood", "North"]
    ben.post(address, {"do": "order", "order": [songs["North"], songs["Ebb"]]}, headers={"X-Part": "1"})
    assert [one.title for one in catalogue.held_by_set(people.ben, mix.pk)] == ["North", "Ebb", "Flood"]
    catalogue.edit_track(people.cleo, songs["North"], {"sharing": "public"})
    assert shown(None, mix) == ["North", "Ebb", "Flood"]
    ben.post(address, {"move": f"out:{songs['North']}"})
    assert shown(None, mix) == ["Ebb", "Flood"]


def test_nobody_puts_in_what_they_may_not_hear(people: People, songs: dict[str, int], mix: catalogue.MusicSet) -> None:
    catalogue.edit_track(people.cleo, songs["North"], {"sharing": "secret"})
    catalogue.take_out(people.ben, mix.pk, songs["North"])
    for verb in (
        lambda: catalogue.add_to_set(people.ben, mix.pk, songs["North"]),
        lambda: catalogue.put_tracks(people.ben, mix.pk, [songs["North"]]),
        lambda: catalogue.begin_playlist(people.ben, "Other", songs["North"]),
        lambda: catalogue.add_to_set(people.ada, mix.pk, songs["Ebb"]),
    ):
        with pytest.raises(NotFound):
            verb()
    assert len(catalogue.own_sets(people.ben)) == 1, "a set that could not begin is not there"


def test_adding_twice_is_adding_once(people: People, songs: dict[str, int], mix: catalogue.MusicSet) -> None:
    assert not catalogue.add_to_set(people.ben, mix.pk, songs["Ebb"])
    assert shown(None, mix) == ["Ebb", "North", "Flood"]


def test_answers_on_my_set_say_nothing_for_others(
    people: People, bring: Receive, songs: dict[str, int], mix: catalogue.MusicSet
) -> None:
    own = bring(people.ben, "Mine.wav")
    catalogue.add_to_set(people.ben, mix.pk, own.track_id)
    before = {title: states(people, pk) for title, pk in songs.items()}
    consent.answer(people.ada, {"organize": "yes"})
    yes = {title: states(people, pk) for title, pk in songs.items()}
    consent.answer(people.ben, {"organize": "no", "train-generative": "yes"}, [consent.Scope(consent.SET, mix.pk)])
    assert {title: states(people, pk) for title, pk in songs.items()} == yes != before
    assert consent.explain(own.pk, "organize").rule == "holder.no"
    catalogue.delete_set(people.ben, mix.pk)
    assert {title: states(people, pk) for title, pk in songs.items()} == yes


def states(people: People, track_id: int) -> dict[str, str]:
    track = catalogue.track_for(people.mo, track_id)
    return consent.label_of(track.recording_id or 0).by_purpose


def test_sharing_my_set_publishes_nobodys_drafts(people: People, bring: Receive, songs: dict[str, int]) -> None:
    draft = bring(people.ada, "Draft.wav").track_id
    made = catalogue.begin_playlist(people.ada, "Mix", draft, sharing="public")
    catalogue.add_to_set(people.ada, made.pk, songs["North"])
    assert catalogue.own_track(people.ada, draft).state == "draft"
    assert shown(None, made) == ["North"]


# The page and the dialog


def test_a_stranger_is_asked_to_sign_in_and_comes_back(songs: dict[str, int]) -> None:
    reply = Client().get(f"/listen/{songs['Ebb']}/sets")
    assert reply.status_code == 302
    assert reply.headers["Location"].endswith(f"next=/listen/{songs['Ebb']}/sets")


def test_without_scripts_a_page_does_it_all(people: People, songs: dict[str, int]) -> None:
    ben, address = signed_in(people.ben), f"/listen/{songs['Ebb']}/sets"
    assert "Your name here" in page(ben, address)
    refused = ben.post(address, {"new": "1", "title": "Mix"})
    assert refused.status_code == 422
    assert "under which name" in refused.content.decode()
    assert ben.post(address, {"new": "1", "title": "Mix", "name": "Ben Ohm"}, follow=True).status_code == 200
    [made] = catalogue.own_sets(people.ben)
    ben.post(f"/listen/{songs['North']}/sets", {"add": made.pk})
    assert shown(people.ben, made) == ["Ebb", "North"]
    assert "Take it out of Mix" in page(ben, f"/listen/{songs['North']}/sets")
    ben.post(address, {"out": made.pk})
    assert shown(people.ben, made) == ["North"]
    assert ben.get("/listen/999999/sets").status_code == 404
    assert "Your name here" not in page(ben, address)


def test_a_dialog_gets_its_piece_and_what_was_done(
    people: People, songs: dict[str, int], mix: catalogue.MusicSet
) -> None:
    ben = signed_in(people.ben)
    reply = ben.post(f"/listen/{songs['Ebb']}/sets", {"out": mix.pk}, headers={"X-Part": "1"})
    html = reply.content.decode()
    assert reply.status_code == 200
    assert "<html" not in html
    assert "“Ebb” is not in “Mix” any more." in html
    wrong = ben.post(f"/listen/{songs['Ebb']}/sets", {"add": 999999}, headers={"X-Part": "1"})
    assert wrong.status_code == 404
    assert "There is no such set of yours." in wrong.content.decode()


def test_who_may_see_it_is_changed_in_the_studio(people: People, mix: catalogue.MusicSet) -> None:
    ben = signed_in(people.ben)
    assert ben.post(f"/studio/sets/{mix.pk}/share", {"sharing": "secret"}).status_code == 302
    assert catalogue.own_set(people.ben, mix.pk).sharing == "secret"
    assert (
        "Choose who may see it."
        in ben.post(f"/studio/sets/{mix.pk}/share", {"sharing": "x"}, follow=True).content.decode()
    )
    assert signed_in(people.cleo).post(f"/studio/sets/{mix.pk}/share", {"sharing": "public"}).status_code == 404


def test_lists_offer_it_beside_the_queue(people: People, songs: dict[str, int], mix: catalogue.MusicSet) -> None:
    for path in ("/", "/ada-quill", "/search?q=ebb", mix.get_absolute_url(), "/ada-quill/ebb"):
        assert f'href="/listen/{songs["Ebb"]}/sets"' in page(Client(), path)
