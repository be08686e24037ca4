"""Looking before answering: what an answer would change, for how many tracks, shown and only then done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from antiphon.accounts import service as accounts
from antiphon.consent import service as consent
from antiphon.web.consent import reading, words

_AT_ONCE = 10_000  # places in one act


@dataclass(frozen=True)
class Row:
    """One use: what is said now, what would be said, and what the gate would then answer differently."""

    purpose: str
    before: str
    after: str
    now_allowed: int
    now_refused: int
    waiting_until: datetime | None


def look(
    request: HttpRequest,
    user: accounts.User,
    answers: Mapping[str, str],
    scopes: Sequence[consent.Scope],
    *,
    before: Mapping[str, str] | None = None,
    about: str = "",
    back: str,
    others: int = 0,
) -> HttpResponse:
    """Show what an answer would change. What was asked travels along in hidden fields.

    `before` is what is said there now, where that is one thing; `others` counts places that keep answers of their own.
    """
    context = {
        "rows": _rows(user, answers, scopes, before) if answers else [],
        "about": about,
        "back": back,
        "others": others,
        "also": bool(request.POST.get("also")),
        "places": len(scopes),
        "kept": reading.kept(request.POST, leave=("also",)),
        "shows_before": before is not None,
    }
    return render(request, "consent/look.html", context)


def answer(user: accounts.User, answers: Mapping[str, str], scopes: Sequence[consent.Scope]) -> consent.Act:
    """Answer at all these places, however many; return the first act, whose proof says what was said."""
    with transaction.atomic():
        acts = [
            consent.answer(user, answers, scopes[start : start + _AT_ONCE]) for start in range(0, len(scopes), _AT_ONCE)
        ]
    return acts[0]


def answer_all(
    user: accounts.User, answers: Mapping[str, str], others: Mapping[consent.Scope, frozenset[str]]
) -> consent.Act:
    """Answer for all of one's music, and at these places for these uses: what says the same already is left alone.

    Return the act for all music; each kind of place has an act, and so a proof, of its own.
    """
    alike: dict[frozenset[str], list[consent.Scope]] = {}
    for scope, uses in others.items():
        alike.setdefault(uses, []).append(scope)
    with transaction.atomic():
        for uses, scopes in alike.items():
            answer(user, {slug: answers[slug] for slug in uses}, scopes)
        return answer(user, answers, [consent.EVERYWHERE])


def to_done(act: consent.Act) -> HttpResponse:
    """Lead to the page that says what was done and offers the proof file."""
    return redirect("consent:done", act.uid)


def _rows(
    user: accounts.User,
    answers: Mapping[str, str],
    scopes: Sequence[consent.Scope],
    before: Mapping[str, str] | None,
) -> list[Row]:
    changes = {one.purpose: one for one in consent.preview(user, answers, scopes)}
    return [
        Row(
            one.slug, (before or {}).get(one.slug, "nothing"), answers[one.slug], changes[one.slug].now_allowed,
            changes[one.slug].now_refused, changes[one.slug].waiting_until,
        )
        for one in words.ANSWERABLE
        if one.slug in changes
    ]  # fmt: skip
