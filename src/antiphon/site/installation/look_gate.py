"""Whether the gate and its log stand as they should: what waits, who witnesses, what has to lose recordings."""

from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from antiphon.cli.ports import Finding, Verdict
from antiphon.consent import service as consent
from antiphon.ledger import service as ledger
from antiphon.mail import service as mail

_FEW = 1000  # entries that may wait for their place for a moment after a large act


def log() -> Iterator[Finding]:
    """Look at the ledger: entries that wait, and whether anybody else has seen it."""
    state = ledger.state()
    if state.waiting > _FEW:
        yield Finding(
            "ledger", Verdict.PROBLEM, f"{state.waiting} entries wait for their place in the log.",
            "Is a worker running? `antiphon jobs list` says why `ledger.publish` fails.",
        )  # fmt: skip
        return
    yield Finding("ledger", Verdict.GOOD, f"{state.published} entries are in the log, {state.waiting} wait.", "")
    if state.published and not state.witnessed:
        yield Finding(
            "witness", Verdict.NOTE, "Nobody else has seen this log: its times are by this site's own clock.",
            "Ask another site to witness it: `antiphon ledger witness add URL VKEY`.",
        )  # fmt: skip


def gate() -> Iterator[Finding]:
    """Look at the gate: whether uploads are compared with the catalogue, and recalls that were not carried out."""
    if not consent.is_matching():
        yield Finding(
            "matching", Verdict.NOTE, "Uploads are not compared with the catalogue yet, and every AI label says so.", ""
        )
    waiting = consent.recalls_waiting()
    if waiting:
        yield Finding(
            "recalls", Verdict.NOTE, f"{waiting} recalls wait to be carried out; queries leave the recordings out now.",
            "Is a worker running? `antiphon jobs list` says why.",
        )  # fmt: skip
    else:
        yield Finding("recalls", Verdict.GOOD, "Every recall was carried out.", "")


_MANY_PERCENT = 5  # mail providers begin to refuse whoever sends to more dead addresses than that


def letters() -> Iterator[Finding]:
    """Look at letters that nobody has got: those that wait, and those that came back."""
    waiting = mail.undelivered()
    if waiting:
        yield Finding(
            "letters", Verdict.NOTE, f"{waiting} letters wait, or were given up.",
            "Does the mail server take them? `antiphon jobs list` says why `mail.deliver` fails.",
        )  # fmt: skip
    yield from _bounces()


def _bounces() -> Iterator[Finding]:
    folder = str(settings.ANTIPHON.bounces)
    if folder and not mail.is_maildir(Path(folder)):
        yield Finding(
            "bounces", Verdict.PROBLEM, f"ANTIPHON_BOUNCES names {folder}, no Maildir: nothing is read from it.",
            "Have the mail server deliver there, or make it: a folder with “new”, “cur” and “tmp” in it.",
        )  # fmt: skip
    found = mail.lately()
    if found.bounced:
        many = found.percent > _MANY_PERCENT
        yield Finding(
            "bounces", Verdict.NOTE if many else Verdict.GOOD,
            f"{found.bounced} of {found.sent} letters of the last {found.days} days came back, from "
            f"{found.bounced_addresses} of {found.addresses} addresses ({found.percent:.1f} %). "
            f"{found.paused} addresses get only what cannot wait.",
            "Is the sender's address right, and does the domain name us in SPF and DKIM?" if many else "",
            {"sent": found.sent, "bounced": found.bounced, "paused": found.paused},
        )  # fmt: skip
    elif settings.ANTIPHON.email_url and not folder and found.sent:
        yield Finding(
            "bounces", Verdict.NOTE, "No letter has come back lately. Where nobody reads what comes back, letters that "
            "were not delivered count as if they were, also those about new terms.",
            "Set ANTIPHON_MAIL_RETURN_PATH and ANTIPHON_BOUNCES, or pipe them to `antiphon mail bounced`.",
        )  # fmt: skip
