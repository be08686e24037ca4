"""Addresses of the listening side, but for the creators' own."""

from django.urls import path

from antiphon.web.listen import (
    views_adding,
    views_comments,
    views_home,
    views_player,
    views_plays,
    views_resolve,
    views_search,
    views_similar,
)

urlpatterns = [
    path("", views_home.home, name="home"),
    path("about", views_home.about, name="about"),
    path("search", views_search.search, name="search"),
    path("search/suggest.json", views_search.suggest, name="suggest"),
    path("resolve", views_resolve.resolve, name="resolve"),
    path("listen/<int:track_id>.json", views_player.player_data, name="player_data"),
    path("listen/<int:track_id>/comments", views_comments.comments, name="comments"),
    path("listen/<int:track_id>/comments.json", views_comments.marks, name="comment_marks"),
    path("listen/<int:track_id>/comments/acts", views_comments.acts, name="comment_acts"),
    path("listen/<int:track_id>/stream", views_player.stream, name="stream"),
    path("listen/<int:track_id>/download", views_player.download, name="download"),
    path("listen/<int:track_id>/similar", views_similar.similar, name="similar"),
    path("player/plays", views_plays.plays, name="plays"),
    path("listen/<int:track_id>/sets", views_adding.add_to_set, name="add_to_set"),
    path("listen/sets/<int:set_id>.json", views_player.set_data, name="set_data"),
]
