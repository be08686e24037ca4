"""Asking for a licence: the form, a look at who can be asked, and sending it off."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from antiphon.accounts import service as accounts
from antiphon.consent.core.purposes import BY_SLUG
from antiphon.consent.service import enquiries
from antiphon.kernel.errors import AntiphonError, BadInput
from antiphon.web.accounts import limits
from antiphon.web.consent.reading import kept
from antiphon.web.licence.finding import Meant, tracks_at
from antiphon.web.licence.forms import EnquiryForm, begun
from antiphon.web.listen.reading import viewer_of

HOUR_S = 3600
SENT_AN_HOUR = 10  # letters to addresses that a stranger types


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Show the form; show who can be asked and who cannot; send it to those who can."""
    user = viewer_of(request)
    known = enquiries.asker_of(user) if user else None
    about: dict[str, Any] = {"known_as": known.name if known else "", "has_account": user is not None}
    if request.method != "POST":
        chosen = request.GET.get("for", "")
        start = begun(request.GET.get("of", "")[:2000], chosen if chosen in BY_SLUG else "")
        return _page(request, EnquiryForm(initial=start, **about), about)
    form = EnquiryForm(request.POST, **about)
    if request.POST.get("step") == "again" or not form.is_valid():
        return _page(request, form, about)
    meant = tracks_at(form.cleaned_data["tracks"])
    found = enquiries.sort_out(meant.tracks, form.cleaned_data["purpose"], known)
    if request.POST.get("step") != "send" or not found.askable:
        return _look(request, form, meant, found)
    try:
        return _send(request, form, meant, found, user)
    except BadInput as error:
        _mark(form, error)
    except AntiphonError as error:
        form.add_error(None, " ".join(part for part in (error.message, error.hint) if part))
    return _page(request, form, about)


def _send(
    request: HttpRequest, form: EnquiryForm, meant: Meant, found: enquiries.Sorted, user: accounts.User | None
) -> HttpResponse:
    if user is None:
        limits.count(request, "enquiry", most=SENT_AN_HOUR, seconds=HOUR_S)
    titles = {pk: track.title for pk, track in meant.tracks.items()}
    email = form.cleaned_data.get("email", "")
    row = enquiries.enquire(form.asking(), found.askable, user=user, email=email, titles=titles)
    return redirect("licence:enquiry", row.uid) if user is not None else redirect("licence:sent")


@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    """Say that a letter is on its way, in which the enquiry is sent off."""
    return render(request, "licence/sent.html")


def _look(request: HttpRequest, form: EnquiryForm, meant: Meant, found: enquiries.Sorted) -> HttpResponse:
    """Show who can be asked before anybody is."""
    context = {
        "asking": form.asking(),
        "purpose": BY_SLUG[form.cleaned_data["purpose"]],
        "until": form.cleaned_data["until"],
        "first": form.cleaned_data["first"],
        "meant": meant,
        "askable": [meant.tracks[pk] for pk in found.askable],
        "allowed": [meant.tracks[pk] for pk in found.allowed],
        "refused": [meant.tracks[pk] for pk in found.refused],
        "kept": kept(request.POST),
        "email": form.cleaned_data.get("email", ""),
    }
    return render(request, "licence/look.html", context)


def _page(request: HttpRequest, form: EnquiryForm, about: dict[str, Any]) -> HttpResponse:
    context = {"form": form, **about}
    return render(request, "licence/ask.html", context, status=422 if form.is_bound and form.errors else 200)


def _mark(form: EnquiryForm, error: BadInput) -> None:
    """Put what was refused beside the fields that it is about."""
    for field, said in error.fields.items():
        form.add_error(field if field in form.fields else None, said)
    if not error.fields:
        form.add_error(None, error.message or _("This cannot be sent yet."))
