"""Addresses of the listening side, but for the creators' own."""

from django.urls import path

from antiphon.web.listen import views_home, views_player, views_search, views_similar

urlpatterns = [
    path("", views_home.home, name="home"),
    path("about", views_home.about, name="about"),
    path("search", views_search.search, name="search"),
    path("resolve", views_search.resolve, name="resolve"),
    path("listen/<int:track_id>.json", views_player.player_data, name="player_data"),
    path("listen/<int:track_id>/stream", views_player.stream, name="stream"),
    path("listen/<int:track_id>/download", views_player.download, name="download"),
    path("listen/<int:track_id>/similar", views_similar.similar, name="similar"),
    path("listen/sets/<int:set_id>.json", views_player.set_data, name="set_data"),
]
