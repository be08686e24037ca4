"""Addresses of the terms, of each version and clause, and of their archive."""

from django.urls import path

from antiphon.web.terms import answering, archive, asking, others, subscribing, views

_OF = "terms/<slug:document>"
urlpatterns = [
    path("terms", views.current, {"document": "terms"}, name="terms"),
    path("terms/timegate/<slug:document>", archive.timegate, name="terms_timegate"),
    path("terms/timemap/<slug:document>", archive.timemap, name="terms_timemap"),
    path("terms/subscribe", subscribing.subscribe, name="terms_subscribe"),
    path("terms/subscription/<str:token>", subscribing.subscription, name="terms_subscription"),
    path("terms/questions", asking.answers, name="terms_questions"),
    path(f"{_OF}/version/<slug:short>/ask", asking.ask, name="terms_ask"),
    path("terms/watched", others.index, name="terms_watched"),
    path("terms/watched.json", others.index_as_json, name="terms_watched_index_json"),
    path("terms/watched/feed.atom", others.feed, name="terms_watched_feed"),
    path("terms/watched/<slug:slug>/feed.atom", others.feed, name="terms_watched_one_feed"),
    path("terms/watched/<slug:slug>", others.one, name="terms_watched_one"),
    path("terms/watched/<slug:slug>.json", others.as_json, name="terms_watched_json"),
    path("terms/watched/<slug:slug>/changes/<int:number>", others.changes, name="terms_watched_changes"),
    path(f"{_OF}", views.current, name="terms_document"),
    path(f"{_OF}/versions", views.versions, name="terms_versions"),
    path(f"{_OF}/versions.json", archive.as_json, name="terms_json"),
    path(f"{_OF}/feed.atom", archive.feed, name="terms_feed"),
    path(f"{_OF}/version/<slug:short>", views.version, name="terms_version"),
    path(f"{_OF}/version/<slug:short>.txt", archive.as_text, name="terms_text"),
    path(f"{_OF}/changes/<slug:short>", views.changes, name="terms_changes"),
    path(f"{_OF}/clause/<slug:name>", views.clause, name="terms_clause"),
    path(f"{_OF}/answer", answering.answer, name="terms_answer"),
]
