"""Addresses of the terms."""

from django.urls import path

from antiphon.web.terms import views

urlpatterns = [path("terms", views.terms_page, name="terms")]
