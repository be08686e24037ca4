"""Every address. The creator's own addresses come last, because they match anything."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("antiphon.api.urls")),
    path("", include("antiphon.web.operate.urls")),
    path("", include("antiphon.web.accounts.urls")),
]
