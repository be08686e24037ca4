"""Who proved who they are: networks and names, forward-confirmed; a claim alone proves nothing."""

import contextlib
import json
import socket
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.guard import service as guard
from antiphon.guard.core.agents import Agent, Strictness
from antiphon.guard.core.identity import BadRanges, confirms, is_in, ranges_in
from antiphon.guard.core.verdict import judge
from antiphon.guard.service import identities
from antiphon.kernel.errors import BadInput

REAL, LIAR = "192.0.2.1", "198.51.100.1"
PUBLISHED = {"creationTime": "x", "prefixes": [{"ipv4Prefix": "192.0.2.0/24"}, {"ipv6Prefix": "2001:db8::/32"}]}


def agent(name: str) -> Agent:
    found = guard.roll().of(name.encode())
    assert found is not None
    return found


@pytest.fixture
def known(tmp_path: Path, settings: Any) -> identities.Identities:
    settings.DATA = tmp_path
    return identities.Identities()


def test_networks_are_read_as_operators_publish_them_and_by_line() -> None:
    for text in (json.dumps(PUBLISHED), "192.0.2.0/24\n# mine\n2001:db8::/32\n", '["192.0.2.0/24", "2001:db8::/32"]'):
        networks = ranges_in(text)
        assert is_in("192.0.2.7", networks)
        assert is_in("2001:db8::7", networks)
        assert not is_in("198.51.100.7", networks)
        assert not is_in("nonsense", networks)


@pytest.mark.parametrize(
    "text",
    ["", "{}", "[", "0.0.0.0/0", "::/0", "192.0.2.1/24", "nonsense", '{"prefixes": [{}]}', '{"prefixes": 3}', "[1]",
     "128.0.0.0/1"],
)  # fmt: skip
def test_a_list_that_is_wrong_anywhere_is_refused(text: str) -> None:
    with pytest.raises(BadRanges):
        ranges_in(text)


@given(st.text(max_size=200))
def test_no_text_breaks_it(text: str) -> None:
    with contextlib.suppress(BadRanges):
        assert ranges_in(text)


@pytest.mark.parametrize(
    ("name", "leads_to", "proves"),
    [
        ("crawl-1.googlebot.com", [REAL], True),
        ("crawl-1.googlebot.com.", ["2001:db8::1", REAL], True),
        ("crawl-1.googlebot.com", ["203.0.113.1"], False),
        ("crawl-1.googlebot.com.evil.example", [REAL], False),
        ("evilgooglebot.com", [REAL], False),
        ("crawl.googlebot.com", ["nonsense", ""], False),
        ("", [REAL], False),
    ],
)
def test_a_name_proves_what_leads_back(name: str, leads_to: list[str], proves: bool) -> None:
    assert confirms(REAL, (".googlebot.com",), lambda _address: name, lambda _name: leads_to) is proves


def test_brought_networks_prove_a_search_agent_and_spare_a_training_agent_nothing(
    known: identities.Identities,
) -> None:
    assert guard.bring_ranges("google", json.dumps(PUBLISHED).encode()) == 2
    assert known.is_proved(agent("Googlebot/2.1"), REAL)
    assert not known.is_proved(agent("Googlebot/2.1"), LIAR)
    assert guard.bring_ranges("OpenAI", b"192.0.2.0/24") == 1
    known._read_at = -1e9
    assert not known.is_proved(agent("GPTBot"), REAL)
    assert judge(agent("GPTBot"), "/ada-quill", Strictness.TRAINING) is not None
    assert not known.is_proved(None, REAL)


@pytest.mark.parametrize(
    ("operator", "raw"),
    [("Nobody", b"192.0.2.0/24"), ("Google", b"0.0.0.0/0"), ("Google", b"\xff"), ("Google", b"1" * 3_000_000),
     ("../../x", b"192.0.2.0/24")],
)  # fmt: skip
def test_what_is_wrong_changes_nothing(known: identities.Identities, operator: str, raw: bytes) -> None:
    guard.bring_ranges("Google", b"192.0.2.0/24")
    before = {path.name: path.read_bytes() for path in identities.folder().iterdir()}
    with pytest.raises(BadInput):
        guard.bring_ranges(operator, raw)
    assert {path.name: path.read_bytes() for path in identities.folder().iterdir()} == before


def test_names_are_looked_up_only_where_it_is_on_and_remembered(
    known: identities.Identities, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def name_of(address: str) -> str:
        asked.append(address)
        if address == LIAR:
            raise socket.herror("no name")
        return "crawl.googlebot.com"

    monkeypatch.setattr(identities, "_name_of", name_of)
    monkeypatch.setattr(identities, "_addresses_of", lambda _name: {REAL})
    monkeypatch.setattr(known, "_look_later", lambda key, one: known.look(key, one))
    google = agent("Googlebot/2.1")
    assert not known.is_proved(google, REAL)
    assert asked == []
    monkeypatch.setattr(settings.ANTIPHON, "guard_reverse_dns", True)
    for _again in range(3):
        known.is_proved(google, REAL)
        known.is_proved(google, LIAR)
    assert known.is_proved(google, REAL)
    assert not known.is_proved(google, LIAR)
    assert asked == [REAL, LIAR]


def test_look_ups_wait_in_no_line_without_end(
    known: identities.Identities, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings.ANTIPHON, "guard_reverse_dns", True)

    class Full:
        def submit(self, *_told: object) -> None:
            pass

    known._pool = Full()  # type: ignore[assignment]
    for n in range(100):
        known.is_proved(agent("Googlebot"), f"203.0.113.{n}")
    assert len(known._waiting) == 20
