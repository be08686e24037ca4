"""What the two sides send from the page of a case."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from antiphon.accounts import service as accounts
from antiphon.cases import service as cases
from antiphon.cases.core.course import Act
from antiphon.identification.service import disputes
from antiphon.kernel.errors import AntiphonError, BadInput, NotFound
from antiphon.web.accounts import limits
from antiphon.web.cases.forms import AgreeForm, AnswerForm, MaybeWordsForm, WordsForm, mark
from antiphon.web.cases.page import shown
from antiphon.web.studio.asking import person, signed_in, tell

SENT_AN_HOUR, HOUR_S = 60, 3600
_WITH_WORDS = {Act.OBJECT, Act.SAY, Act.APPEAL}
_MAYBE_WORDS = {Act.REMOVE, Act.YES, Act.LEAVE, Act.WITHDRAW}


@signed_in
@require_POST
def act(request: HttpRequest, uid: str) -> HttpResponse:
    """Do one thing in a case of one's own."""
    user, deed = person(request), _deed(request)
    limits.count(request, "case", most=SENT_AN_HOUR, seconds=HOUR_S)
    form = _form(request, deed, cases.read(user, uid))
    if form.is_valid():
        try:
            _do(user, uid, deed, form.cleaned_data)
        except BadInput as error:
            mark(form, error)
        except NotFound:
            raise
        except AntiphonError as error:
            form.add_error(None, " ".join(part for part in (error.message, error.hint) if part))
        else:
            tell(request, _done(deed))
            return redirect("cases:case", uid)
    return shown(request, uid, form, deed)


def _deed(request: HttpRequest) -> Act:
    try:
        deed = Act(request.POST.get("do", ""))
    except ValueError:
        raise NotFound(_("There is nothing of this name to do in a case.")) from None
    if deed not in {Act.ANSWER, Act.AGREE} | _WITH_WORDS | _MAYBE_WORDS:
        raise NotFound(_("There is nothing of this name to do in a case."))
    return deed


def _form(request: HttpRequest, deed: Act, read: cases.Read) -> forms.Form:
    named = f"{deed.value}_%s"
    if deed is Act.ANSWER:
        return AnswerForm(request.POST, auto_id=named, is_claim=read.file.kind == disputes.CLAIM)
    if deed is Act.AGREE:
        return AgreeForm(request.POST, auto_id=named)
    return (WordsForm if deed in _WITH_WORDS else MaybeWordsForm)(request.POST, auto_id=named)


def _do(user: accounts.User, uid: str, deed: Act, said: dict[str, Any]) -> None:
    verbs: dict[Act, Callable[[], object]] = {
        Act.ANSWER: lambda: disputes.answer(
            user, uid, way=said["way"], words=said["words"], licence=said["licence"], link=said["link"],
            good_faith=said.get("good_faith", False),
        ),
        Act.AGREE: lambda: disputes.agree(
            user, uid, credit=said["credit"], share_percent=said["share_percent"] or 0, words=said["words"]
        ),
    }  # fmt: skip
    verbs.get(deed, lambda: cases.act(user, uid, deed, said["words"]))()


def _done(deed: Act) -> str:
    return {
        Act.ANSWER: _("Sent. You can say something else until it is decided."),
        Act.AGREE: _("Sent. They are asked whether they accept."),
        Act.REMOVE: _("Taken away. Nobody hears it here."),
        Act.YES: _("Thank you. Nothing stands against it any more."),
        Act.OBJECT: _("Sent. A moderator reads it."),
        Act.LEAVE: _("Left to the moderators. You are told what they decide."),
        Act.WITHDRAW: _("Taken back."),
        Act.SAY: _("Added."),
        Act.APPEAL: _("Sent. Another moderator reads it, where there is one."),
    }[deed]
