"""Addresses of the witness: `/witness` is its submission and its monitoring prefix."""

from django.urls import URLPattern, URLResolver, path

from antiphon.web.witness import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("witness/add-checkpoint", views.add_checkpoint, name="witness_add_checkpoint"),
    path("witness/<slug:origin_hash>/checkpoint", views.cosigned, name="witness_cosigned"),
]
