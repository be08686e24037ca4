"""The creators' own addresses. They match anything, so `site.urls` puts them last."""

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.urls import path

from antiphon.web.consent import label
from antiphon.web.listen import views_creator, views_set, views_track


def without_slash(request: HttpRequest, rest: str) -> HttpResponse:
    """An address typed with a slash at its end leads to the one without."""
    return HttpResponsePermanentRedirect("/" + rest.strip("/"))


urlpatterns = [
    path("<slug:creator>", views_creator.creator, name="creator"),
    path("<slug:creator>/sets/<slug:slug>", views_set.music_set, name="set"),
    path("<slug:creator>/sets/<slug:slug>/<slug:secret>", views_set.music_set, name="secret_set"),
    path("<slug:creator>/<slug:slug>", views_track.track, name="track"),
    path("<slug:creator>/<slug:slug>/label", label.label, name="label"),
    path("<slug:creator>/<slug:slug>/<slug:secret>/label", label.label, name="secret_label"),
    path("<slug:creator>/<slug:slug>/<slug:secret>", views_track.track, name="secret_track"),
    path("<path:rest>/", without_slash),
]
