"""Declarations: every vocabulary says the same, each label the most restrictive of what it covers."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.consent.core.purposes import GUARDED_MASK, PURPOSES, slugs_of
from antiphon.declarations.core import files, finer, lines, rsl, tables
from antiphon.declarations.core.declaration import NOTHING, SITE, Declaration, declare, read, strictest
from antiphon.declarations.data import ai_agents
from tests import declared

PLACE = lines.Place("https://music.example/ada-quill/slow-harbour/rsl.xml", "https://music.example/policies/7.json")
PAGE = "https://music.example/ada-quill/slow-harbour"
SLUGS = [one.slug for one in PURPOSES]
broken = st.sampled_from(["", "Yes", "YES", "allow", "y", True, 1, None, 0.5, "yes "])
answers = st.dictionaries(st.sampled_from(SLUGS), st.one_of(st.sampled_from(["yes", "ask", "no"]), broken))
mostly_yes = st.fixed_dictionaries({}, optional=dict.fromkeys(SLUGS, st.sampled_from(["no", "ask"]))).map(
    lambda said: dict.fromkeys(SLUGS, "yes") | said
)
told = st.one_of(answers, mostly_yes)


def channels(said: Declaration) -> dict[tuple[str, str], bool | None]:
    """What each label of each channel says, as strangers read it: True for a yes, False for a no, None for nothing."""
    headers = dict(lines.headers(said, PLACE))
    metas = lines.metas(said, PLACE)
    document = rsl.document([rsl.Content((PAGE,), said, "https://music.example/ada-quill", f"{PAGE}/label")]).decode()
    permitted, prohibited = declared.rsl_usages(document, PAGE)
    words = {"y": True, "n": False, "yes": True, "no": False, "unknown": None, None: None}
    signals = dict(part.split("=") for part in headers.get("Content-Signal", "").split(", ") if part)
    cawg = finer.cawg(said, f"{PAGE}/label")
    found: dict[tuple[str, str], bool | None] = {}
    for label in tables.AIPREF.covers:
        found["aipref", label] = words[declared.usage(headers, label)]
    for label in tables.CONTENT_SIGNAL.covers:
        found["content-signal", label] = words[signals.get(label)]
    for label in tables.RSL.covers:
        found["rsl", label] = True if label in permitted else False if label in prohibited else None
    found["tdmrep", "mining"] = not declared.refuses_by_tdmrep(headers)
    found["noai", "noai"] = not declared.refuses_by_robots_tag(headers)
    found["robots", "noindex"] = ("robots", "noindex") not in metas
    for label in tables.CAWG.covers:
        found["cawg", label] = cawg[label]["use"] == "allowed"
    assert dict(metas)["tdm-reservation"] == headers["TDM-Reservation"]
    assert (("robots", "noai, noimageai") in metas) == ("X-Robots-Tag" in headers)
    assert declared.refuses_by_img2dataset(headers) == declared.refuses_by_robots_tag(headers)
    return found


def covered(channel: str, label: str) -> set[str]:
    by = {"aipref": tables.AIPREF, "content-signal": tables.CONTENT_SIGNAL, "rsl": tables.RSL, "tdmrep": tables.TDMREP,
          "noai": tables.NOAI, "robots": tables.ROBOTS, "cawg": tables.CAWG}  # fmt: skip
    return set(slugs_of(by[channel].covers[label]))


@given(told)
def test_no_channel_says_yes_to_what_is_not_a_yes_and_none_says_no_without_one(said: dict[str, object]) -> None:
    yes = {slug for slug in SLUGS if said.get(slug) == "yes"}
    for (channel, label), word in channels(declare(said)).items():
        if word is True:
            assert covered(channel, label) <= yes, (channel, label)
        elif word is False:
            assert not covered(channel, label) <= yes, (channel, label)
        else:
            # Only where a yes would say more than its label is nothing said.
            assert (channel, label) == ("aipref", "search")
            assert covered(channel, label) <= yes


@given(told)
def test_channels_with_one_meaning_say_one_thing(said: dict[str, object]) -> None:
    found = channels(declare(said))
    search = found["content-signal", "search"]
    assert search == found["rsl", "search"] == found["robots", "noindex"]
    assert found["aipref", "search"] in (search, None)
    assert found["content-signal", "ai-train"] == found["rsl", "ai-train"] == found["noai", "noai"]
    if found["content-signal", "ai-train"]:
        assert found["aipref", "train-ai"]
    if found["tdmrep", "mining"]:
        assert found["aipref", "train-ai"]
        assert found["aipref", "ai-use"]
        assert found["noai", "noai"]
    if found["aipref", "search"]:
        assert found["aipref", "train-ai"]
        assert found["aipref", "ai-use"]
    if found["noai", "noai"] is False and found["aipref", "train-ai"]:
        assert not found[
            "cawg", "cawg.ai_training"
        ]  # only who describes is refused: flattened, and never the other way


@given(told)
def test_the_finest_vocabularies_cover_every_no(said: dict[str, object]) -> None:
    made = declare(said)
    value = finer.plus(made)
    outside = tables.PLUS.covers["DMI-PROHIBITED"]
    assert made.denied & outside & ~tables.PLUS.covers[value] == 0
    entries = finer.cawg(made, "https://music.example/terms")
    assert all(("constraint_info" in entry) == (entry["use"] == "constrained") for entry in entries.values())


@given(told, told)
def test_several_together_say_the_most_restrictive(one: dict[str, object], other: dict[str, object]) -> None:
    both = channels(strictest([declare(one), declare(other)]))
    first, second = channels(declare(one)), channels(declare(other))
    for label, word in both.items():
        if first[label] is False or second[label] is False:
            assert word is False


@given(told)
def test_a_code_says_what_it_was_made_from_and_a_damaged_one_says_no(said: dict[str, object]) -> None:
    made = declare(said)
    assert read(made.code) == made
    for damaged in (made.code[:-1], made.code + "y", None, 7, ""):
        assert read(damaged) == NOTHING
    assert read("o" * 16) == read("Y" * 16) == NOTHING
    assert read("x" + made.code[1:]).denied & 1


def test_nothing_is_a_no_everywhere() -> None:
    assert strictest([]) == NOTHING == declare({})
    assert set(channels(NOTHING).values()) == {False}
    assert dict(lines.headers(NOTHING, PLACE)) == {
        "Content-Usage": "train-ai=n, ai-use=n, search=n",
        "Content-Signal": "search=no, ai-input=no, ai-train=no",
        "X-Robots-Tag": "noai, noimageai",
        "TDM-Reservation": "1",
        "TDM-Policy": PLACE.policy,
        "Link": f'<{PLACE.rsl}>; rel="license"; type="application/rsl+xml"',
    }


@given(told)
def test_the_site_never_says_more_than_a_track_that_is_told_from_outside(said: dict[str, object]) -> None:
    guarded = slugs_of(GUARDED_MASK)
    track = channels(
        declare({slug: "ask" if slug in guarded and word == "yes" else word for slug, word in said.items()})
    )
    for label, word in channels(SITE).items():
        # A no of the site binds every track; where it says nothing, a track says its own; it never says yes.
        assert word is not True or label == ("robots", "noindex")
        if word is False and label[0] not in ("cawg",):
            assert track[label] is False


def test_search_is_not_said_where_it_would_allow_training() -> None:
    said = declare({"search-index": "yes", "train-generative": "no"})
    assert lines.content_usage(said) == "train-ai=n, ai-use=n"
    assert lines.content_signal(said) == "search=yes, ai-input=no, ai-train=no"
    assert not lines.no_index(said)
    assert "search=y" in lines.content_usage(declare(dict.fromkeys(SLUGS, "yes")))


REFUSED = dict(lines.headers(declare({"search-index": "yes"}), PLACE))
ALLOWED = dict(lines.headers(declare(dict.fromkeys(SLUGS, "yes")), PLACE))
READERS = {
    "http_sf": ("Content-Usage", "train-ai=n", "train-ai=N", declared.refuses_training_by_usage),
    "data diligence, noai": ("X-Robots-Tag", "noai, noimageai", "noaj, noimageaj", declared.refuses_by_robots_tag),
    "img2dataset": ("X-Robots-Tag", "noai, noimageai", "x:y, noimageaj", declared.refuses_by_img2dataset),
    "data diligence, TDMRep": ("TDM-Reservation", "1", "l", declared.refuses_by_tdmrep),
    "Content-Signal": ("Content-Signal", "ai-train=no", "ai-train=mo", declared.refuses_by_signal),
}


@pytest.mark.parametrize("reader", READERS)
def test_readers_of_others_see_a_no_and_a_yes_and_a_letter_is_enough_to_lose_it(reader: str) -> None:
    name, good, bad, refuses = READERS[reader]
    assert good in REFUSED[name]
    assert refuses(REFUSED)
    assert not refuses(ALLOWED)
    assert not refuses(REFUSED | {name: REFUSED[name].replace(good, bad)})


def test_the_rsl_of_a_no_and_of_a_yes_and_a_damaged_letter() -> None:
    no, yes = (
        rsl.document([rsl.Content((PAGE,), declare(said), "https://c", "https://t", "Ada & \x00Söhne <1>")]).decode()
        for said in ({"search-index": "yes"}, dict.fromkeys(SLUGS, "yes"))
    )
    assert declared.rsl_usages(no, PAGE) == ({"search"}, {"ai-all", "ai-index", "ai-input", "ai-train"})
    assert declared.rsl_usages(yes, PAGE) == ({"search", "ai-index", "ai-input", "ai-train"}, set())
    assert declared.rsl_usages(no, PAGE + "-2") == (set(), set())
    for good, bad in (
        ("ai-all", "ai-alm"), ("license>", "licence>"), ('type="usage"', 'type="usaga"'), ('org/rsl"', 'org/rsi"'),
        ('max-age="1"', 'max-age="i"'), ('"contact"', '"cantact"'), (' url="', ' uri="'), ("search<", "search,<"),
    ):  # fmt: skip
        for document in (no, yes):
            if good in document:
                with pytest.raises(AssertionError):
                    declared.rsl_usages(document.replace(good, bad), PAGE)


TEXT = files.robots_txt("https://music.example", ai_agents())


@pytest.mark.parametrize("reader", declared.ROBOTS)
def test_robots_txt_is_read_alike_by_strict_old_and_naive_readers(reader: str) -> None:
    may = declared.ROBOTS[reader]
    for agent in ai_agents():
        for path in ("/", "/ada-quill/slow-harbour", "/media/renditions/7/aac160.mp4", "/ada-quill/feed.xml"):
            assert not may(TEXT, agent, f"https://music.example{path}"), (agent, path)
    for agent in ("Googlebot", "SomeBrowser", "Wget"):
        assert may(TEXT, agent, "https://music.example/ada-quill/slow-harbour")
        assert may(TEXT, agent, "https://music.example/studio-harbour")
        assert may(TEXT, agent, "https://music.example/rsl.xml")
        assert not may(TEXT, agent, "https://music.example/media/renditions/7/aac160.mp4")
        assert not may(TEXT, agent, "https://music.example/listen/7.json")
    assert may(TEXT.replace("User-agent: GPTBot", "User-agent: GPTBoт"), "GPTBot", "https://music.example/ada-quill")


@pytest.mark.parametrize("reader", ["protego", "standard library"])
def test_what_we_say_stays_readable_to_those_who_may_fetch_nothing_else(reader: str) -> None:
    for path in ("/rsl.xml", "/.well-known/tdmrep.json", "/policies/7.json", "/ai.txt"):
        assert declared.ROBOTS[reader](TEXT, "GPTBot", f"https://music.example{path}")


def test_robots_txt_is_small_and_names_agents_once() -> None:
    assert len(TEXT.encode()) < 100_000
    assert len(ai_agents()) == len(set(ai_agents())) == 166
    assert TEXT.count("User-agent: *\n") == 1
    for group in TEXT.split("\n\n")[1:]:
        assert group.startswith("User-agent: ")
        assert "\n\n" not in group
    last = TEXT.split("User-agent: *")[1]
    assert "Content-Usage: train-ai=n, ai-use=n\n" in last
    assert "search" not in last.lower()  # which a track says for itself


def test_tdmrep_is_an_array_and_the_policy_an_offer_without_prohibition() -> None:
    assert json.loads(files.tdmrep("https://music.example/policies/site.json")) == [
        {"location": "/*", "tdm-reservation": 1, "tdm-policy": "https://music.example/policies/site.json"}
    ]
    policy = json.loads(files.tdm_policy(NOTHING, uid="u", name="Ada", page="p", contact="c"))
    assert policy["@type"] == "Offer"
    assert policy["profile"] == "http://www.w3.org/ns/tdmrep"
    assert policy["permission"] == [{"action": "tdm:mine", "duty": [{"action": "obtainConsent"}]}]
    assert "prohibition" not in policy


def test_every_table_names_its_version() -> None:
    versions = {one.name: one.version for one in tables.VOCABULARIES}
    assert versions["AIPREF"] == "vocab-08"
    assert versions["RSL"] == "1.0"
    assert versions["TDMRep"] == "2024-05-10"
    assert all(versions.values())
