"""What a claim must say, and how stretches are put into words."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.identification.core.claiming import (
    ABUSES,
    Claimed,
    claims_a_day,
    faults_of,
    is_link,
    is_screened,
    overlap,
)
from antiphon.identification.service.disputes.stretches import altered_words, clock_words

GOOD = Claimed(12_000, 19_000, "recording", "It is my tape.", "https://example.org/tape", good_faith=True)
REASONS = ("recording", "composition")


def faults(**changes: Any) -> set[str]:
    return set(faults_of(replace(GOOD, **changes), 200_000, REASONS))


def test_a_claim_says_which_stretch_why_and_in_good_faith() -> None:
    assert faults() == set()
    assert faults(at_ms=200_000) == {"from", "to"}
    assert faults(at_ms=-1) == {"from"}
    assert faults(length_ms=999) == {"to"}
    assert faults(length_ms=300_000) == {"to"}
    assert faults(reason="envy") == {"reason"}
    assert faults(words=" ") == {"words"}
    assert faults(words="x" * 4001) == {"words"}
    assert faults(good_faith=False) == {"good_faith"}


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "https://", "https://x y", "ftp://example.org", "https://[", "x"]
)
def test_proof_is_an_address_on_the_web(link: str) -> None:
    assert not is_link(link)
    assert faults(proof_url=link) == {"proof_url"}


def test_a_new_account_claims_little_and_one_whose_claims_were_abuse_is_looked_at() -> None:
    assert claims_a_day(timedelta(days=1)) < claims_a_day(timedelta(days=8))
    assert [is_screened(count) for count in (0, ABUSES - 1, ABUSES)] == [False, False, True]


@given(st.integers(0, 100), st.integers(1, 50), st.integers(0, 100), st.integers(1, 50))
def test_stretches_overlap_when_a_moment_is_in_both(at: int, length: int, other: int, other_length: int) -> None:
    both = set(range(at, at + length)) & set(range(other, other + other_length))
    assert overlap(at, length, other, other_length) == bool(both)
    assert overlap(other, other_length, at, length) == bool(both)


@pytest.mark.parametrize(
    ("tempo", "pitch", "said"),
    [
        (1.0, 0.0, "not altered"),
        (1.12, 2.0, "12 % faster, 2 semitones up"),
        (0.9, -1.5, "10 % slower, 1.5 semitones down"),
        (1.12, 0.0, "12 % faster"),
        (1.004, 0.05, "not altered"),
    ],
)
def test_how_a_stretch_was_altered_is_said_in_words(tempo: float, pitch: float, said: str) -> None:
    assert altered_words(tempo, pitch) == said


def test_a_stretch_is_said_by_the_clock() -> None:
    assert clock_words(12_000, 19_000) == "0:12–0:31"
    assert clock_words(3_600_000, 65_000) == "1:00:00–1:01:05"
