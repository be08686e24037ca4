"""Advice: what is said of which report, and that every sentence can be filled."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.audio.core import report
from antiphon.audio.core.failures import SENTENCES, Failure, clock_time

HEALTHY = {
    "clipping": {"runs": 0, "samples": 0},
    "stereo": {"mono": False, "correlation": 0.6, "width": 0.2, "balance_db": 0.1},
    "silence": {"start_ms": 20, "end_ms": 900, "longest_ms": 0, "longest_at_ms": 0},
    "source": {"lossless": True, "rate_hz": 44100, "channels": 2},
    "bandwidth_hz": 21_500,
    "cliff_db": 8.0,
    "dc_offset": 0.0,
    "damage": {"bad_packets": 0, "packets": 10, "repaired_samples": 0},
}


def codes(changes: dict[str, object], *, lufs: float | None = -14.0, peak: float | None = -1.5) -> list[str]:
    found = report.advice({**HEALTHY, **changes}, loudness_lufs=lufs, true_peak_dbtp=peak)
    assert all(one.in_english() for one in found)
    return [one.code for one in found]


def test_a_healthy_track_gets_one_good_word() -> None:
    assert codes({}) == ["clean"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"clipping": {"runs": 40, "samples": 400}}, "clipping"),
        ({"stereo": {"mono": True}}, "mono"),
        ({"stereo": {"mono": False, "correlation": -0.8, "width": 0.9, "balance_db": 0.0}}, "out-of-phase"),
        ({"stereo": {"mono": False, "correlation": 0.5, "width": 0.2, "balance_db": -6.0}}, "balance"),
        ({"stereo": {"mono": False, "correlation": None, "width": 0.5, "balance_db": None}}, "one-sided"),
        ({"silence": {"start_ms": 9000}}, "silence-start"),
        ({"silence": {"end_ms": 9000}}, "silence-end"),
        ({"silence": {"longest_ms": 9000, "longest_at_ms": 61_000}}, "silence-inside"),
        ({"bandwidth_hz": 16_000, "cliff_db": 40.0}, "band-limited"),
        ({"dc_offset": 0.04}, "dc-offset"),
        ({"source": {"lossless": True, "rate_hz": 48000, "channels": 6}}, "downmix"),
        ({"damage": {"bad_packets": 2, "packets": 900}}, "damaged"),
        ({"damage": {"repaired_samples": 3}}, "repaired"),
    ],
)
def test_each_finding_is_said(changes: dict[str, object], code: str) -> None:
    assert codes(changes) == [code]


def test_levels_are_judged_from_the_measured_values() -> None:
    assert codes({}, lufs=-6.0, peak=0.4) == ["true-peak", "loud"]
    assert codes({}, lufs=-30.0) == ["quiet"]
    assert codes({}, lufs=None, peak=None) == ["silent"]


def test_a_lossy_file_is_not_told_that_it_was_lossy() -> None:
    assert codes({"source": {"lossless": False, "rate_hz": 44100}, "bandwidth_hz": 16_000, "cliff_db": 40.0}) == [
        "clean"
    ]


def test_an_empty_report_says_nothing_wrong() -> None:
    assert report.advice({}, loudness_lufs=-14.0, true_peak_dbtp=-2.0) == []


@pytest.mark.parametrize("code", SENTENCES)
def test_every_failure_has_a_sentence_that_can_be_filled(code: str) -> None:
    values = dict.fromkeys(
        [
            "container",
            "declared",
            "found",
            "codec",
            "channels",
            "rate_hz",
            "limit",
            "bad",
            "packets",
            "share",
            "width",
            "height",
        ],
        "7",
    )
    words = Failure(code, **values).in_english()
    assert words.endswith((".", "."))
    assert "%(" not in words


@given(st.floats(0, 1e6))
def test_times_look_as_a_player_shows_them(seconds: float) -> None:
    parts = clock_time(seconds).split(":")
    assert len(parts) in (2, 3)
    assert all(len(part) == 2 for part in parts[1:])
