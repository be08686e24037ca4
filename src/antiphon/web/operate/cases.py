"""The queue of what was reported, and a case: claim, note, decide, answer an appeal."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from antiphon.accounts import service as accounts
from antiphon.cases import service as case_files
from antiphon.catalogue import service as catalogue
from antiphon.kernel.errors import AntiphonError
from antiphon.web.accounts.forms import refuse
from antiphon.web.accounts.member import member
from antiphon.web.operate import turned_away
from antiphon.web.operate.forms import AnswerForm, NoteForm, RuleForm
from antiphon.web.operate.guards import moderators_only

A_PAGE = 50
MOST_PAGES = 200


@dataclass(frozen=True)
class Part:
    """A part of what was reported, as it stood and as it stands."""

    label: str
    then: str
    now: str
    changed: bool


@moderators_only
def queue(request: HttpRequest) -> HttpResponse:
    """List cases: what waits, mine, appeals, decided; by kind and by reason."""
    asked = _asked(request)
    page = min(int(asked["page"]), MOST_PAGES)
    lines = catalogue.queue(
        member(request), asked["show"], kind=asked["kind"], reason=asked["reason"], skip=(page - 1) * A_PAGE
    )
    shown = {
        "lines": [_line(line) for line in lines[:A_PAGE]],
        "counts": catalogue.case_counts(member(request)),
        "disputes": case_files.counts(member(request)),
        "asked": asked,
        "kinds": [(name, kind.label) for name, kind in catalogue.kinds().items()],
        "reasons": catalogue.REASONS.items(),
        "refused": turned_away.today(),
        "before": page - 1,
        "after": page + 1 if len(lines) > A_PAGE else 0,
    }
    return render(request, "operate/reports.html", shown)


@moderators_only
def case(request: HttpRequest, case_id: int) -> HttpResponse:
    """Show a case."""
    return _page(request, case_id)


@moderators_only
@require_POST
def claim(request: HttpRequest, case_id: int) -> HttpResponse:
    """Take a case, or leave it to others."""
    if request.POST.get("do") == "leave":
        catalogue.unclaim(member(request), case_id)
        messages.success(request, _("Left to the others."))
        return redirect("operate_reports")
    catalogue.claim(member(request), case_id)
    return redirect("operate_case", case_id)


@moderators_only
@require_POST
def note(request: HttpRequest, case_id: int) -> HttpResponse:
    """Write something down for the other moderators."""
    form = NoteForm(request.POST)
    if form.is_valid():
        try:
            catalogue.note(member(request), case_id, form.cleaned_data["words"])
        except AntiphonError as error:
            refuse(form, error)
        else:
            return redirect("operate_case", case_id)
    return _page(request, case_id, note_form=form)


@moderators_only
@require_POST
def decide(request: HttpRequest, case_id: int) -> HttpResponse:
    """Decide, and go on with the next case that nobody is at."""
    form = RuleForm(request.POST)
    if form.is_valid():
        try:
            ruling = catalogue.rule(
                member(request), case_id, form.cleaned_data["verdict"], form.cleaned_data["because"]
            )
        except AntiphonError as error:
            refuse(form, error)
        else:
            messages.success(request, _("Decided: %(outcome)s.") % {"outcome": catalogue.outcome(ruling.verdict)})
            following = catalogue.next_open(member(request), ruling.case)
            return redirect("operate_case", following.pk) if following else redirect("operate_reports")
    return _page(request, case_id, rule_form=form)


@moderators_only
@require_POST
def answer(request: HttpRequest, case_id: int) -> HttpResponse:
    """Answer an appeal."""
    form = AnswerForm(request.POST)
    if form.is_valid():
        try:
            keep = form.cleaned_data["outcome"] == "kept"
            catalogue.answer_appeal(member(request), case_id, keep=keep, because=form.cleaned_data["because"])
        except AntiphonError as error:
            refuse(form, error)
        else:
            messages.success(request, _("Answered. They are told."))
            return redirect("operate_case", case_id)
    return _page(request, case_id, answer_form=form)


def _page(
    request: HttpRequest,
    case_id: int,
    *,
    note_form: NoteForm | None = None,
    rule_form: RuleForm | None = None,
    answer_form: AnswerForm | None = None,
) -> HttpResponse:
    moderator = member(request)
    opened = catalogue.case_for(moderator, case_id)
    may_suspend = accounts.is_operator(moderator) and opened.case.owner is not None
    choices = _choices(gone=opened.subject is None, may_withdraw=opened.can_withdraw, may_suspend=may_suspend)
    rule_form = rule_form or RuleForm()
    rule_form.offer(choices)
    shown = {
        "opened": opened,
        "case": opened.case,
        "kind": catalogue.kind_of(opened.case.kind).label,
        "parts": [Part(label_of(name), then, now, changed) for name, then, now, changed in opened.parts],
        "said": [(said, reason_words(said.report.reason)) for said in opened.said],
        "rulings": [_ruling(row) for row in opened.rulings],
        "earlier": [_ruling(row) for row in opened.before],
        "of_owner": [_ruling(row) for row in opened.of_owner],
        "is_mine": opened.case.claimed_by_id == moderator.pk,
        "rule_form": rule_form,
        "note_form": note_form or NoteForm(auto_id="note_%s"),
        "answer_form": answer_form or AnswerForm(auto_id="answer_%s"),
    }
    failed = any(form is not None and form.errors for form in (note_form, rule_form, answer_form))
    return render(request, "operate/case.html", shown, status=422 if failed else 200)


def _choices(*, gone: bool, may_withdraw: bool, may_suspend: bool) -> list[tuple[str, str]]:
    offered = [("leave", _("Leave it as it is"))]
    if not gone:
        offered.append(("hide", _("Hide it: nobody finds it but its owner and the moderators")))
        if may_withdraw:
            offered.append(
                ("withdraw", _("Withdraw it from public view: its owner may put it right and publish it again"))
            )
    if may_suspend:
        offered.append(("suspend", _("Suspend the account: its owner cannot sign in, nobody finds what they made")))
    return offered


def _line(line: catalogue.CaseLine) -> dict[str, Any]:
    kind = catalogue.kinds().get(line.case.kind)
    latest = next(iter(line.case.rulings.all()), None)
    return {
        "case": line.case,
        "kind": kind.label if kind else line.case.kind,
        "reasons": [(reason_words(reason), count) for reason, count in line.reasons],
        "latest": _ruling(latest) if latest else None,
        "appeal": line.appeal,
    }


def _ruling(row: catalogue.Ruling) -> dict[str, Any]:
    return {"row": row, "outcome": catalogue.outcome(row.verdict), "appeal": getattr(row, "appeal", None)}


def reason_words(reason: str) -> str:
    """Say a reason as the form of reports does."""
    return str(catalogue.REASONS.get(reason, reason))


def label_of(part: str) -> str:
    """Name a part of a snapshot."""
    known = {
        "title": _("Title"),
        "name": _("Name"),
        "artists": _("Artists"),
        "description": _("Description"),
        "biography": _("About"),
        "tags": _("Tags"),
        "tracks": _("Tracks"),
        "links": _("Links"),
        "place": _("Place"),
        "profile": _("Profile"),
        "words": _("Words"),
    }
    return known.get(part, part)


def _asked(request: HttpRequest) -> dict[str, Any]:
    show, kind, reason = (request.GET.get(name, "") for name in ("show", "kind", "reason"))
    page = request.GET.get("page", "1")
    return {
        "show": show if show in ("open", "mine", "appealed", "decided") else "open",
        "kind": kind if kind in catalogue.kinds() else "",
        "reason": reason if reason in catalogue.REASONS else "",
        "page": int(page) if page.isascii() and page.isdigit() and 0 < len(page) < 5 and int(page) else 1,
    }
