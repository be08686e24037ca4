"""Every address. The creator's own addresses come last, because they match anything."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("antiphon.api.urls")),
    path("", include("antiphon.web.witness.urls")),
    path("", include("antiphon.web.declarations.urls")),
    path("", include("antiphon.web.guard.urls")),
    path("", include("antiphon.web.operate.urls")),
    path("", include("antiphon.web.community.urls")),
    path("", include("antiphon.web.accounts.urls")),
    path("", include("antiphon.web.studio.urls")),
    path("", include("antiphon.web.cases.urls")),
    path("", include("antiphon.web.terms.urls")),
    path("", include("antiphon.web.licence.urls")),
    path("", include("antiphon.web.consent.urls")),
    path("", include("antiphon.web.registry.urls")),
    path("", include("antiphon.web.transparency.urls")),
    path("", include("antiphon.web.outside.urls")),
    path("", include("antiphon.web.listen.urls")),
    path("", include("antiphon.web.declarations.creator_urls")),
    path("", include("antiphon.web.outside.creator_urls")),
    path("", include("antiphon.web.listen.creator_urls")),
]

handler400 = "antiphon.web.errors.bad_request"
handler403 = "antiphon.web.errors.not_allowed"
handler404 = "antiphon.web.errors.not_found"
handler500 = "antiphon.web.errors.broken"
