"""Addresses for elsewhere below a creator's own: feeds, sound in feeds, codes. Each has a dot, which no slug has."""

from django.urls import path

from antiphon.web.outside import feeds, sharing

urlpatterns = [
    path("<slug:creator>/feed.xml", feeds.of_creator, name="feed"),
    path("<slug:creator>/sets/<slug:slug>/feed.xml", feeds.of_set, name="set_feed"),
    path("<slug:creator>/<slug:slug>/listen.m4a", feeds.listen, name="feed_sound"),
    path("<slug:creator>/sets/<slug:slug>/code.svg", sharing.code, {"is_set": True}, name="set_code"),
    path("<slug:creator>/sets/<slug:slug>/<slug:secret>/code.svg", sharing.code, {"is_set": True}),
    path("<slug:creator>/<slug:slug>/code.svg", sharing.code, name="track_code"),
    path("<slug:creator>/<slug:slug>/<slug:secret>/code.svg", sharing.code),
]
