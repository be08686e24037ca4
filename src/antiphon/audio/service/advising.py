"""The technical report in words: what `core.report` finds, in the reader's language."""

from dataclasses import dataclass

from django.utils.translation import gettext

from antiphon.audio.core import report
from antiphon.audio.core.failures import Failure
from antiphon.catalogue.service import Recording


@dataclass(frozen=True)
class Said:
    """One piece of advice, ready to show: `level` is good, hint or warning; `code` names the finding."""

    level: str
    code: str
    words: str


def advice_for(recording: Recording) -> list[Said]:
    """Return what is worth saying about a recording's sound, the gravest first; nothing before it is playable."""
    found = report.advice(
        recording.report, loudness_lufs=recording.loudness_lufs, true_peak_dbtp=recording.true_peak_dbtp
    )
    return [Said(one.level, one.code, gettext(one.sentence) % one.values) for one in found]


def words_of(failure: Failure) -> str:
    """Return a failure as a sentence in the active language."""
    return gettext(failure.sentence) % failure.values
