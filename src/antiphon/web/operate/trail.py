"""The trail of moderation: who did what, when, why, and how things stood before and after. Read only."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.utils.timezone import get_current_timezone_name
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from antiphon.cases import service as cases
from antiphon.catalogue import service as catalogue
from antiphon.web.operate.guards import moderators_only

A_PAGE = 100


@moderators_only
@require_safe
def trail(request: HttpRequest) -> HttpResponse:
    """Show lines, the latest first."""
    asked = _asked(request)
    before = _number(request.GET.get("before", ""))
    lines = catalogue.trail_lines(_filters(asked), before=before, limit=A_PAGE + 1, zone=get_current_timezone_name())
    kept: dict[str, str | int] = {name: value for name, value in asked.items() if value}
    shown = {
        "lines": [_told(told) for told in lines[:A_PAGE]],
        "asked": asked,
        "people": catalogue.people_in_trail(),
        "whats": [(what, what_words(what)) for what in catalogue.TRAIL_WHATS],
        "kinds": list(_kinds().items()),
        "query": urlencode(kept),
        "more": urlencode({**kept, "before": lines[A_PAGE - 1].line.pk}) if len(lines) > A_PAGE else "",
    }
    return render(request, "operate/trail.html", shown)


@moderators_only
@require_safe
def trail_csv(request: HttpRequest) -> HttpResponse:
    """Give the lines as a table for a spreadsheet."""
    text = catalogue.trail_as_csv(_filters(_asked(request)), zone=get_current_timezone_name())
    reply = HttpResponse(text, content_type="text/csv; charset=utf-8")
    reply["Content-Disposition"] = 'attachment; filename="trail.csv"'
    reply["Cache-Control"] = "private, no-store"
    return reply


def what_words(what: str) -> str:
    """Say an act in words."""
    known = {
        "claim": _("took the case"),
        "unclaim": _("left the case"),
        "note": _("wrote a note"),
        "leave": _("left it as it is"),
        "hide": _("hid it"),
        "withdraw": _("withdrew it from public view"),
        "suspend": _("suspended the account"),
        "show": _("showed it again"),
        "unsuspend": _("let the account in again"),
        "case-pass": _("let it through"),
        "case-note": _("wrote a note"),
        "case-decide": _("decided"),
        "case-keep": _("answered the appeal: it stays"),
        "case-change": _("answered the appeal: it is changed"),
        "appeal-kept": _("answered the appeal: it stays"),
        "appeal-changed": _("answered the appeal: taken back"),
    }
    return known.get(what, what)


def _told(told: catalogue.TrailTold) -> dict[str, Any]:
    line = told.line
    parts = dict.fromkeys([*line.before, *line.after])
    changes = [(part, line.before.get(part), line.after.get(part)) for part in parts]
    return {
        "line": line,
        "who": told.who,
        "what": what_words(line.what),
        "is_dispute": line.kind in cases.kinds(),
        "name": told.name or f"{line.kind} {line.subject_id}",
        "changes": [(_state_words(p), _value(was), _value(now)) for p, was, now in changes if was != now],
    }


def _state_words(part: str) -> str:
    known = {"hidden": _("hidden"), "sharing": _("sharing"), "suspended": _("suspended"), "verdict": _("verdict")}
    return known.get(part, part)


def _value(value: object) -> str:
    if value is None:
        return "–"
    return {True: _("yes"), False: _("no")}.get(value, str(value)) if isinstance(value, bool) else str(value)


def _kinds() -> dict[str, Any]:
    known: dict[str, Any] = {**catalogue.kinds(), **cases.kinds()}
    return {name: kind.label for name, kind in known.items()} | {"account": _("account")}


def _asked(request: HttpRequest) -> dict[str, str]:
    asked = {name: request.GET.get(name, "")[:40] for name in ("who", "what", "kind", "subject", "case")}
    if asked["what"] not in catalogue.TRAIL_WHATS:
        asked["what"] = ""
    if asked["kind"] not in _kinds():
        asked["kind"] = ""
    for name in ("who", "subject", "case"):
        asked[name] = asked[name] if _number(asked[name]) is not None else ""
    for name in ("since", "until"):
        asked[name] = request.GET.get(name, "") if _day(request.GET.get(name, "")) else ""
    return asked


def _filters(asked: dict[str, str]) -> catalogue.TrailFilters:
    return catalogue.TrailFilters(
        who=_number(asked["who"]),
        what=asked["what"],
        kind=asked["kind"],
        subject_id=_number(asked["subject"]),
        case_id=_number(asked["case"]),
        since=_day(asked["since"]),
        until=_day(asked["until"]),
    )


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if 1970 <= found.year <= 9000 else None
