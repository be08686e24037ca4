"""A track's page as others would see it, before they can."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from antiphon.catalogue import service as catalogue
from antiphon.web.listen import views_track
from antiphon.web.listen.banners import Banner
from antiphon.web.studio.asking import person, signed_in


@signed_in
@require_safe
def preview(request: HttpRequest, track_id: int) -> HttpResponse:
    """Draw the public page of one's own track as somebody who is not signed in would get it, and say so."""
    row = catalogue.own_track(person(request), track_id)
    words = format_html(
        '{} <a href="{}">{}</a>',
        _("This is how others will see it. Only you see this line."),
        reverse("studio:track", args=[track_id]),
        _("Back to the studio"),
    )
    context = views_track.shown(row, None, "", is_owner=False) | {"banners": [Banner(words)], "listed": False}
    return render(request, "listen/track.html", context)
