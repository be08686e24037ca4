"""Search, resolve, and pages of lists."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.api import cursors
from antiphon.catalogue import service as catalogue
from antiphon.kernel import clock
from tests.api.conftest import Api
from tests.db.conftest import Receive
from tests.people import People


@pytest.fixture
def shelf(people: People, bring: Receive) -> Callable[[int], list[int]]:
    def fill(count: int) -> list[int]:
        made = []
        for n in range(count):
            with clock.frozen(clock.now() - timedelta(minutes=count - n)):
                made.append(bring(people.ada, f"Harbour {n}.wav").track_id)
                catalogue.publish_tracks(people.ada, made[-1:])
        return made[::-1]

    return fill


def follow(api: Api, path: str) -> list[int]:
    """Return the ids of every page, from the first to the last."""
    found: list[int] = []
    while path:
        page = api.get(path).json()
        found += [row["id"] for row in page["collection"]]
        path = (page["next_href"] or "").removeprefix("http://localhost:8000")
    return found


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["tracks", "profiles/ada-quill/tracks", "search?q=harbour", "me/tracks"])
def test_pages_hold_everything_once(ada: Api, shelf: Callable[[int], list[int]], path: str) -> None:
    rows = shelf(7)
    assert follow(ada, f"{path}{'&' if '?' in path else '?'}limit=3") == rows


@pytest.mark.django_db
def test_a_page_is_not_moved_by_what_comes_in_front(
    nobody: Api, people: People, bring: Receive, shelf: Callable[[int], list[int]]
) -> None:
    rows = shelf(5)
    first = nobody.get("tracks?limit=2").json()
    catalogue.publish_tracks(people.ada, [bring(people.ada, "New.wav").track_id])
    rest = follow(nobody, first["next_href"].removeprefix("http://localhost:8000"))
    assert [row["id"] for row in first["collection"]] + rest == rows


@pytest.mark.django_db
def test_search_finds_tracks_profiles_and_sets(nobody: Api, ada: Api, song: catalogue.Track) -> None:
    set_id = ada.post("sets", {"title": "Slow Songs"}).json()["id"]
    ada.put(f"sets/{set_id}/tracks", {"track_ids": [song.pk]})
    ada.post(f"sets/{set_id}/publish", {})
    found = nobody.get("search?q=SLÓW").json()
    assert [row["id"] for row in found["collection"]] == [song.pk]
    assert [row["id"] for row in found["sets"]] == [set_id]
    assert [row["permalink"] for row in nobody.get("search?q=quill").json()["users"]] == ["ada-quill"]
    assert nobody.get("search?q=nothing+of+the+kind").json()["collection"] == []


@pytest.mark.django_db
def test_addresses_of_pages_are_resolved(nobody: Api, ada: Api, song: catalogue.Track) -> None:
    for address in ("/ada-quill/slow-harbour", "http://localhost:8000/ada-quill/slow-harbour?x=1#y"):
        assert nobody.get(f"resolve?url={address.replace('#', '%23').replace('?', '%3F')}").json()["id"] == song.pk
    assert nobody.get("resolve?url=/ada-quill").json()["kind"] == "user"
    ada.patch(f"tracks/{song.pk}", {"permalink": "harbour"})
    ada.patch("profiles/ada-quill", {"permalink": "ada"})
    assert nobody.get("resolve?url=/ada-quill/slow-harbour").json()["permalink_url"].endswith("/ada/harbour")


@pytest.mark.django_db
def test_secret_links_are_resolved(nobody: Api, ada: Api, song: catalogue.Track) -> None:
    set_id = ada.post("sets", {"title": "Harbours"}).json()["id"]
    ada.put(f"sets/{set_id}/tracks", {"track_ids": [song.pk]})
    token = ada.post(f"sets/{set_id}/publish", {"sharing": "secret"}).json()["secret_token"]
    ada.patch(f"tracks/{song.pk}", {"sharing": "secret"})
    for address, secret in (("slow-harbour", song.secret_token), ("sets/harbours", token)):
        assert nobody.get(f"resolve?url=/ada-quill/{address}").status_code == 404
        assert nobody.get(f"resolve?url=/ada-quill/{address}/{secret}").status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address",
    ["https://elsewhere.example/ada-quill", "/", "//", "/a/b/c/d", "/ada-quill/sets/none", "http://[", "/%2500"],
)
def test_other_addresses_are_nothing(nobody: Api, people: People, address: str) -> None:
    assert nobody.get(f"resolve?url={address}").status_code == 404


@given(st.datetimes(timezones=st.just(clock.now().tzinfo)), st.integers(1, 2**63 - 1))  # type: ignore[arg-type]
def test_a_cursor_says_where_it_was_made(at: object, row_id: int) -> None:
    word = cursors.word_of(at, row_id)  # type: ignore[arg-type]
    assert len(word) == 32
    assert cursors.position_of(word) == (at, row_id)


@given(st.from_regex("[0-7][0-9a-f]{15}[0-7][0-9a-f]{15}", fullmatch=True))
def test_every_word_of_the_right_form_is_a_position(word: str) -> None:
    position = cursors.position_of(word)
    assert position is not None
    assert 0 <= position[1] < 2**63
