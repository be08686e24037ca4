"""Who is known by name, and what each is answered: whole words, bounded, the strictest name first."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.accounts.core.names import RESERVED
from antiphon.declarations.data import ai_agents
from antiphon.guard.core.agents import MOST_CHARS, Kind, Roll, Strictness, agents_of, is_name
from antiphon.guard.core.paths import NOBODY, Subject, is_open, subject_of
from antiphon.guard.core.verdict import judge
from antiphon.guard.data import operators

ROLL = Roll(agents_of(ai_agents(), operators()))
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
PAGES = ("/", "/ada-quill", "/ada-quill/slow-harbour", "/media/renditions/1/aac160.mp4", "/listen/1.json",
         "/search", "/embed/1", "/ada-quill/sets/harbours", "/ada-quill/slow-harbour/listen.m4a", "/api/v1/tracks/1",
         "/studio", "/ada-quill/sets/label", "/embed/ada-quill/sets/label", "/ROBOTS.TXT", "/robots.txt/x",
         "/x/y/rsl.xml/z")  # fmt: skip
OPEN = ("/robots.txt", "/.well-known/tdmrep.json", "/rsl.xml", "/ada-quill/rsl.xml", "/ada-quill/slow-harbour/rsl.xml",
        "/ai.txt", "/policies/1.json", "/policies/site.json", "/ada-quill/feed.xml", "/ada-quill/sets/a/feed.xml",
        "/oembed", "/log/checkpoint", "/transparency", "/transparency/ledger", "/terms", "/static/a.css",
        "/ada-quill/slow-harbour/label", "/api/v1/tracks/1/permissions", "/verify", "/source")  # fmt: skip


def of(said: str) -> str:
    agent = ROLL.of(said.encode("latin-1", "replace"))
    return agent.name if agent else ""


@pytest.mark.parametrize(
    ("said", "name", "kind"),
    [
        ("Mozilla/5.0 AppleWebKit/537.36 (compatible; GPTBot/1.2; +https://openai.com/gptbot)", "GPTBot", "training"),
        ("mozilla/5.0 (compatible; gptbot)", "GPTBot", "training"),
        ("CCBot/2.0 (https://commoncrawl.org/faq/)", "CCBot", "training"),
        ("Mozilla/5.0 (compatible; ClaudeBot/1.0; +claudebot@anthropic.com)", "ClaudeBot", "training"),
        ("Mozilla/5.0 (compatible; Claude-SearchBot/1.0)", "Claude-SearchBot", "search"),
        ("Mozilla/5.0 (compatible; ChatGPT-User/1.0)", "ChatGPT-User", "user"),
        ("meta-externalagent/1.1", "meta-externalagent", "training"),
        ("facebookexternalhit/1.1", "facebookexternalhit", "user"),
        ("Ai2Bot-Dolma (+https://www.allenai.org/crawler)", "Ai2Bot-Dolma", "training"),
        ("AI2Bot-DeepResearchEval", "AI2Bot-DeepResearchEval", "unknown"),
        ("Mozilla/5.0 (compatible; Google-Extended)", "Google-Extended", "control"),
        ("Poseidon Research Crawler/2", "Poseidon Research Crawler", "unknown"),
        ("Googlebot/2.1 and also GPTBot", "GPTBot", "training"),
        ("Scrapy/2.13 (+https://scrapy.org)", "Scrapy", "unknown"),
    ],
)
def test_agents_are_known_by_their_name(said: str, name: str, kind: str) -> None:
    agent = ROLL.of(said.encode())
    assert agent is not None
    assert (agent.name, agent.kind) == (name, kind)


@pytest.mark.parametrize(
    "said",
    ["", FIREFOX, "NotGPTBotAtAll", "GPTBot2", "myCCBot", "curl/8.5", "VLC/3.0.20", "AntennaPod/3.4", "\xff\x00"],
)
def test_others_are_ordinary_visitors(said: str) -> None:
    assert of(said) == ""


def test_every_name_on_the_roll_is_found_and_can_be_a_name() -> None:
    for agent in ROLL.agents:
        assert is_name(agent.name)
        found = ROLL.of(f"Mozilla/5.0 (compatible; {agent.name}/1.0)".encode())
        assert found is not None, agent.name
        assert found.name.lower().startswith(agent.name.lower())


@given(st.lists(st.sampled_from([*ROLL.names, "x", "-", " ", "/", ";", "é", FIREFOX, "2", "_"]), max_size=6), st.data())
def test_it_finds_what_a_search_for_each_whole_word_finds(parts: list[str], data: st.DataObject) -> None:
    said = "".join(data.draw(st.permutations(parts)))[:MOST_CHARS]
    naive = [
        one for one in ROLL.agents if re.search(rf"\b{re.escape(one.name)}\b", said, re.IGNORECASE | re.ASCII)
    ]  # fmt: skip
    found = ROLL.of(said.encode("latin-1"))
    assert (found is None) == (not naive)
    if found is not None:
        ranks = list(Kind)
        # Of two names at one place the longer one counts, which may be of a milder kind.
        assert found in naive
        assert any(ranks.index(found.kind) <= ranks.index(one.kind) for one in naive)


@given(st.binary(max_size=3000))
def test_no_header_whatever_breaks_it(said: bytes) -> None:
    ROLL.of(said)


def test_only_the_beginning_of_a_header_is_read() -> None:
    assert of("x " * 5000 + "GPTBot") == ""
    assert of("GPTBot " + "x " * 500_000) == "GPTBot"


def test_a_megabyte_costs_no_more_than_a_line() -> None:
    said = b"GPT " * 250_000
    start = time.process_time()
    for _ in range(20):
        ROLL._of(said)
    assert time.process_time() - start < 0.2


@pytest.mark.parametrize("name", ["Mozilla", "Safari", "mobile safari", "", "*", "a" * 70, "bad\nname", "ж", "-x"])
def test_what_would_lock_everybody_out_is_no_name(name: str) -> None:
    assert not is_name(name)


@pytest.mark.parametrize("path", OPEN)
def test_what_we_say_stays_open_to_those_who_are_refused(path: str) -> None:
    assert judge(ROLL.of(b"GPTBot"), path, Strictness.LISTED) is None


@pytest.mark.parametrize("path", PAGES)
def test_a_training_agent_is_refused_everywhere_else(path: str) -> None:
    refusal = judge(ROLL.of(b"GPTBot/1.2"), path, Strictness.TRAINING)
    assert refusal is not None
    assert refusal.status == 403


def test_how_strict_the_site_is_says_who_is_refused() -> None:
    def refused(strictness: str) -> set[str]:
        said = (b"GPTBot", b"Google-Extended", b"Scrapy", b"OAI-SearchBot", b"ChatGPT-User", b"Firefox")
        return {
            one.decode() for one in said if judge(ROLL.of(one), "/ada-quill", Strictness(strictness)) is not None
        }  # fmt: skip

    assert refused("off") == set()
    assert refused("training") == {"GPTBot", "Google-Extended"}
    assert refused("gathering") == {"GPTBot", "Google-Extended", "Scrapy"}
    assert refused("listed") == {"GPTBot", "Google-Extended", "Scrapy", "OAI-SearchBot"}


@pytest.mark.parametrize(
    ("authorization", "code", "status", "error"),
    [
        ("", "", 403, "insufficient_scope"),
        ("", "n" * 16, 403, "insufficient_scope"),
        ("", "a" * 16, 402, "insufficient_scope"),
        ("", "z" * 16, 403, "insufficient_scope"),
        ("", "a", 403, "insufficient_scope"),
        ("License abc", "", 401, "invalid_token"),
        ("license", "a" * 16, 401, "invalid_token"),
        ("Bearer abc", "", 403, "insufficient_scope"),
        ("Basic \xff\xfe", "", 403, "insufficient_scope"),
    ],
)
def test_the_number_of_a_refusal_says_what_is_missing(authorization: str, code: str, status: int, error: str) -> None:
    agent = ROLL.of(b"GPTBot")
    refusal = judge(agent, "/media/renditions/1/a.mp4", Strictness.TRAINING, authorization=authorization, code=code)
    assert refusal is not None
    assert (refusal.status, refusal.error) == (status, error)


def test_the_api_is_open_to_who_shows_a_key_and_sees_for_itself() -> None:
    assert is_open("/api/v1/me", has_key=True)
    assert not is_open("/api/v1/me", has_key=False)
    assert is_open("/uploads", has_key=True)
    assert is_open("/uploads/0f3c", has_key=True)
    # A creator may be called so: what begins like an address of the API is none.
    for path in ("/ada-quill/slow-harbour", "/uploads-of-ada", "/uploads-of-ada/slow-harbour", "/apiary/hive"):
        assert not is_open(path, has_key=True), path


@pytest.mark.parametrize(
    ("path", "subject"),
    [
        ("/ada-quill/slow-harbour", Subject(creator="ada-quill", slug="slow-harbour")),
        ("/Ada-Quill/slow-harbour/s3cret", Subject(creator="ada-quill", slug="slow-harbour")),
        ("/embed/ada-quill/slow-harbour", Subject(creator="ada-quill", slug="slow-harbour")),
        ("/media/renditions/12/aac160.mp4", Subject(recording_id=12)),
        ("/media/downloads/12/Slow Harbour.mp3", Subject(recording_id=12)),
        ("/listen/7/stream", Subject(track_id=7)),
        ("/embed/listen/7.json", Subject(track_id=7)),
        ("/embed/7", Subject(track_id=7)),
        ("/ada-quill", NOBODY),
        ("/studio/tracks", NOBODY),
        ("/ada-quill/sets/harbours", NOBODY),
        ("/media/pictures/x/500.webp", NOBODY),
        ("/media/renditions/99999999999999999999/a", NOBODY),
        ('/"><script>/x\r\nX-Evil: 1', NOBODY),
    ],
)
def test_an_address_names_its_track(path: str, subject: Subject) -> None:
    assert subject_of(path, RESERVED) == subject
