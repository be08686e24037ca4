"""Matches and claims that wait for a moderator: the queue, and one: both waveforms, both sides' words, a decision."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from antiphon.cases import service as cases
from antiphon.cases.core.course import Act, Outcome, Stage
from antiphon.catalogue import service as catalogue
from antiphon.identification.service import disputes
from antiphon.kernel.errors import AntiphonError
from antiphon.web.accounts.member import member
from antiphon.web.cases import words
from antiphon.web.cases.drawing import picture
from antiphon.web.cases.forms import mark
from antiphon.web.cases.page import history, state_of
from antiphon.web.operate.forms import DisputeForm, NoteForm, TurnForm
from antiphon.web.operate.guards import moderators_only
from antiphon.web.studio.asking import numbers

SHOWS = ("open", "mine", "appealed", "decided")
MOST_PAGES = 200


@moderators_only
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """List cases: what waits, mine, appeals, decided."""
    user = member(request)
    show, kind = request.GET.get("show", ""), request.GET.get("kind", "")
    asked = {"show": show if show in SHOWS else "open", "kind": kind if kind in cases.kinds() else ""}
    page = min((numbers([request.GET.get("page", "")]) or [1])[0] or 1, MOST_PAGES)
    found = cases.queue(user, asked["show"], kind=asked["kind"], skip=(page - 1) * cases.A_PAGE)
    shown = {
        "lines": [{"shown": one, "state": state_of(one)} for one in found[: cases.A_PAGE]],
        "asked": asked,
        "counts": cases.counts(user),
        "reports": catalogue.case_counts(user),
        "kinds": [(name, one.label) for name, one in cases.kinds().items()],
        "before": page - 1,
        "after": page + 1 if len(found) > cases.A_PAGE else 0,
    }
    return render(request, "operate/disputes.html", shown)


@moderators_only
@require_safe
def dispute(request: HttpRequest, file_id: int) -> HttpResponse:
    """Show one."""
    return _page(request, file_id)


@moderators_only
@require_POST
def act(request: HttpRequest, file_id: int) -> HttpResponse:
    """Take it, leave it, note, let it through, decide, or answer an appeal."""
    user, do = member(request), request.POST.get("do", "")
    if do == "take":
        cases.claim(user, file_id)
        return redirect("operate_dispute", file_id)
    if do == "leave":
        cases.unclaim(user, file_id)
        return redirect("operate_disputes")
    if do == "pass":
        cases.let_through(user, file_id)
        messages.success(request, _("Let through. The uploader is told."))
        return redirect("operate_dispute", file_id)
    form = _form(do, request)
    if form.is_valid():
        try:
            _do(request, file_id, do, form.cleaned_data)
        except AntiphonError as error:
            mark(form, error)
        else:
            following = cases.next_open(user, file_id) if do == Act.DECIDE.value else None
            return redirect("operate_dispute", following.pk if following else file_id)
    return _page(request, file_id, do, form)


def _form(do: str, request: HttpRequest) -> forms.Form:
    kinds: dict[str, type[forms.Form]] = {"decide": DisputeForm, "appeal": TurnForm}
    return kinds.get(do, NoteForm)(request.POST, auto_id=f"{do}_%s")


def _do(request: HttpRequest, file_id: int, do: str, said: dict[str, Any]) -> None:
    user = member(request)
    if do == "decide":
        abuse = said["verdict"] == "abuse"
        outcome = Outcome.AGAINST if said["verdict"] == "against" else Outcome.FREE
        cases.decide(user, file_id, outcome, said["because"], is_abuse=abuse)
        messages.success(request, _("Decided. Both sides are told."))
    elif do == "appeal":
        cases.answer_appeal(user, file_id, keep=said["outcome"] == "kept", because=said["because"])
        messages.success(request, _("Answered. Both sides are told."))
    else:
        cases.note(user, file_id, said["words"])


def _page(request: HttpRequest, file_id: int, do: str = "", form: forms.Form | None = None) -> HttpResponse:
    user = member(request)
    read = cases.judged(user, file_id)
    is_claim = read.file.kind == disputes.CLAIM
    made: dict[str, forms.Form] = {
        "decide": DisputeForm(auto_id="decide_%s"),
        "appeal": TurnForm(auto_id="appeal_%s"),
        "note": NoteForm(auto_id="note_%s"),
    }
    if form is not None:
        made[do if do in made else "note"] = form
    if not is_claim:
        verdict = made["decide"].fields["verdict"]
        assert isinstance(verdict, forms.ChoiceField)  # noqa: S101  (declared by both forms)
        verdict.choices = DisputeForm.OF_A_MATCH
    shown = {
        "read": read,
        "forms": made,
        "is_claim": is_claim,
        "is_mine": read.file.claimed_by_id == user.pk,
        "waits": words.waits_for(read.file.stage, read.side),
        "to_screen": read.file.stage == Stage.SCREEN.value,
        "to_decide": Act.DECIDE in read.acts,
        "to_answer": Act.KEEP in read.acts,
        "pictures": [picture(pair) for pair in disputes.pairs_of(user, read.side, read.file)],
        "history": history(read),
        "outcome": cases.outcome_words(read.file.outcome),
    }
    return render(request, "operate/dispute.html", shown, status=422 if form is not None else 200)
