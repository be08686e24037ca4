"""Addresses for elsewhere, but for those below a creator's own."""

from django.urls import path

from antiphon.web.outside import embed, heard, oembed

urlpatterns = [
    path("oembed", oembed.oembed, name="oembed"),
    path("embed", embed.nothing),
    path("embed/<int:number>", embed.numbered, name="embed_track_numbered"),
    path("embed/sets/<int:number>", embed.numbered, {"is_set": True}, name="embed_set_numbered"),
    path("embed/listen/<int:track_id>.json", embed.sound, name="embed_sound"),
    path("embed/listen/<int:track_id>/stream", embed.stream, name="embed_stream"),
    path("embed/plays", heard.plays, name="embed_plays"),
    path("embed/<slug:creator>/sets/<slug:slug>", embed.at_address, {"is_set": True}, name="embed_set"),
    path("embed/<slug:creator>/sets/<slug:slug>/<slug:secret>", embed.at_address, {"is_set": True}),
    path("embed/<slug:creator>/<slug:slug>", embed.at_address, name="embed_track"),
    path("embed/<slug:creator>/<slug:slug>/<slug:secret>", embed.at_address),
    path("embed/<path:rest>", embed.nothing),
]
