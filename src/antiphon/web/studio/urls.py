"""Addresses of the creator's side."""

from django.urls import path

from antiphon.web.studio import bringing, bulk, editing, listing, preview, publishing, sets, sound, stats, uploading

app_name = "studio"
urlpatterns = [
    path("upload", uploading.upload, name="upload"),
    path("studio", listing.tracks, name="tracks"),
    path("studio/uploads.json", uploading.uploads, name="uploads"),
    path("studio/states.json", uploading.states, name="states"),
    path("studio/bring", bringing.plan, name="bring"),
    path("studio/bring/<uuid:batch>/picture", bringing.picture, name="bring-picture"),
    path("studio/restore", listing.restore, name="restore"),
    path("studio/bulk", bulk.bulk, name="bulk"),
    path("studio/tracks/<int:track_id>", editing.track, name="track"),
    path("studio/tracks/<int:track_id>/short", editing.short, name="short"),
    path("studio/tracks/<int:track_id>/artwork", editing.artwork, name="artwork"),
    path("studio/tracks/<int:track_id>/secret", editing.secret, name="secret"),
    path("studio/tracks/<int:track_id>/replace", editing.replace, name="replace"),
    path("studio/tracks/<int:track_id>/retry", editing.retry, name="retry"),
    path("studio/tracks/<int:track_id>/use/<int:recording_id>", editing.use_recording, name="use-recording"),
    path("studio/tracks/<int:track_id>/publish", publishing.publish, name="publish"),
    path("studio/tracks/<int:track_id>/share", publishing.share, name="share"),
    path("studio/tracks/<int:track_id>/unpublish", publishing.unpublish, name="unpublish"),
    path("studio/tracks/<int:track_id>/withdraw", publishing.withdraw, name="withdraw"),
    path("studio/tracks/<int:track_id>/delete", publishing.delete, name="delete"),
    path("studio/tracks/<int:track_id>/preview", preview.preview, name="preview"),
    path("studio/tracks/<int:track_id>/sound", sound.sound, name="sound"),
    path("studio/stats", stats.everything, name="stats"),
    path("studio/stats/<int:track_id>", stats.track, name="track-stats"),
    path("studio/sets", sets.sets, name="sets"),
    path("studio/sets/<int:set_id>", sets.music_set, name="set"),
    path("studio/sets/<int:set_id>/publish", sets.publish, name="publish-set"),
    path("studio/sets/<int:set_id>/share", sets.share, name="share-set"),
    path("studio/sets/<int:set_id>/unpublish", sets.unpublish, name="unpublish-set"),
    path("studio/sets/<int:set_id>/artwork", sets.artwork, name="set-artwork"),
    path("studio/sets/<int:set_id>/secret", sets.secret, name="set-secret"),
    path("studio/sets/<int:set_id>/delete", sets.delete, name="delete-set"),
]
