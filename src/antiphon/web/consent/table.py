"""Track by track: what each label says to each use, found and filtered, and answered for many tracks at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from antiphon.accounts import service as accounts
from antiphon.catalogue import service as catalogue
from antiphon.consent import service as consent
from antiphon.consent.core.purposes import BY_SLUG
from antiphon.kernel.errors import AntiphonError, BadInput
from antiphon.web.consent import looking, reading, words
from antiphon.web.studio.asking import numbers, person, signed_in, tell, tell_why_not

PAGE = 50
MOST_SHEET_BYTES = 5_000_000
STATES = ("yes", "ask", "no")


@dataclass(frozen=True)
class Sieve:
    """Which tracks are shown: by words, by a set, by what the label says to one use."""

    words: str
    set_id: int
    purpose: str
    state: str

    @classmethod
    def of(cls, form: QueryDict) -> "Sieve":
        """Read a sieve from an address or a form; what is not known is passed over."""
        purpose, state = form.get("purpose_is", ""), form.get("state", "")
        if purpose not in BY_SLUG or state not in STATES:
            purpose = state = ""
        sets = numbers([form.get("set", "")])
        return cls(form.get("q", "")[:200].replace("\x00", ""), sets[0] if sets else 0, purpose, state)

    @property
    def asked(self) -> dict[str, str]:
        """What an address says of it."""
        said = {"q": self.words, "set": str(self.set_id or ""), "purpose_is": self.purpose, "state": self.state}
        return {name: value for name, value in said.items() if value}

    def recordings(self, user: accounts.User) -> Any:
        """Return the recordings that pass, as ids or a query of ids; words are for the catalogue."""
        if self.purpose:
            return consent.held_with(user, self.purpose, self.state, set_id=self.set_id)
        return consent.held_by(user, set_id=self.set_id).values("pk")


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def table(request: HttpRequest) -> HttpResponse:
    """Show a page of the table; look at an answer for the chosen tracks and uses; answer."""
    user = person(request)
    if request.method != "POST":
        return _page(request, user)
    try:
        return _asked(request, user)
    except AntiphonError as error:
        tell_why_not(request, error)
        return redirect(_back(Sieve.of(request.POST)))


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def sheet(request: HttpRequest) -> HttpResponse:
    """Give every answer by track as a sheet, or take one in: all of it, or nothing of it."""
    user = person(request)
    if request.method == "POST":
        try:
            count = _take_in(user, request.FILES.get("sheet"))
        except AntiphonError as error:
            tell_why_not(request, error)
        else:
            said = ngettext("The sheet gave %(count)d answer.", "The sheet gave %(count)d answers.", count)
            tell(request, said % {"count": count} if count else _("The sheet says nothing new."))
        return redirect("consent:table")
    ids = catalogue.ids_among(consent.held_by(user).values("pk"))
    titles = catalogue.titles_of(ids)
    made = consent.write_sheet(user, [(pk, titles[pk].title) for pk in ids if pk in titles])
    response = HttpResponse(made, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="answers.csv"'
    response["Cache-Control"] = "private, no-store"
    return response


def _asked(request: HttpRequest, user: accounts.User) -> HttpResponse:
    sieve = Sieve.of(request.POST)
    if request.POST.get("every"):
        ids = catalogue.ids_among(sieve.recordings(user), words=sieve.words)
    else:
        ids = numbers(request.POST.getlist("ids"))
    if not ids:
        raise BadInput(_("Choose at least one track in the table first."))
    if not request.POST.getlist("purpose"):
        raise BadInput(_("Choose at least one use at the head of the table."))
    said = reading.answers_in(request.POST)
    scopes = [consent.Scope(consent.TRACK, pk) for pk in ids]
    if request.POST.get("step") == "do":
        return looking.to_done(looking.answer(user, said, scopes))
    about = ngettext("For %(count)d track.", "For %(count)d tracks.", len(ids)) % {"count": len(ids)}
    return looking.look(request, user, said, scopes, about=about, back=_back(sieve))


def _page(request: HttpRequest, user: accounts.User) -> HttpResponse:
    sieve = Sieve.of(request.GET)
    after = numbers([request.GET.get("after", "")])
    among = sieve.recordings(user)
    found, end = catalogue.titled_among(among, words=sieve.words, after=after[0] if after else 0, limit=PAGE)
    ids = [one.recording_id for one in found]
    context = {
        "rows": _rows(user, found),
        "purposes": words.ANSWERABLE,
        "spans": _spans(),
        "sieve": sieve,
        "states": [(state, words.STATES[state]) for state in STATES],
        "sets": catalogue.own_sets(user),
        "filtered": bool(sieve.asked),
        "count": catalogue.count_among(among, words=sieve.words) if end or after else len(ids),
        "next": "?" + urlencode(sieve.asked | {"after": str(end)}) if end else "",
        "first": "?" + urlencode(sieve.asked) if after else "",
    }
    return render(request, "consent/table.html", context)


def _rows(user: accounts.User, found: Sequence[catalogue.Titled]) -> list[dict[str, object]]:
    ids = [one.recording_id for one in found]
    lines, said = consent.lines_of(ids), consent.said_on(user, ids)
    return [
        {
            "track": one,
            "is_own": one.is_of(user),
            "cells": [
                {"line": lines[one.recording_id][use.slug], "said": said.get(one.recording_id, {}).get(use.slug, "")}
                for use in words.ANSWERABLE
            ],
        }
        for one in found
        if one.recording_id in lines
    ]


def _spans() -> list[tuple[object, int]]:
    """Return each group with the number of its columns."""
    spans: list[tuple[object, int]] = []
    for use in words.ANSWERABLE:
        if spans and spans[-1][0] == use.group:
            spans[-1] = (use.group, spans[-1][1] + 1)
        else:
            spans.append((use.group, 1))
    return spans


def _take_in(user: accounts.User, chosen: "UploadedFile[bytes] | None") -> int:
    if chosen is None:
        raise BadInput(_("Choose a file first."))
    if (chosen.size or 0) > MOST_SHEET_BYTES:
        raise BadInput(_("A sheet has 5 MB at most."), hint=_("Send it in parts."))
    try:
        text = chosen.read().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadInput(_("This is not a text file in UTF-8."), hint=_("Save it as CSV, in UTF-8.")) from None
    with transaction.atomic():
        acts = consent.read_sheet(user, text)
    return sum(len(act.told["answers"]) * len(act.told["where"]) for act in acts)


def _back(sieve: Sieve) -> str:
    asked = urlencode(sieve.asked)
    return reverse("consent:table") + (f"?{asked}" if asked else "")
