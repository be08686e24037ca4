"""Answers as a sheet: one line a track, one column a purpose, out and in again."""

import csv
import io
from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _

from antiphon.accounts import service as accounts
from antiphon.consent.core.purposes import BY_SLUG, CONSTANT, PURPOSES
from antiphon.consent.models import Act, Answer
from antiphon.consent.service.answering import TRACK, Scope, answer
from antiphon.consent.service.parties import party_of
from antiphon.kernel.errors import BadInput
from antiphon.kernel.sheets import harmless

COLUMNS = tuple(purpose.slug for purpose in PURPOSES if purpose.slug not in CONSTANT)
MOST_LINES = 20_000
_MOST_DIGITS = 18


def write(user: accounts.User, lines: Iterable[tuple[int, str]]) -> str:
    """Return a sheet of what somebody says on each of these recordings (id, title); empty cells say nothing."""
    party = party_of(user)
    rows = Answer.objects.filter(party=party, scope=TRACK, superseded_by=None).exclude(said=Answer.Said.NOTHING)
    said = {(row.scope_id, PURPOSES[row.purpose - 1].slug): row.said for row in rows}
    out = io.StringIO()
    sheet = csv.writer(out)
    sheet.writerow(["recording", "title", *COLUMNS])
    for pk, title in lines:
        sheet.writerow([pk, harmless(title), *(said.get((pk, slug), "") for slug in COLUMNS)])
    return out.getvalue()


def read(user: accounts.User, text: str) -> list[Act]:
    """Answer what a sheet says: one act for all lines that say the same. Raises `BadInput` before anything changes."""
    alike: dict[tuple[tuple[str, str], ...], list[Scope]] = {}
    for pk, answers in _lines(text):
        alike.setdefault(tuple(sorted(answers.items())), []).append(Scope(TRACK, pk))
    return [answer(user, dict(answers), scopes, via="csv") for answers, scopes in alike.items()]


def _lines(text: str) -> list[tuple[int, dict[str, str]]]:
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    head = [cell.strip() for cell in rows[0]] if rows else []
    unknown = [name for name in head if name not in BY_SLUG and name not in ("recording", "title")]
    if "recording" not in head or unknown:
        raise BadInput(
            _("The first line has to name the columns: recording, and purposes by their short names."),
            hint=", ".join(unknown) or _("Download the sheet, change it, and send it back."),
        )
    if len(rows) > MOST_LINES + 1:
        raise BadInput(_("A sheet has %d lines at most.") % MOST_LINES, hint=_("Send it in parts."))
    return [line for number, row in enumerate(rows[1:], 2) if (line := _line(number, head, row)) is not None]


def _line(number: int, head: Sequence[str], row: Sequence[str]) -> tuple[int, dict[str, str]] | None:
    cells = dict(zip(head, (cell.strip() for cell in row), strict=False))
    answers = {slug: cells[slug].lower() for slug in COLUMNS if cells.get(slug)}
    if not any(cells.values()) or not answers:
        return None
    recording = cells.get("recording", "")
    # More digits than any number here has are not even read: reading them takes time, and no table could hold them.
    if not recording.isascii() or not recording.isdigit() or len(recording) > _MOST_DIGITS:
        raise BadInput(_("Line %d names no recording.") % number, hint=_("Its number stands in the first column."))
    wrong = {slug: word for slug, word in answers.items() if word not in Answer.Said.values}
    if wrong:
        slug, word = next(iter(wrong.items()))
        raise BadInput(
            _("Line %(number)d says “%(word)s” to %(slug)s.") % {"number": number, "word": word[:20], "slug": slug},
            hint=_("An answer is yes, ask, no or nothing."),
        )
    return int(recording), answers
