"""Signed addresses: they open what they name, to whom they name, until they end, and nothing else."""

import json
from pathlib import Path
from urllib.parse import unquote

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from antiphon.kernel.errors import Unavailable
from antiphon.storage.core.disposition import content_disposition, plain_name
from antiphon.storage.core.signing import (
    Opened,
    SigningKey,
    SigningKeys,
    binding_of,
    check_address,
    expiry,
    open_address,
    sign_address,
)
from antiphon.storage.keyring import Keyring

OLD, NEW, OTHER = (SigningKey(name, name.encode() * 16) for name in ("old", "new", "other"))
KEYS = SigningKeys((NEW, OLD))
PATH = "/media/renditions/12/aac160.mp4"
ADA, BEN = binding_of("ada's cookie"), binding_of("ben's cookie")
paths = st.from_regex(r"/media(/[a-z0-9][a-z0-9_-]{0,8}){1,3}\.mp4", fullmatch=True)


def signed(path: str = PATH, until: int = 1000, binding: str = ADA, name: str = "", keys: SigningKeys = KEYS) -> str:
    return sign_address(keys, path=path, expires_s=until, binding=binding, disposition=name)


@given(paths, st.integers(1, 10**11), st.text(), st.text(max_size=300))
def test_an_address_opens_what_it_names(path: str, until: int, secret: str, name: str) -> None:
    assume("\ud800" not in name)
    binding = binding_of(secret)
    query = signed(path, until, binding, name)
    assert check_address(KEYS, path, query, binding, until - 1)
    assert not check_address(KEYS, path, query, binding, until)
    assert open_address(KEYS, path, query, binding, 0) == Opened(until, name[:255])


@given(st.integers(0, 200), st.sampled_from("abcdefgh0123-_%=&"))
def test_no_letter_can_be_changed(at: int, letter: str) -> None:
    query = signed(name="Größe – 1.flac")
    assume(at < len(query) and query[at] != letter)
    assert not check_address(KEYS, PATH, query[:at] + letter + query[at + 1 :], ADA, 0)


def test_it_opens_nothing_else() -> None:
    query = signed(name="a.flac")
    assert not check_address(KEYS, PATH, query, BEN, 0)
    assert not check_address(KEYS, PATH, query, "", 0)
    assert not check_address(KEYS, "/media/renditions/13/aac160.mp4", query, ADA, 0)
    assert not check_address(KEYS, PATH, query.replace("e=1000", "e=2000"), ADA, 0)
    assert not check_address(KEYS, PATH, query.replace("a.flac", "b.flac"), ADA, 0)
    assert not check_address(KEYS, PATH, query + "&x=1", ADA, 0)
    assert not check_address(KEYS, PATH, "", ADA, 0)


def test_the_file_name_cannot_be_dropped_or_added() -> None:
    with_name, without = signed(name="a.flac"), signed()
    assert not check_address(KEYS, PATH, with_name.replace("&n=a.flac", ""), ADA, 0)
    assert not check_address(KEYS, PATH, without.replace("&s=", "&n=a.flac&s="), ADA, 0)


@given(st.text("yano", min_size=16, max_size=16), st.text("yano", min_size=16, max_size=16))
def test_what_an_address_declares_is_signed_with_it(told: str, other: str) -> None:
    query = sign_address(KEYS, path=PATH, expires_s=1000, binding=ADA, declared=told)
    assert open_address(KEYS, PATH, query, ADA, 0) == Opened(1000, "", declared=told)
    assert told == other or not check_address(KEYS, PATH, query.replace(told, other), ADA, 0)
    assert not check_address(KEYS, PATH, query.replace(f"&d={told}", ""), ADA, 0)
    assert not check_address(KEYS, PATH, signed().replace("&s=", f"&d={told}&s="), ADA, 0)
    # Nor can it pass for the end of a file name, or a name for it.
    named = sign_address(KEYS, path=PATH, expires_s=1000, binding=ADA, disposition=told)
    assert not check_address(KEYS, PATH, named.replace("&n=", "&d="), ADA, 0)


@pytest.mark.parametrize("told", ["Y", "y" * 33, "y\nn", "y&s=", "é"])
def test_only_letters_are_declared(told: str) -> None:
    with pytest.raises(ValueError, match="letters"):
        sign_address(KEYS, path=PATH, expires_s=1000, binding=ADA, declared=told)


def test_an_address_outlives_one_rotation_but_not_two() -> None:
    query = signed(keys=SigningKeys((OLD,)))
    assert check_address(KEYS, PATH, query, ADA, 0)
    assert not check_address(SigningKeys((OTHER, NEW)), PATH, query, ADA, 0)
    assert not check_address(KEYS, PATH, signed(keys=SigningKeys((OTHER,))), ADA, 0)


@pytest.mark.parametrize(
    "path", ["media/a/b", "/media//a", "/media/../a", "/media/a b", "/media/ä", "/media/a%20b", "/a\n"]
)
def test_only_a_canonical_path_is_signed(path: str) -> None:
    with pytest.raises(ValueError, match="canonical"):
        signed(path)


@given(st.floats(0, 1e10), st.floats(1, 1e6))
def test_an_end_is_far_enough_and_repeats(now_s: float, seconds: float) -> None:
    end = expiry(now_s, seconds)
    assert end % 600 == 0
    assert -1 <= end - (now_s + seconds) <= 600


@given(st.text(max_size=300))
def test_a_file_name_never_breaks_its_header(name: str) -> None:
    assume(not any("\ud800" <= letter <= "\udfff" for letter in name))
    header = content_disposition(name)
    assert header.isascii()
    assert header.isprintable()
    assert header.count('"') == 2
    assert "/" not in header.split(";", 1)[1]
    if "filename*" in header:
        assert unquote(header.split("UTF-8''")[1]) == plain_name(name)


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("Song.flac", 'attachment; filename="Song.flac"'),
        ("Größe.flac", "attachment; filename=\"Groe.flac\"; filename*=UTF-8''Gr%C3%B6%C3%9Fe.flac"),
        ("../../etc/passwd", 'attachment; filename="passwd"'),
        ("日本.wav", "attachment; filename=\"file.wav\"; filename*=UTF-8''%E6%97%A5%E6%9C%AC.wav"),
        ('a"b%c.mp3', "attachment; filename=\"a_b_c.mp3\"; filename*=UTF-8''a%22b%25c.mp3"),
        ("fdp\u202eexe.wav\r\nX: y", "attachment; filename=\"fdpexe.wavX_ y\"; filename*=UTF-8''fdpexe.wavX%3A%20y"),
        ("", 'attachment; filename="file"'),
    ],
)
def test_file_names_in_any_script(name: str, header: str) -> None:
    assert content_disposition(name) == header


def test_a_keyring_makes_keys_once_and_keeps_them_to_itself(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "media_keys.json"
    first = Keyring(path).keys()
    assert Keyring(path).keys() == first
    assert len(first.live) == 2
    assert path.stat().st_mode & 0o077 == 0
    assert [file.name for file in path.parent.iterdir()] == ["media_keys.json"]


def test_a_rotation_is_seen_by_other_processes(tmp_path: Path) -> None:
    path = tmp_path / "media_keys.json"
    server, operator = Keyring(path, look_every_s=0), Keyring(path)
    before = server.keys()
    after = operator.rotate()
    assert server.keys() == after
    assert after.live[1] == before.live[0]
    assert after.live[0] not in before.live


@pytest.mark.parametrize("text", ["", "{}", '{"keys": []}', '{"keys": [{"id": "a", "secret": "YQ=="}]}', "[1]"])
def test_a_spoilt_keyring_is_said_and_never_used(tmp_path: Path, text: str) -> None:
    path = tmp_path / "media_keys.json"
    path.write_text(text)
    with pytest.raises(Unavailable):
        Keyring(path).keys()
    assert path.read_text() == text


def test_the_keyring_is_plain_json(tmp_path: Path) -> None:
    Keyring(tmp_path / "k.json").keys()
    assert set(json.loads((tmp_path / "k.json").read_text())["keys"][0]) == {"id", "secret"}
