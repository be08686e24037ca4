"""Is every recording compared, is what was heard in the index of fingerprints, and is that index whole."""

from collections.abc import Iterator

from antiphon.cli.ports import Finding, Verdict
from antiphon.identification import service as identification
from antiphon.kernel.errors import Unavailable

_ANEW = "Make it anew from the database: `antiphon fingerprint rebuild`. A worker does it by itself when it meets it."
_MANY_WAIT = 20


def fingerprints(*, deep: bool) -> Iterator[Finding]:
    """Look at the index of fingerprints; `deep` compares every page of it with its checksum."""
    state = identification.state()
    try:
        missing = identification.missing()
        if deep:
            identification.verify()
    except Unavailable as broken:
        yield Finding("fingerprints", Verdict.PROBLEM, broken.message, _ANEW)
        return
    if missing > state.unindexed:
        yield Finding(
            "fingerprints", Verdict.PROBLEM,
            f"The index misses {missing} of {state.kept} recordings; uploads are held until it has them.", _ANEW,
        )  # fmt: skip
        return
    if state.waiting > _MANY_WAIT:
        yield Finding(
            "fingerprints", Verdict.NOTE, f"{state.waiting} recordings wait to be compared; others cannot hear them.",
            "Is a worker running? `antiphon jobs list` says why `identification.hear` fails.",
        )  # fmt: skip
    if state.failed:
        yield Finding(
            "fingerprints", Verdict.NOTE, f"{state.failed} recordings could not be compared, and are held.",
            "Their creators may try again; `antiphon jobs list` says why `identification.hear` failed.",
        )  # fmt: skip
    how = "every page as it was written" if deep else "none missing"
    yield Finding(
        "fingerprints", Verdict.GOOD, f"{state.kept} recordings are in the index, {how}; {state.open} matches are open."
    )
