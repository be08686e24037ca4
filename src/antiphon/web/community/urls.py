"""Addresses of ties, the feed and notices."""

from django.urls import path

from antiphon.web.community import notices, pages, ties

urlpatterns = [
    path("feed", pages.feed, name="feed"),
    path("likes", pages.likes, name="likes"),
    path("likes/<slug:what>/<int:number>", ties.like, name="like"),
    path("reposts/<slug:what>/<int:number>", ties.repost, name="repost"),
    path("reposts/<slug:what>/<int:number>/words", ties.repost_words, name="repost_words"),
    path("following", pages.following, name="following"),
    path("people/<slug:slug>/follow", ties.follow, name="follow"),
    path("people/<slug:slug>/mute", ties.mute, name="mute"),
    path("account/profiles/<int:profile_id>/likes", ties.open_likes, name="open_likes"),
    path("notices", notices.notices, name="notices"),
    path("notices/seen", notices.seen, name="notices_seen"),
    path("notices/<int:notice_id>", notices.go, name="notice"),
    path("notices/unsubscribe/<str:token>", notices.unsubscribe, name="unsubscribe"),
    path("settings/notices", notices.switches, name="notice_switches"),
]
