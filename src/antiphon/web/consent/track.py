"""The answers of one track: each use, its seal, and beside them those who hold rights in it."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from antiphon.accounts import service as accounts
from antiphon.catalogue import service as catalogue
from antiphon.consent import service as consent
from antiphon.kernel.errors import BadInput, NotFound
from antiphon.web.consent import holder_list, looking, reading, words
from antiphon.web.studio.asking import person, signed_in, tell, tell_why_not


@dataclass(frozen=True)
class Held:
    """A track that somebody holds rights in: what it is called, and who writes the list of its holders."""

    titled: catalogue.Titled
    is_owner: bool

    @property
    def recording_id(self) -> int:
        return self.titled.recording_id

    @property
    def track_id(self) -> int:
        return self.titled.track_id


def held(user: accounts.User, track_id: int) -> Held:
    """Return a track that somebody holds rights in. Raises `NotFound`: to everybody else there is no such page."""
    ids = list(consent.held_by(user).filter(track_id=track_id).values_list("pk", flat=True))
    titles = sorted(catalogue.titles_of(ids).values(), key=lambda one: (one.current, one.recording_id))
    if not titles:
        raise NotFound(_("There is no such track of yours."))
    return Held(titles[-1], consent.owns(user, titles[-1].recording_id))


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def track(request: HttpRequest, track_id: int) -> HttpResponse:
    """Show what one says about a track; look at a change of it; make it."""
    user = person(request)
    found = held(user, track_id)
    scope = consent.Scope(consent.TRACK, found.recording_id)
    if request.method != "POST":
        return page(request, user, found)
    now = {slug: row.said for slug, row in consent.said_at(user, scope).items()}
    try:
        said = reading.changed(reading.answers_in(request.POST), now)
    except BadInput as error:
        tell_why_not(request, error)
        return redirect("consent:track", track_id)
    if said and request.POST.get("step") == "do":
        return looking.to_done(looking.answer(user, said, [scope]))
    about = _("For “%(title)s”.") % {"title": found.titled.title}
    return looking.look(
        request, user, said, [scope], before=now, about=about, back=reverse("consent:track", args=[track_id])
    )


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def seal(request: HttpRequest, track_id: int) -> HttpResponse:
    """Explain the seal and ask whether it is meant; close it."""
    user = person(request)
    found = held(user, track_id)
    if request.method != "POST":
        return render(request, "consent/seal.html", {"found": found})
    act = consent.seal(user, [found.recording_id])
    tell(request, _("Sealed: never for models. The proof file is under Proof files."))
    return redirect(f"{reverse('consent:track', args=[track_id])}?act={act.uid}#seal")


@signed_in
@require_POST
def ask_to_open(request: HttpRequest, track_id: int) -> HttpResponse:
    """Ask to open the seal; it opens when every holder has asked and 30 public days have gone by."""
    user = person(request)
    found = held(user, track_id)
    consent.ask_to_open(user, [found.recording_id])
    tell(request, _("You asked to open the seal. It opens when all who hold rights ask, and 30 public days go by."))
    return redirect(f"{reverse('consent:track', args=[track_id])}#seal")


def page(
    request: HttpRequest, user: accounts.User, found: Held, *, lines: object = None, faults: BadInput | None = None
) -> HttpResponse:
    """Draw the page, with a refused list of holders as it was sent, or as it stands."""
    seen, _is_holder = consent.label_seen_by(found.recording_id, user)
    subject = consent.subject_of(found.recording_id)
    rows = consent.holders_of(found.recording_id)
    context = {
        "found": found,
        "groups": groups_of(consent.said_at(user, consent.Scope(consent.TRACK, found.recording_id))),
        "label": seen,
        "is_holder": True,
        "is_matching": consent.is_matching(),
        "label_address": f"/{found.titled.profile_slug}/",
        "hides_ways": True,
        "subject": subject,
        "asked_to_open": consent.asked_to_open(found.recording_id),
        "holders": [holder_list.shown(row, user) for row in rows],
        "label_sealed": any(line.sealed for part in seen.sections for line in part.lines),
        "roles": list(holder_list.ROLES.items()),
        "has_disputed": consent.has_disputed(user, found.recording_id),
        "mine": next((row for row in rows if row.party.user_id == user.pk), None),
        "lines": lines if lines is not None else holder_list.lines_of(rows, user),
        "faults": faults,
    }
    return render(request, "consent/track.html", context, status=422 if faults else 200)


def groups_of(now: dict[str, consent.Answer]) -> list[dict[str, object]]:
    """Return the groups that can be answered, each with its lines and what is said to them at one place."""
    return [
        {
            "group": group,
            "lines": [
                {
                    "purpose": one,
                    "answer": now.get(one.slug),
                    "state": now[one.slug].said if one.slug in now else "nothing",
                }
                for one in words.ANSWERABLE
                if one.group == group
            ],
        }
        for group in words.GROUPS
        if any(one.group == group for one in words.ANSWERABLE)
    ]
