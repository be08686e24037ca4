"""One's cases, and one case: what sounds like what, what one may do, and what was said."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from antiphon.cases import service as cases
from antiphon.cases.core.course import Act, Side, Stage
from antiphon.catalogue import service as catalogue
from antiphon.consent.service import enquiries
from antiphon.identification.service import disputes
from antiphon.ledger import service as ledger
from antiphon.web.cases import words
from antiphon.web.cases.drawing import picture
from antiphon.web.cases.forms import AgreeForm, AnswerForm, MaybeWordsForm, WordsForm
from antiphon.web.studio.asking import numbers, person, signed_in

PAGE = 50
_SAMPLING = "derive"  # what somebody asks for who builds on others' music


@signed_in
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """List one's matches and claims, what waits for oneself first."""
    skip = (numbers([request.GET.get("skip", "")]) or [0])[0]
    shown = cases.mine(person(request), limit=PAGE + 1, skip=min(skip, 10_000))
    context = {
        "rows": [{"shown": one, "state": state_of(one)} for one in shown[:PAGE]],
        "skip": skip + PAGE if len(shown) > PAGE else 0,
    }
    return render(request, "cases/mine.html", context)


@signed_in
@never_cache
@require_safe
def case(request: HttpRequest, uid: str) -> HttpResponse:
    """Show a case to one of its sides."""
    return shown(request, uid)


def shown(request: HttpRequest, uid: str, form: forms.Form | None = None, act: Act | None = None) -> HttpResponse:
    """Show a case, with a form that was refused in place of an empty one."""
    user = person(request)
    read = cases.read(user, uid)
    own = {act: form} if act is not None and form is not None else {}
    pairs = disputes.pairs_of(user, read.side, read.file)
    context = {
        "read": read,
        "is_first": read.file.stage == Stage.ANSWER.value,
        "is_uploader": read.side is Side.UPLOADER,
        "is_certain": any(one.is_certain for pair in pairs for one in pair.stretches),
        "is_out": any(pair.upload.track is not None and catalogue.is_public(pair.upload.track) for pair in pairs),
        "is_claim": read.file.kind == disputes.CLAIM,
        "waits": words.waits_for(read.file.stage, read.side),
        "pictures": [picture(pair) for pair in pairs],
        "licence_at": _licence_at(read, pairs),
        "history": history(read),
        "outcome": cases.outcome_words(read.file.outcome),
        "ways": _ways(read, own),
    }
    return render(request, "cases/case.html", context, status=422 if form is not None else 200)


def history(read: cases.Read) -> list[dict[str, Any]]:
    """Return what was done, each with who, what, what went with it, and where it stands in the log once published."""
    logged = {seen.row: seen.index for seen in ledger.entries(limit=len(read.entries), subject=f"case:{read.file.uid}")}
    return [
        {
            "entry": entry,
            "who": words.who(entry, read.side),
            "did": words.did(entry),
            "lines": words.told_lines(entry.told),
            "index": logged.get(entry.ledger),
        }
        for entry in read.entries
    ]


def state_of(one: cases.Shown) -> str:
    """Say how a case stands, in a line of a list."""
    if one.file.outcome:
        return cases.outcome_words(one.file.outcome)
    return words.waits_for(one.file.stage, one.side)


def _licence_at(read: cases.Read, pairs: Sequence[disputes.Pair]) -> str:
    """Return where an uploader asks the holders of what they sampled, empty where those cannot be asked."""
    tracks = [pair.other.track for pair in pairs if pair.other is not None and pair.other.track is not None]
    if read.side is not Side.UPLOADER or not tracks or tracks[0].recording_id is None:
        return ""
    if not enquiries.sort_out([tracks[0].recording_id], _SAMPLING).askable:
        return ""
    return f"{reverse('licence:ask')}?{urlencode({'of': tracks[0].get_absolute_url(), 'for': _SAMPLING})}"


def _ways(read: cases.Read, own: dict[Act, forms.Form]) -> dict[str, forms.Form]:
    """Return a form for each act that this side may do, by the act's name."""
    is_claim = read.file.kind == disputes.CLAIM
    made: dict[Act, forms.Form] = {
        Act.ANSWER: AnswerForm(auto_id="answer_%s", is_claim=is_claim),
        Act.AGREE: AgreeForm(auto_id="agree_%s"),
        Act.REMOVE: MaybeWordsForm(auto_id="remove_%s"),
        Act.YES: MaybeWordsForm(auto_id="yes_%s"),
        Act.OBJECT: WordsForm(auto_id="object_%s"),
        Act.LEAVE: MaybeWordsForm(auto_id="leave_%s"),
        Act.WITHDRAW: MaybeWordsForm(auto_id="withdraw_%s"),
        Act.SAY: WordsForm(auto_id="say_%s"),
        Act.APPEAL: WordsForm(auto_id="appeal_%s"),
    }
    if not is_claim:
        del made[Act.WITHDRAW]  # nobody has claimed anything: a yes is what takes an objection back
    return {act.value: own.get(act, form) for act, form in made.items() if act in read.acts}
