"""Addresses of the registry by sound."""

from django.urls import path

from antiphon.web.registry import views

app_name = "registry"
urlpatterns = [
    path("registry", views.ask, name="ask"),
    path("registry/<slug:uid>", views.lookup, name="lookup"),
    path("registry/<slug:uid>/answer.json", views.signed, name="signed"),
]
