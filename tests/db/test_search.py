"""Search: what is found, in which order, by whom, and what never is. The same on every database."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from antiphon.accounts import service as accounts
from antiphon.catalogue import service as catalogue
from antiphon.catalogue.models import SearchRow, SearchSpelling
from antiphon.catalogue.service.searching import place_of
from antiphon.consent import service as consent
from antiphon.kernel import clock
from tests.db.conftest import Receive, facts
from tests.people import People

pytestmark = pytest.mark.django_db

# Title, artists, genre, tags, in the order in which they come out; two days between each.
SHELF = [
    ("Slow Harbour", "", "ambient", "tape, slow"),
    ("Harbour", "", "folk", "sea"),
    ("Harbour Lights", "The Lanterns", "folk", "field recording, night"),
    ("Night Rain", "", "ambient", "rain, tape"),
    ("Rain", "", "piano", ""),
    ("Rain on Slates", "Éloïse Strømgård", "piano", "rain"),
    ("Zephyr", "", "piano", "wind"),
    ("Lanterns", "", "choral", "harbour"),
    ("春の海", "", "koto", "japan"),
    ("Привет", "", "folk", "radio"),
    ("1999", "", "techno", "numbers"),
    ("Nightfall", "", "techno", ""),
]


@pytest.fixture
def shelf(people: People, bring: Receive) -> dict[str, int]:
    """Ada's tracks by their titles; the last of the list is the newest."""
    made = {}
    for number, (title, artists, genre, tags) in enumerate(SHELF):
        with clock.frozen(clock.now() - timedelta(days=2 * (len(SHELF) - number))):
            pk = bring(people.ada, f"{number}.wav").track_id
            told = {"title": title, "artists": artists, "genre": genre, "tag_list": tags, "license": "cc-by"}
            catalogue.edit_track(people.ada, pk, told)
            catalogue.publish_tracks(people.ada, [pk])
        made[title] = pk
    return made


def titles(words: str, viewer: accounts.User | None = None, **filters: Any) -> list[str]:
    found = catalogue.search(viewer, words, filters=catalogue.Filters(**filters))
    return [track.title for track in found.tracks]


CASES = [
    ("harbour", ["Harbour", "Harbour Lights", "Slow Harbour", "Lanterns"]),  # whole name, beginning, end, tag
    ("HÁRBOUR", ["Harbour", "Harbour Lights", "Slow Harbour", "Lanterns"]),
    ("slow harbour", ["Slow Harbour"]),
    ("harbour slow", ["Slow Harbour"]),
    ("slowharbour", ["Slow Harbour"]),
    ("night fall", ["Nightfall"]),
    ("harbor", ["Harbour", "Harbour Lights", "Slow Harbour", "Lanterns"]),
    ("habrour lihgts", ["Harbour Lights"]),
    ("lantrnes", ["Lanterns", "Harbour Lights"]),
    ("zephir", ["Zephyr"]),
    ("harb", ["Harbour", "Harbour Lights", "Slow Harbour", "Lanterns"]),
    ("harbour li", ["Harbour Lights"]),
    ("rain eloise", ["Rain on Slates"]),  # title and artist
    ("rain tape", ["Night Rain"]),  # title and tag
    ("stromgard", ["Rain on Slates"]),
    ("rain", ["Rain", "Rain on Slates", "Night Rain"]),
    ("the lanterns harbour", ["Harbour Lights"]),
    ("海", ["春の海"]),
    ("春の海", ["春の海"]),
    ("привет", ["Привет"]),
    ("превет", ["Привет"]),
    ("1999", ["1999"]),
    ("1998", []),
    ("field recording", ["Harbour Lights"]),
    ("rain zephyr", ["Zephyr", "Rain on Slates", "Rain", "Night Rain"]),  # nothing has both: the rare one first
    ("xyzzy", []),
    ("sea", ["Harbour"]),
    ("se", ["Harbour"]),
    ("'; drop table --", []),
    ('" OR * NEAR( {name} : x', []),
    ("& | ! <-> :*", []),
]


def test_what_is_found_and_in_which_order(shelf: dict[str, int]) -> None:
    found = {words: titles(words) for words, _expected in CASES}
    assert found == dict(CASES)


def test_a_mistake_is_told_and_no_mistake_is_not(shelf: dict[str, int]) -> None:
    assert catalogue.search(None, "slow harbor").meant == "slow harbour"
    assert catalogue.search(None, "slowharbour").meant == "slow harbour"
    assert catalogue.search(None, "slow harbour").meant == ""
    assert catalogue.search(None, "rain zephyr").some
    assert not catalogue.search(None, "rain tape").some


def test_people_and_sets_are_found_beside_tracks(people: People, shelf: dict[str, int]) -> None:
    made = catalogue.make_set(people.ada, people.ada_quill.pk, title="Harbour Songs", kind="album")
    catalogue.put_tracks(people.ada, made.pk, [shelf["Harbour"]])
    assert catalogue.search(None, "harbour songs").sets == []
    catalogue.publish_set(people.ada, made.pk)
    assert [one.title for one in catalogue.search(None, "harbuor songs").sets] == ["Harbour Songs"]
    assert [one.slug for one in catalogue.search(None, "quil").profiles] == ["ada-quill"]
    assert [one.slug for one in catalogue.search(None, "cleo prak").profiles] == ["cleo-park"]
    only = catalogue.search(None, "harbour", filters=catalogue.Filters(kind="sets"))
    assert (only.tracks, [one.title for one in only.sets]) == ([], ["Harbour Songs"])


def test_tags_of_what_is_found_are_offered(shelf: dict[str, int]) -> None:
    assert catalogue.search(None, "tape").tags == ["tape"]
    assert catalogue.search(None, "field rec").tags == ["field recording"]


@pytest.mark.parametrize(
    "leave",
    [
        lambda people, pk: catalogue.withdraw_tracks(people.ada, [pk]),
        lambda people, pk: catalogue.unpublish_tracks(people.ada, [pk]),
        lambda people, pk: catalogue.delete_tracks(people.ada, [pk]),
        lambda people, pk: catalogue.edit_track(people.ada, pk, {"sharing": "private"}),
        lambda people, pk: catalogue.edit_track(people.ada, pk, {"sharing": "secret"}),
        lambda people, pk: catalogue.hide(people.mo, "track", pk, "Not theirs."),
        lambda people, pk: catalogue.hide(people.mo, "profile", people.ada_quill.pk, "Not theirs."),
        lambda people, pk: accounts.suspend(people.mo, people.ada, "Spam."),
    ],
    ids=["withdrawn", "draft", "deleted", "private", "secret", "hidden", "profile hidden", "suspended"],
)
def test_what_is_not_for_everybody_is_never_found(
    people: People, shelf: dict[str, int], leave: Callable[[People, int], object]
) -> None:
    leave(people, shelf["Zephyr"])
    assert titles("zephyr") == titles("zephir") == titles("zeph") == []
    assert titles("zephyr", people.ben) == []
    assert catalogue.search(None, "zephyr").meant == ""


def test_what_comes_back_is_found_again(people: People, shelf: dict[str, int]) -> None:
    catalogue.withdraw_tracks(people.ada, [shelf["Zephyr"]])
    catalogue.restore_tracks(people.ada, [shelf["Zephyr"]])
    catalogue.hide(people.mo, "track", shelf["Zephyr"], "By mistake.")
    catalogue.unhide(people.mo, "track", shelf["Zephyr"])
    assert titles("zephir") == ["Zephyr"]


def test_a_release_to_come_is_found_when_it_is_out(people: People, bring: Receive) -> None:
    pk = bring(people.ada, "Tide Table.wav").track_id
    catalogue.publish_tracks(people.ada, [pk], at=clock.now() + timedelta(days=3))
    assert titles("tide table") == []
    assert catalogue.search(None, "tide tabel").meant == ""
    with clock.advanced(timedelta(days=4)):
        assert titles("tide table") == ["Tide Table"]


def test_what_cannot_be_played_yet_is_found_when_it_can(people: People, bring: Receive) -> None:
    recording = bring(people.ada, "Undertow.wav", playable=False)
    catalogue.publish_tracks(people.ada, [recording.track_id])
    assert titles("undertow") == []
    catalogue.recording_playable(recording.pk, facts())
    assert titles("undertow") == ["Undertow"]


def test_those_who_block_each_other_do_not_find_each_other(people: People, shelf: dict[str, int]) -> None:
    accounts.block(people.ben, people.ada)
    assert titles("zephyr", people.ben) == []
    assert catalogue.search(people.ben, "quill").profiles == []
    assert titles("zephyr", people.cleo) == ["Zephyr"]


def test_new_words_find_and_old_ones_do_not(people: People, shelf: dict[str, int]) -> None:
    catalogue.edit_track(people.ada, shelf["Zephyr"], {"title": "Mistral", "tag_list": "south"})
    assert titles("zephyr") == []
    assert titles("mistrel south") == ["Mistral"]
    accounts.edit_profile(people.ada, people.ada_quill.pk, name="Ada Feather")
    accounts.rename_profile(people.ada, people.ada_quill.pk, "ada-feather")
    assert titles("mistral feather") == ["Mistral"]
    assert "Mistral" not in titles("mistral quill") or catalogue.search(None, "mistral quill").some
    assert [one.name for one in catalogue.search(None, "feather").profiles] == ["Ada Feather"]
    assert catalogue.search(None, "quill").profiles == []
    assert "feather" in catalogue.own_track(people.ada, shelf["Zephyr"]).search_text


def test_an_account_that_ends_takes_its_words_along(people: People, shelf: dict[str, int]) -> None:
    accounts.ask_deletion(people.ada)
    with clock.advanced(timedelta(days=365)):
        accounts.end_due()
        assert titles("harbour") == []
        assert catalogue.search(None, "quill").profiles == []


# Filters


def test_filters_by_length(people: People, bring: Receive) -> None:
    for minutes in (1, 2, 5, 6, 20, 50):
        recording = bring(people.ada, f"Tide {minutes}.wav", playable=False)
        catalogue.recording_playable(recording.pk, facts(minutes * 60_000))
        catalogue.publish_tracks(people.ada, [recording.track_id])

    def found(**filters: Any) -> list[str]:
        return sorted(titles("tide", **filters))

    ends = catalogue.LENGTHS_S
    lengths = {name: found(from_s=from_s, to_s=to_s) for name, (from_s, to_s) in ends.items()}
    assert lengths == {
        "short": ["Tide 1"],
        "medium": ["Tide 2", "Tide 5"],
        "long": ["Tide 6"],
        "longer": ["Tide 20", "Tide 50"],
    }
    assert found(from_s=290, to_s=301) == ["Tide 5"]
    assert found(to_s=0) == []


def test_filters_by_licence_and_tag(people: People, shelf: dict[str, int]) -> None:
    catalogue.edit_track(people.ada, shelf["Rain"], {"license": "cc0"})
    assert titles("rain", licence="cc0") == ["Rain"]
    assert titles("rain", licence="cc-by") == ["Rain on Slates", "Night Rain"]
    assert titles("rain", licence="cc-by-nd") == []
    assert titles("harbour", tag="Field-Recording") == ["Harbour Lights"]
    assert titles("", tag="piano") == ["Zephyr", "Rain on Slates", "Rain"], "a genre is a tag, the newest first"
    assert titles("", licence="cc0") == ["Rain"]
    assert titles("harbour", tag="field") == []
    assert catalogue.search(None, "ada", filters=catalogue.Filters(licence="cc0")).profiles == []


def test_filters_by_what_the_label_says_yes_to(people: People, shelf: dict[str, int]) -> None:
    assert titles("rain", cleared="organize") == []
    consent.answer(people.ada, {"organize": "yes"}, [consent.Scope(consent.TRACK, shelf_recording(shelf, "Rain"))])
    assert titles("rain", cleared="organize") == ["Rain"]
    assert titles("rain", cleared="train-generative") == []
    consent.answer(people.ada, {"organize": "no"}, [consent.Scope(consent.TRACK, shelf_recording(shelf, "Rain"))])
    assert titles("rain", cleared="organize") == []
    assert titles("rain", cleared="integrity") == titles("rain")


def shelf_recording(shelf: dict[str, int], title: str) -> int:
    return catalogue.Track.objects.get(pk=shelf[title]).recording_id or 0


# Pages


def test_pages_hold_everything_once_in_the_same_order(shelf: dict[str, int]) -> None:
    whole = titles("ada")
    assert len(whole) == len(SHELF)
    paged: list[str] = []
    after = None
    while True:
        found = catalogue.search(None, "ada", limit=5, after=after)
        paged += [track.title for track in found.tracks]
        after = found.next
        if after is None:
            break
        assert place_of(after.as_word()) == after
    assert paged == whole


@pytest.mark.parametrize("word", ["", "x", "f" * 48, "0" * 48, "0" * 47, "é" * 48])
def test_a_place_that_nobody_gave_is_no_fault(shelf: dict[str, int], word: str) -> None:
    catalogue.search(None, "rain", after=place_of(word))


def test_a_search_asks_few_questions(shelf: dict[str, int], django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(6):
        catalogue.search(None, "ada quill")
    with django_assert_max_num_queries(12):
        catalogue.search(None, "slow harbor")


def test_among_too_many_the_best_are_still_found(
    people: People, shelf: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("antiphon.catalogue.service.searching.MOST", 2)
    assert titles("rain")[0] == "Rain", "its name is what was typed, though others are newer"
    assert set(titles("harbour")[:2]) == {"Harbour", "Harbour Lights"}


# Keeping it right


def test_the_check_finds_what_is_wrong_and_the_rebuild_puts_it_right(people: People, shelf: dict[str, int]) -> None:
    assert not catalogue.check_search(deep=True)
    SearchRow.objects.filter(track_id=shelf["Rain"]).delete()
    SearchRow.objects.filter(track_id=shelf["Zephyr"]).update(name="mistral")
    SearchSpelling.objects.filter(word="harbour").delete()
    catalogue.Track.objects.filter(pk=shelf["1999"]).update(sharing="private")
    faults = catalogue.check_search(deep=True)
    assert (faults.missing, faults.stale, faults.other, faults.unspelt) == (1, 1, 1, 1)
    assert "not found" in faults.in_words()
    catalogue.rebuild_search()
    assert not catalogue.check_search(deep=True)
    assert titles("zephir") == ["Zephyr"]
    assert titles("harbor")[0] == "Harbour"


def test_a_rebuild_forgets_words_that_nothing_bears(people: People, shelf: dict[str, int]) -> None:
    catalogue.edit_track(people.ada, shelf["Zephyr"], {"title": "Mistral"})
    assert SearchSpelling.objects.filter(word="zephyr").exists()
    catalogue.rebuild_search()
    assert not SearchSpelling.objects.filter(word="zephyr").exists()
    assert SearchSpelling.objects.filter(word="mistral").exists()


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL computes the column of its own row")
def test_a_damaged_index_is_noticed_and_mended(shelf: dict[str, int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO catalogue_found(catalogue_found) VALUES ('delete-all')")
    assert titles("rain") == []
    assert catalogue.check_search().index
    catalogue.rebuild_search()
    assert titles("rain") == ["Rain", "Rain on Slates", "Night Rain"]
