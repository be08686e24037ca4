"""Names and manifests of exports become a plan; whatever cannot be used is listed with the reason."""

import json

from hypothesis import given
from hypothesis import strategies as st

from antiphon.catalogue.core import manifests
from antiphon.catalogue.core.elsewhere import File, Plan, plan

LARGEST = 10**9


def planned(*paths: str, texts: dict[str, str] | None = None, size: int = 1000) -> Plan:
    return plan([File(path, size) for path in paths], texts or {}, LARGEST)


def left(found: Plan) -> dict[str, str]:
    return {one.path: one.code for one in found.left_out}


def test_an_album_as_bandcamp_gives_it_back() -> None:
    folder = "Ada Quill - Harbour Light"
    found = planned(
        f"{folder}/Ada Quill - Harbour Light - 02 Night Ferry.flac",
        f"{folder}/Ada Quill - Harbour Light - 01 Slow Harbour.flac",
        f"{folder}/Ada Quill - Harbour Light - 10 Signal Fire.flac",
        f"{folder}/cover.jpg",
    )
    [album] = found.albums
    assert album.title == "Harbour Light"
    assert album.artwork == f"{folder}/cover.jpg"
    titles = {song.path: song.said["title"] for song in found.songs}
    assert [titles[path] for path in album.songs] == ["Slow Harbour", "Night Ferry", "Signal Fire"]
    assert [song.said["artists"] for song in found.songs] == ["Ada Quill"] * 3
    assert left(found) == {}


def test_an_artist_with_a_dash_is_known_by_the_folder() -> None:
    path = "Salt - Tar/Low Water/Salt - Tar - Low Water - 01 Ebb.mp3"
    [song] = planned(path).songs
    assert song.said["artists"] == "Salt - Tar"
    assert planned(path).albums[0].title == "Low Water"


def test_discs_of_one_album_are_one_set_in_order() -> None:
    found = planned("Tides/CD 2/01 Ebb.wav", "Tides/CD 1/02 Flow.wav", "Tides/CD 1/01 Spring.wav")
    [album] = found.albums
    assert album.title == "Tides"
    assert album.songs == ["Tides/CD 1/01 Spring.wav", "Tides/CD 1/02 Flow.wav", "Tides/CD 2/01 Ebb.wav"]


def test_a_table_beside_the_files_says_what_they_are() -> None:
    table = (
        "Track Title;Filename;Artist;Release Date;Tags;Description;Playlist;Licence\n"
        "Night Ferry;ferry.wav;Ada Quill;2024-05-01;sea, night;Recorded on deck.;Crossings;cc-by\n"
        "Lost;gone.wav;;;;;;\n"
        "Undertow;undertow.wav;;sometime;;;Crossings;\n"
    )
    found = planned("e/ferry.wav", "e/undertow.wav", "e/tracks.csv", texts={"e/tracks.csv": table})
    ferry = next(song for song in found.songs if song.path == "e/ferry.wav")
    assert ferry.said["title"] == "Night Ferry"
    assert str(ferry.said["release_date"]) == "2024-05-01"
    assert ferry.said["tag_list"] == "sea, night"
    assert ferry.said["license"] == "cc-by"
    assert [album.title for album in found.albums] == ["Crossings"]
    assert [(one.code, one.gap) for one in found.left_out] == [
        ("no-file-for", "Lost"),
        ("wrong-release_date", "sometime"),
    ]


def test_an_export_as_json_keeps_sets_and_their_order() -> None:
    said = {
        "tracks": [
            {
                "id": 17,
                "title": "Slow Harbour",
                "permalink": "slow-harbour",
                "tag_list": 'sea "field recording"',
                "user": {"username": "Ada Quill"},
                "artwork_url": "https://img.example/1.jpg",
            },
            {"id": 18, "title": "Night Ferry", "permalink": "night-ferry", "created_at": "2020/03/04 10:00:00 +0000"},
        ],
        "playlists": [{"title": "Harbour", "description": "Two songs.", "tracks": [{"id": 18}, {"id": 17}]}],
    }
    found = planned(
        "export/slow-harbour.wav", "export/Night Ferry.wav", "export/x.json",
        texts={"export/x.json": json.dumps(said)},
    )  # fmt: skip
    by_path = {song.path: song for song in found.songs}
    harbour = by_path["export/slow-harbour.wav"]
    assert harbour.said["title"] == "Slow Harbour"
    assert harbour.said["tag_list"] == "sea, field recording"
    assert harbour.said["artists"] == "Ada Quill"
    assert str(by_path["export/Night Ferry.wav"].said["release_date"]) == "2020-03-04"
    assert left(found)["export/slow-harbour.wav"] == "not-fetched"
    [album] = found.albums
    assert (album.title, album.description) == ("Harbour", "Two songs.")
    assert album.songs == ["export/Night Ferry.wav", "export/slow-harbour.wav"]


def test_a_picture_with_a_song_s_name_is_that_song_s() -> None:
    found = planned("Ebb.wav", "Ebb.png", "Flow.wav", "beach.jpg")
    assert {song.path: song.artwork for song in found.songs} == {"Ebb.wav": "Ebb.png", "Flow.wav": ""}
    assert left(found) == {"beach.jpg": "picture-of-nothing"}


def test_what_cannot_come_in_says_why() -> None:
    files = [File("a/empty.wav", 0), File("a/notes.pdf", 9), File("a/big.wav", LARGEST + 1), File("../up.wav", 9)]
    files += [File("a/.DS_Store", 9), File("a/long.csv", 9), File("a/bad.json", 9), File("a/song.wav", 9)]
    found = plan(files, {"a/bad.json": "{"}, LARGEST)
    assert left(found) == {
        "a/empty.wav": "empty",
        "a/notes.pdf": "not-music",
        "a/big.wav": "too-large",
        "../up.wav": "strange-path",
        "a/.DS_Store": "clutter",
        "a/long.csv": "manifest-unread",
        "a/bad.json": "manifest-unreadable",
    }
    assert [song.path for song in found.songs] == ["a/song.wav"]


def test_more_files_than_come_in_at_once_are_named() -> None:
    found = plan([File(f"{n:05}.wav", 9) for n in range(2003)], {}, LARGEST)
    assert len(found.songs) == 2000
    assert set(left(found).values()) == {"too-many-files"}


names = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=30)


@given(st.lists(st.lists(names, min_size=1, max_size=4), max_size=8), st.integers(0, 10))
def test_every_file_is_in_a_plan_once_whatever_it_is_called(paths: list[list[str]], size: int) -> None:
    files = {"/".join(parts): size for parts in paths}
    found = plan([File(path, bytes_) for path, bytes_ in files.items()], {}, LARGEST)
    songs = [song.path for song in found.songs]
    placed = [path for album in found.albums for path in album.songs]
    assert len(songs) == len(set(songs))
    assert len(placed) == len(set(placed)) <= len(songs)
    pictures = {album.artwork for album in found.albums} | {song.artwork for song in found.songs}
    assert set(files) == set(songs) | {one.path for one in found.left_out} | (pictures - {""})


@given(st.sampled_from(["a.csv", "a.json", "a.tsv"]), st.text(max_size=400))
def test_no_text_breaks_the_reading_of_a_manifest(name: str, text: str) -> None:
    manifests.read(name, text)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["title", "tracks", "playlists", "user", "file", "id", "tags", "bpm"]), inner)
    ),
    max_leaves=20,
)


@given(json_values)
def test_no_shape_of_json_breaks_it(said: object) -> None:
    plan([File("a.wav", 9), File("a.json", 9)], {"a.json": json.dumps(said)}, LARGEST)
