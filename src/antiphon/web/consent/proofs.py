"""Proof files: one's own acts with their receipts, as files that anybody can check without this site."""

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from antiphon.catalogue import service as catalogue
from antiphon.consent import service as consent
from antiphon.kernel.errors import NotFound
from antiphon.transparency import service as transparency
from antiphon.web.consent import words
from antiphon.web.studio.asking import person, signed_in

Proof = tuple[str, bytes]  # name of the file, and what is in it
AGAIN_S = 3
_SALT = "antiphon.web.consent.proofs"
_LISTED = 50
_CHOICE = 200


@signed_in
@require_safe
def proofs(request: HttpRequest) -> HttpResponse:
    """List one's latest acts, each with its proof file."""
    acts = consent.acts_of(person(request), limit=_LISTED)
    return render(request, "consent/proofs.html", {"acts": [{"act": act, "said": said_in(act)} for act in acts]})


@signed_in
@require_safe
def of_act(request: HttpRequest, uid: str) -> HttpResponse:
    """Send the proof file of an act of one's own. Raises `NotFound`."""
    if consent.act_of(person(request), uid) is None:
        raise NotFound(_("There is no such answer of yours."))
    return _send(request, transparency.proof_of_act(uid))


@signed_in
@require_safe
def of_question(request: HttpRequest, uid: str) -> HttpResponse:
    """Send the proof file of a question that considered one's music: of one recording, or a choice among them."""
    recordings = consent.concerning(person(request), uid)
    if not recordings:
        raise NotFound(_("There is no such question about your music."))
    if len(recordings) == 1:
        return _send(request, transparency.proof_of_absence(uid, recordings[0], person(request)))
    titles = catalogue.titles_of(set(recordings[:_CHOICE]))
    rows = [{"recording": pk, "title": titles[pk].title if pk in titles else ""} for pk in recordings[:_CHOICE]]
    return render(request, "consent/proof_choice.html", {"rows": rows, "uid": uid, "all": len(recordings)})


@signed_in
@require_safe
def of_recording(request: HttpRequest, uid: str, recording_id: int) -> HttpResponse:
    """Send what a job's manifest holds of a recording, to holders of it. Raises `NotFound`."""
    return _send(request, transparency.proof_of_absence(uid, recording_id, person(request)))


@require_safe
def by_link(request: HttpRequest, signed: str) -> HttpResponse:
    """Send the proof file of an act to who was given its address: a holder who answered without an account."""
    try:
        uid = signing.loads(signed, salt=_SALT)
    except signing.BadSignature:
        raise NotFound(_("There is no such answer.")) from None
    return _send(request, transparency.proof_of_act(uid))


def address_for(uid: str) -> str:
    """Return an act as it is named in an address that needs no account."""
    return signing.dumps(uid, salt=_SALT)


def said_in(act: consent.Act) -> str:
    """Return an act in words."""
    told = act.told
    if "answers" in told:
        return _answers(told["answers"])
    if "sealed" in told:
        return _("Sealed: never for models")
    if "asks_to_open" in told:
        return _("Asked to open the seal")
    if "declined" in told:
        return _("Said that you hold no rights in a track")
    if "disputed" in told:
        return _("Said that the list of holders is wrong") if told["disputed"] else _("Took back a dispute")
    if "back" in told:
        return _("Brought tracks back")
    return {
        "holders": _("Wrote the list of holders"),
        "grant": _("Gave or took back a licence"),
        "withdraw": _("Withdrew tracks"),
        "set": _("Changed what is in a set"),
        "reply": _("Refused what an enquiry asks for"),
    }.get(act.kind, act.kind)


def _answers(said: dict[str, str]) -> str:
    if said == consent.everything("no"):
        return _("No to everything")
    by_word: dict[str, list[str]] = {}
    for slug, word in said.items():
        by_word.setdefault(word, []).append(words.name_of(slug))
    return "; ".join(f"{words.SAID.get(word, word)}: {', '.join(names)}" for word, names in by_word.items())


def _send(request: HttpRequest, made: Proof | None) -> HttpResponse:
    """Send a file, or a page that looks again by itself: an entry gets its receipt once it is in the log."""
    if made is None:
        response = render(request, "consent/proof_soon.html", status=202)
        response["Refresh"] = str(AGAIN_S)
        return response
    name, content = made
    response = HttpResponse(content, content_type="application/octet-stream")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response
