"""What one says about all of one's music: three ways to begin, no to everything, groups that open to the sixteen."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from antiphon.accounts import service as accounts
from antiphon.consent import service as consent
from antiphon.consent.core.cards import CARDS
from antiphon.consent.core.purposes import CONSTANT, PURPOSES
from antiphon.kernel.errors import BadInput, NotFound
from antiphon.web.consent import looking, reading, words
from antiphon.web.studio.asking import person, signed_in, tell, tell_why_not

SKIPPED = "cards_skipped"  # in the session: somebody who wants to upload first is not asked again today


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def answers(request: HttpRequest) -> HttpResponse:
    """Show what one says about all of one's music; look at a change of it; make it."""
    user = person(request)
    if request.method != "POST":
        return _page(request, user)
    if request.POST.get("step") == "skip":
        request.session[SKIPPED] = True
        tell(request, _("Nothing was answered, so everything but the two that keep this place safe is a no."))
        return redirect(_next(request))
    try:
        return _asked(request, user)
    except BadInput as error:
        tell_why_not(request, error)
        return redirect(_next(request))


def _asked(request: HttpRequest, user: accounts.User) -> HttpResponse:
    now = {slug: row.said for slug, row in consent.said_at(user).items()}
    said = reading.answers_in(request.POST)
    if not said:
        raise BadInput(_("Choose an answer first."))
    others = consent.other_places(user, said)
    scopes = [consent.EVERYWHERE, *(others if request.POST.get("also") else ())]
    news = said if len(scopes) > 1 else reading.changed(said, now)
    # A no is done at once: it takes one click to refuse. Anything else is looked at first.
    at_once = request.POST.get("group") and request.POST.get("say") == "no" and not others
    if news and (request.POST.get("step") == "do" or at_once):
        act = looking.answer_all(user, news, others if request.POST.get("also") else {})
        if request.POST.get("next") == "upload":
            tell(request, _("Saved. You may change any of it, for any track, under Answers."))
            return redirect("studio:upload")
        return looking.to_done(act)
    return looking.look(request, user, news, scopes, before=now, back=reverse("consent:answers"), others=len(others))


@signed_in
@require_POST
def no_to_everything(request: HttpRequest) -> HttpResponse:
    """Say no to all that can be answered, for all of one's music, also where one had said something else."""
    user = person(request)
    said = consent.everything("no")
    others = consent.other_places(user, said)
    act = looking.answer_all(user, said, others)
    if others:
        told = ngettext(
            "One track or set had said something else. It says no now, with a proof file of its own.",
            "%(count)d tracks or sets had said something else. They say no now, with proof files of their own.",
            len(others),
        )
        tell(request, told % {"count": len(others)})
    return looking.to_done(act)


@signed_in
@require_safe
def done(request: HttpRequest, uid: str) -> HttpResponse:
    """Say what was done, from when it counts, and offer the proof file."""
    user = person(request)
    act = consent.act_of(user, uid)
    if act is None or act.kind != consent.Act.Kind.ANSWER:
        raise NotFound(_("There is no such answer of yours."))
    said = act.told.get("answers", {})
    rows = [{"purpose": one, "state": said[one.slug]} for one in PURPOSES if one.slug in said]
    waiting = consent.waiting_in(act)
    context = {
        "act": act,
        "rows": rows,
        "places": [place for place in act.told.get("where", []) if place[0] != consent.ACCOUNT],
        "everywhere": any(place[0] == consent.ACCOUNT for place in act.told.get("where", [])),
        "is_no": said == consent.everything("no"),
        "waiting": waiting,
        "wants_upload": not consent.held_by(user).exists(),
    }
    return render(request, "consent/done.html", context)


def cards() -> dict[str, object]:
    """Return what `consent/parts/cards.html` shows."""
    return {"cards": [{"card": card, "points": [(word, _(text)) for word, text in card.points]} for card in CARDS]}


def offers_cards(request: HttpRequest, user: accounts.User) -> bool:
    """Tell whether the cards are to be shown beside an upload: to those who never answered and did not skip them."""
    return not request.session.get(SKIPPED) and not consent.has_answered(user)


def _page(request: HttpRequest, user: accounts.User) -> HttpResponse:
    now = consent.said_at(user)
    context = {
        **cards(),
        "groups": _groups(now),
        "constant": [one for one in PURPOSES if one.slug in CONSTANT],
        "never": not now,
        "others": len(consent.other_places(user, {slug: row.said for slug, row in now.items()})),
        "holds": consent.held_by(user).count(),
    }
    return render(request, "consent/answers.html", context)


def _groups(now: dict[str, consent.Answer]) -> list[dict[str, object]]:
    """Return the groups that can be answered, each with its lines and what they say together."""
    found: list[dict[str, object]] = []
    for group in words.GROUPS:
        lines = [
            {"purpose": one, "answer": now.get(one.slug), "state": now[one.slug].said if one.slug in now else "nothing"}
            for one in words.ANSWERABLE
            if one.group == group
        ]
        if lines:
            states = {str(line["state"]) for line in lines}
            found.append({"group": group, "lines": lines, "state": states.pop() if len(states) == 1 else "mixed"})
    return found


def _next(request: HttpRequest) -> str:
    return reverse("studio:upload" if request.POST.get("next") == "upload" else "consent:answers")
