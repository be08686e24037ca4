"""Addresses of answers, holders, questions and proof files; a track's label is among the creators' own."""

from django.urls import path

from antiphon.web.consent import (
    answers,
    asked,
    by_sound,
    grants,
    holders,
    invited,
    lists,
    music_set,
    proofs,
    table,
    track,
)

app_name = "consent"
urlpatterns = [
    path("studio/answers", answers.answers, name="answers"),
    path("studio/answers/no", answers.no_to_everything, name="no"),
    path("studio/answers/done/<slug:uid>", answers.done, name="done"),
    path("studio/answers/tracks", table.table, name="table"),
    path("studio/answers/tracks.csv", table.sheet, name="sheet"),
    path("studio/answers/lists", lists.lists, name="lists"),
    path("studio/answers/lists/<int:recording_id>", lists.say, name="list"),
    path("studio/tracks/<int:track_id>/answers", track.track, name="track"),
    path("studio/tracks/<int:track_id>/seal", track.seal, name="seal"),
    path("studio/tracks/<int:track_id>/seal/open", track.ask_to_open, name="ask-to-open"),
    path("studio/tracks/<int:track_id>/holders", holders.holders, name="holders"),
    path("studio/tracks/<int:track_id>/holders/confirm", holders.confirm, name="confirm"),
    path("studio/tracks/<int:track_id>/holders/dispute", holders.dispute, name="dispute"),
    path("studio/tracks/<int:track_id>/grants", grants.grants, name="grants"),
    path("studio/tracks/<int:track_id>/grants/<slug:uid>/revoke", grants.revoke, name="revoke"),
    path("studio/sets/<int:set_id>/answers", music_set.music_set, name="set"),
    path("studio/asked", asked.asked, name="asked"),
    path("studio/asked/naming", by_sound.choose, name="naming"),
    path("studio/proofs", proofs.proofs, name="proofs"),
    path("studio/proofs/act/<slug:uid>", proofs.of_act, name="proof"),
    path("studio/proofs/asked/<slug:uid>", proofs.of_question, name="asked-proof"),
    path("studio/proofs/asked/<slug:uid>/<int:recording_id>", proofs.of_recording, name="recording-proof"),
    path("answers/proof/<str:signed>", proofs.by_link, name="linked-proof"),
    path("answers/<str:secret>", invited.invited, name="invited"),
]
