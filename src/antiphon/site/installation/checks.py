"""`antiphon doctor`: which checks there are, in which order. A check that breaks is a finding, not the end."""

import logging
from collections.abc import Callable, Iterator

from antiphon.cli.ports import Finding, Verdict
from antiphon.site.installation import (
    look_data,
    look_gate,
    look_program,
    look_search,
    look_sound,
    look_store,
    look_web,
    look_work,
)

log = logging.getLogger(__name__)

Check = Callable[[], Iterator[Finding]]

CHECKS: dict[str, Check] = {
    "versions": look_program.versions,
    "sandbox": look_program.sandbox,
    "listening software": look_program.listening,
    "bundle": look_program.bundle,
    "data folder": look_data.folder,
    "free space": look_data.free_space,
    "keys": look_data.keys,
    "certificate": look_data.chain,
    "address": look_web.address,
    "guard": look_web.guarding,
    "e-mail": look_web.mail,
    "database": look_data.database,
}
NEED_TABLES: dict[str, Check] = {
    "clock": look_data.the_clock,
    "workers": look_work.workers,
    "queue": look_work.queue,
    "jobs": look_work.stuck_and_dead,
    "recordings": look_work.recordings,
    "ledger": look_gate.log,
    "gate": look_gate.gate,
    "letters": look_gate.letters,
}


def everything(*, deep: bool) -> Iterator[Finding]:
    """Look at everything, cheap things first; `deep` reads every file and compares its hash, and every word."""
    usable = True
    for subject, check in CHECKS.items():
        for finding in guarded(subject, check):
            usable = usable and not (subject == "database" and finding.verdict is Verdict.PROBLEM)
            yield finding
    if not usable:
        yield Finding("the rest", Verdict.NOTE, "Not looked at: it needs the database.", "Run `antiphon doctor` again.")
        return
    for subject, check in NEED_TABLES.items():
        yield from guarded(subject, check)
    yield from guarded("fingerprints", lambda: look_sound.fingerprints(deep=deep))
    yield from guarded("search", lambda: look_search.search(deep=deep))
    yield from guarded("files", lambda: look_store.files(deep=deep))


def guarded(subject: str, check: Check) -> Iterator[Finding]:
    """Run one check; when it cannot even look, say so and go on."""
    try:
        yield from check()
    except Exception as error:
        log.exception("the check of %s broke", subject)
        yield Finding(
            subject, Verdict.PROBLEM, f"It could not be looked at: {error}", "Put right what is said above, try again."
        )
