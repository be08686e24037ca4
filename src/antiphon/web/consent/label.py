"""The AI label: on a track's page, and on a page of its own with all sixteen uses and a card to pass on."""

from typing import Any

import segno
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_safe

from antiphon.accounts import service as accounts
from antiphon.catalogue import service as catalogue
from antiphon.consent import service as consent
from antiphon.consent.core.purposes import PURPOSES
from antiphon.declarations import service as declarations
from antiphon.kernel.errors import NotFound
from antiphon.terms import service as terms
from antiphon.web.consent import words
from antiphon.web.declarations import telling
from antiphon.web.listen import addresses
from antiphon.web.listen.reading import viewer_of


@require_safe
def label(request: HttpRequest, creator: str, slug: str, secret: str = "") -> HttpResponse:
    """Show the whole label of a track to whoever may see the track; an address it had before leads on."""
    viewer = viewer_of(request)
    found = _track(creator, slug, viewer, secret)
    if isinstance(found, str):
        return HttpResponsePermanentRedirect(found)
    seen, is_holder = consent.label_seen_by(found.recording_id or 0, viewer)
    address = settings.SITE_URL + address_of(found, secret)
    said, place = declarations.of_label(found, seen), declarations.place_of(found)
    context = {
        **_shown(found, seen, secret, is_holder=is_holder),
        "track": found,
        "page": addresses.page(found, secret),
        "address": address,
        "code": code_of(address),
        **_decided(seen, is_holder),
        "declared_head": telling.head(said, place, listed=catalogue.is_public(found)),
    }
    return telling.tell(render(request, "consent/label.html", context), said, place)


def shown_label(track: catalogue.Track, viewer: accounts.User | None, secret: str = "") -> dict[str, Any]:
    """Return what `consent/parts/label.html` shows of a track to this viewer. One query."""
    seen, is_holder = consent.label_seen_by(track.recording_id or 0, viewer)
    return _shown(track, seen, secret, is_holder=is_holder)


def _shown(track: catalogue.Track, seen: consent.Label, secret: str, *, is_holder: bool) -> dict[str, object]:
    return {
        "label": seen,
        "is_holder": is_holder,
        "is_matching": consent.is_matching(),
        "label_address": address_of(track, secret),
        # Where nobody wants to be asked there is no door, and who may hear a track by its link alone asks in person.
        "ask_address": declarations.ask_page(track.get_absolute_url())
        if "a" in seen.outside and not is_holder and catalogue.is_public(track)
        else "",
    }


def address_of(track: catalogue.Track, secret: str = "") -> str:
    """Return the path of a track's label."""
    return f"{addresses.page(track, secret)}/label"


def code_of(address: str) -> SafeString:
    """Return an address as a QR code in SVG. It is dark on light in either theme, as cameras want it."""
    made = segno.make(address, error="m", micro=False)
    return mark_safe(made.svg_inline(border=4, omitsize=True, dark="#000", light="#fff", svgclass="code"))  # noqa: S308


def _track(creator: str, slug: str, viewer: accounts.User | None, secret: str) -> catalogue.Track | str:
    """Return the track, or where its label has gone. Raises `NotFound`."""
    try:
        found = catalogue.track_at(creator, slug, viewer, secret)
    except NotFound:
        face = accounts.profile_at(creator, viewer)
        if not isinstance(face, accounts.Moved):
            raise
        end = f"/{secret}/label" if secret else "/label"
        return f"/{face.profile.slug}/{slug}{end}"
    return f"{found.address}/label" if isinstance(found, catalogue.Moved) else found.track


def _decided(seen: consent.Label, is_holder: bool) -> dict[str, object]:
    """Return all sixteen by group, each with its decision in words, and the terms that went into them; names are for
    holders."""
    said = consent.explain_each(seen.recording_id, for_holders=is_holder)
    lines = {line.purpose.slug: line for section in seen.sections for line in section.lines}
    groups = [
        {
            "group": group,
            "rows": [
                {
                    "purpose": one,
                    "state": lines[one.slug],
                    "words": words.of_decision(said[one.slug]),
                    "change": words.changes(said[one.slug]),
                    "rule": said[one.slug].rule,
                }
                for one in PURPOSES
                if one.group == group
            ],
        }
        for group in words.GROUPS
    ]
    return {"groups": groups, "bound_by": _terms(next(iter(said.values())).terms)}


def _terms(version_hash: str) -> dict[str, object] | None:
    """Return the version that binds a recording, for a link to it; None where none was ever accepted with it."""
    if version_hash in ("", terms.hash_of_none()):
        return None
    row = terms.version(version_hash)
    return {"row": row, "short": terms.short(row)}
