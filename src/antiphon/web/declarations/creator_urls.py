"""RSL documents below a creator's own addresses. Each has a dot, which no slug has."""

from django.urls import path

from antiphon.web.declarations import files

urlpatterns = [
    path("<slug:creator>/rsl.xml", files.rsl_of_creator, name="creator_rsl"),
    path("<slug:creator>/<slug:slug>/rsl.xml", files.rsl_of_track, name="track_rsl"),
]
