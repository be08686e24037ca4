"""Addresses of matches and claims."""

from django.urls import path

from antiphon.web.cases import acts, claiming, page

app_name = "cases"
urlpatterns = [
    path("studio/cases", page.mine, name="mine"),
    path("studio/cases/<slug:uid>", page.case, name="case"),
    path("studio/cases/<slug:uid>/act", acts.act, name="act"),
    path("listen/<int:track_id>/claim", claiming.claim, name="claim"),
]
