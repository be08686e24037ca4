"""What files say of their rights: the noes and where the living answer stands, read back by other people's programs."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import mutagen
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mutagen.id3 import ID3
from mutagen.mp4 import MP4

from antiphon.audio.core.limits import Limits
from antiphon.audio.core.rights import InTheFile
from antiphon.audio.engines import passes
from antiphon.audio.engines.copies import make_copy
from antiphon.audio.engines.passes import opened
from antiphon.consent.core.purposes import GUARDED_MASK, PURPOSES
from antiphon.declarations.core.declaration import NOTHING, SITE, Declaration, read
from antiphon.declarations.core.infile import NEW, OLD, in_file, version_of
from antiphon.declarations.core.lines import Place
from antiphon.declarations.core.showing import channels
from antiphon.declarations.infiles import RightsInFiles
from tests import sounds
from tests.unit.test_audio_copies import WORDS

LABEL, POLICY = "https://music.example/ada/song/label", "https://music.example/policies/7.json"
CODES = st.text(alphabet="yan", min_size=16, max_size=16)
NOES = InTheFile(
    version_of(NOTHING.code), LABEL, "https://music.example/ada", "Ask first.", POLICY,
    in_file(NOTHING, LABEL).content_usage, in_file(NOTHING, LABEL).data_mining, in_file(NOTHING, LABEL).assertions,
)  # fmt: skip


@given(CODES)
def test_a_file_never_holds_a_yes(code: str) -> None:
    told = in_file(read(code), LABEL)
    assert "=y" not in told.content_usage
    uses = {entry["use"] for entries in told.assertions.values() for entry in entries.values()}
    assert uses <= {"notAllowed", "constrained"}
    assert set(told.assertions) in ({NEW, OLD}, set())


@given(CODES)
def test_the_two_assertions_say_the_same(code: str) -> None:
    told = in_file(read(code), LABEL).assertions
    new = {name.removeprefix("cawg."): entry for name, entry in told.get(NEW, {}).items()}
    assert new == {name.removeprefix("c2pa."): entry for name, entry in told.get(OLD, {}).items()}


@given(CODES, CODES)
def test_another_answer_is_another_version_and_the_same_words_are_the_same(one: str, other: str) -> None:
    same = in_file(Declaration(one), "") == in_file(Declaration(other), "")
    assert (version_of(one) == version_of(other)) is same


def copy_of(name: str, folder: Path, words: dict[str, Any] | None = None) -> Path:
    out = folder / "copy"
    out.mkdir()
    said = {**WORDS, **NOES.tags()} if words is None else words
    return out / make_copy(sounds.make(folder, name), out, Limits(), said, None)["file"]


@pytest.mark.parametrize("name", ["plain.mp3", "plain.wav", "plain.aiff"])
def test_rights_are_frames_of_id3(name: str, tmp_path: Path) -> None:
    path = copy_of(name, tmp_path)
    tags: Any = ID3(path) if path.suffix == ".mp3" else mutagen.File(path).tags
    assert str(tags["TCOP"]) == WORDS["copyright"]
    assert tags["WCOP"].url == WORDS["license_url"]
    assert tags.getall("WOAR")[0].url == NOES.owner_page
    assert tags.getall("USER")[0].text == "Ask first."
    assert str(tags["TXXX:TDM-RESERVATION"]) == "1"
    assert str(tags["TXXX:TDM-POLICY"]) == POLICY
    assert str(tags["TXXX:CONTENT-USAGE"]) == "train-ai=n, ai-use=n, search=n"
    if name == "plain.wav":
        assert b"id3 " in path.read_bytes()


@pytest.mark.parametrize("name", ["plain.flac", "plain.ogg", "plain.opus"])
def test_rights_are_vorbis_comments(name: str, tmp_path: Path) -> None:
    tags: Any = mutagen.File(copy_of(name, tmp_path)).tags
    assert tags["COPYRIGHT"] == [WORDS["copyright"]]
    assert tags["LICENSE"] == [WORDS["license_url"], LABEL]
    assert tags["CONTACT"] == [NOES.owner_page]
    assert tags["TDM_RESERVATION"] == ["1"]
    assert tags["TDM_POLICY"] == [POLICY]
    assert tags["CONTENT_USAGE"] == ["train-ai=n, ai-use=n, search=n"]


@pytest.mark.parametrize("name", ["plain.m4a", "lossless.m4a", "plain.aac"])
def test_rights_are_atoms_of_mp4(name: str, tmp_path: Path) -> None:
    tags: Any = MP4(copy_of(name, tmp_path)).tags
    assert tags["cprt"] == tags["\xa9cpy"] == [WORDS["copyright"]]
    free = {key: bytes(tags[f"----:com.apple.iTunes:{key}"][0]).decode() for key in (
        "LICENSE", "CONTACT", "TDM-RESERVATION", "TDM-POLICY", "CONTENT-USAGE",
    )}  # fmt: skip
    assert free == {
        "LICENSE": WORDS["license_url"], "CONTACT": NOES.owner_page, "TDM-RESERVATION": "1", "TDM-POLICY": POLICY,
        "CONTENT-USAGE": "train-ai=n, ai-use=n, search=n",
    }  # fmt: skip


def test_without_a_licence_for_people_the_page_with_the_answer_stands_there(tmp_path: Path) -> None:
    path = copy_of("plain.mp3", tmp_path, {"title": "x", **NOES.tags()})
    assert ID3(path)["WCOP"].url == LABEL


def test_what_is_not_reserved_is_not_said() -> None:
    tags = InTheFile("v", LABEL, "", "").tags()
    assert tags["tdm_reservation"] == tags["tdm_policy"] == tags["content_usage"] == ""


@pytest.mark.parametrize("name", ["plain.mp3", "plain.flac", "plain.m4a", "plain.ogg", "plain.opus"])
def test_ffprobe_reads_the_noes(name: str, tmp_path: Path) -> None:
    if not shutil.which("ffprobe"):
        pytest.skip("no ffprobe here")
    said = {name.upper().replace("_", "-"): value for name, value in _ffprobe(copy_of(name, tmp_path)).items()}
    assert said["TDM-RESERVATION"] == "1"
    assert said["TDM-POLICY"] == POLICY
    assert said["CONTENT-USAGE"] == "train-ai=n, ai-use=n, search=n"


def _ffprobe(path: Path) -> dict[str, str]:
    command = ["ffprobe", "-v", "error", "-show_format", "-show_streams", "-of", "json", str(path)]
    said = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    found: dict[str, str] = dict(said["format"].get("tags", {}))
    for stream in said["streams"]:
        found.update(stream.get("tags", {}))
    return found


@pytest.mark.parametrize("name", ["plain.mp3", "plain.wav", "plain.flac", "plain.m4a", "plain.ogg", "plain.opus"])
def test_exiftool_reads_the_noes(name: str, tmp_path: Path) -> None:
    if not shutil.which("exiftool"):
        pytest.skip("no exiftool here")
    path = copy_of(name, tmp_path)
    said = subprocess.run(["exiftool", "-a", "-G", str(path)], capture_output=True, check=True, text=True).stdout
    assert POLICY in said
    assert "train-ai=n, ai-use=n, search=n" in said


@pytest.mark.parametrize(("pass_", "name"), [(passes.first_pass, "aac160.mp4"), (passes.second_pass, "opus96.mp4")])
def test_what_is_listened_to_carries_what_holds_on_every_day(pass_: Any, name: str, tmp_path: Path) -> None:
    lasting = RightsInFiles().lasting_tags_of(7)
    assert lasting == {
        "TDM-RESERVATION": "1", "TDM-POLICY": "http://localhost:8000/policies/7.json",
        "CONTENT-USAGE": "train-ai=n, ai-use=n",
    }  # fmt: skip
    original = sounds.make(tmp_path, "plain.wav")
    for folder in ("plain", "tagged"):
        (tmp_path / folder).mkdir()
    pass_(original, tmp_path / "plain", Limits(), lambda line: None)
    pass_(original, tmp_path / "tagged", Limits(), lambda line: None, tags=lasting)
    tags: Any = MP4(tmp_path / "tagged" / name).tags
    assert {key: bytes(value[0]).decode() for key, value in tags.items()} == {
        f"----:com.apple.iTunes:{key}": value for key, value in lasting.items()
    }
    with opened(tmp_path / "plain" / name, Limits()) as before, opened(tmp_path / "tagged" / name, Limits()) as after:
        np.testing.assert_array_equal(
            np.concatenate(list(after.blocks(1e5)), axis=1), np.concatenate(list(before.blocks(1e5)), axis=1)
        )


@given(CODES)
def test_what_the_site_says_of_all_is_said_by_every_track(code: str) -> None:
    guarded = "".join("n" if letter == "y" and one.bit & GUARDED_MASK else letter
                      for one, letter in zip(PURPOSES, code, strict=True))  # fmt: skip
    told, of_all = in_file(read(guarded), LABEL), in_file(SITE, LABEL)
    assert set(of_all.content_usage.split(", ")) <= set(told.content_usage.split(", "))
    assert told.reserved is of_all.reserved is True


@given(CODES)
def test_the_page_in_the_studio_shows_what_the_file_says(code: str) -> None:
    said = read(code)
    (shown,) = [one for one in channels(said, said, Place("https://x/rsl.xml", POLICY), LABEL[: -len("/label")])
                if one.slug == "cawg"]  # fmt: skip
    told = in_file(said, LABEL)
    assert {word for _label, word in shown.words} <= {False}
    assert {label for label, _word in shown.words} == set(told.assertions.get(NEW, {}))
    assert (f"CONTENT-USAGE: {told.content_usage}" in shown.lines) is bool(told.content_usage)
