"""Is everything found that is to be found, by its own words?"""

from collections.abc import Iterator
from dataclasses import asdict

from antiphon.catalogue import service as catalogue
from antiphon.cli.ports import Finding, Verdict


def search(*, deep: bool) -> Iterator[Finding]:
    """What can be found is what there is; `deep` compares every word."""
    faults = catalogue.check_search(deep=deep)
    if not faults:
        yield Finding("search", Verdict.GOOD, "Everything is found that is to be found.")
        return
    yield Finding("search", Verdict.PROBLEM, faults.in_words(), "Run `antiphon search rebuild`.", asdict(faults))
