"""The barest Django page that shows a track: the floor that `bench.pages` measures ours against."""

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.html import format_html


def bare(request: HttpRequest, profile: str, slug: str) -> HttpResponse:
    from antiphon.catalogue.models import Track

    track = Track.objects.select_related("profile", "recording").get(profile__slug=profile, slug=slug)
    return HttpResponse(format_html("<h1>{}</h1><p>{}</p>", track.title, track.profile.name))


urlpatterns = [path("<str:profile>/<str:slug>", bare)]
