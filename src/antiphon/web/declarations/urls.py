"""Addresses of what the site declares, but for those below a creator's own."""

from django.urls import path

from antiphon.web.declarations import files, world

urlpatterns = [
    path("robots.txt", files.robots, name="robots"),
    path("ai.txt", files.ai_txt, name="ai_txt"),
    path("rsl.xml", files.rsl_of_site, name="rsl"),
    path(".well-known/tdmrep.json", files.tdmrep, name="tdmrep"),
    path("policies/site.json", files.policy_of_site, name="policy"),
    path("policies/<int:recording_id>.json", files.policy_of_recording, name="recording_policy"),
    path("policies/<int:recording_id>.xml", files.rsl_of_recording, name="recording_rsl"),
    path("policies/<int:recording_id>/<str:name>.c2pa", files.manifest, name="manifest"),
    path("studio/tracks/<int:track_id>/told", world.told, name="told"),
]
