"""What the pages that wait are told of each file: one word, one sentence, how far, and what can be done now."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from antiphon.audio import service as audio
from antiphon.catalogue import service as catalogue
from antiphon.web.listen import addresses
from antiphon.web.studio import comparing
from antiphon.web.templatetags.look import credited

Told = dict[str, Any]

Steps = Sequence[audio.Step]


def of_uploads(uploads: Iterable[catalogue.Upload]) -> dict[str, Told]:
    """Return what to tell of uploads from `catalogue.watched_uploads`, by upload id. One query for the steps."""
    rows = list(uploads)
    ids = [row.recording_id for row in rows if row.recording_id]
    steps, compared = audio.steps_of(ids), comparing.of(ids)
    told = {row.pk: _of_upload(row, steps) for row in rows}
    return {str(row.pk): comparing.added(told[row.pk], compared.get(row.recording_id or 0)) for row in rows}


def of_tracks(tracks: Iterable[catalogue.Track]) -> dict[str, Told]:
    """Return what to tell of tracks from `catalogue.watched_tracks`, by track id. One query for the steps."""
    rows = list(tracks)
    latest = {row.pk: getattr(row, "latest_id", row.recording_id) for row in rows}
    ids = [pk for pk in latest.values() if pk]
    steps, compared = audio.steps_of(ids), comparing.of(ids)
    told = {row.pk: _of_track(row, steps.get(latest[row.pk] or 0, ())) for row in rows}
    return {str(row.pk): comparing.added(told[row.pk], compared.get(latest[row.pk] or 0)) for row in rows}


def _of_upload(row: catalogue.Upload, steps: Mapping[int, Steps]) -> Told:
    if row.recording is None:
        # Received and then deleted, or given up: nothing more will happen to it.
        words = _("It has been deleted.") if row.state == "received" else _("It was given up.")
        return {"state": "gone", "words": words, "percent": 0, "steps": [], "playable": False, "settled": True}
    told = _of_recording(steps.get(row.recording.pk, ()), row.recording.failure)
    told |= _links(row.recording.track, bool(row.replaces_id))
    set_id = getattr(row, "set_id", None)
    if set_id:
        told["set"] = {
            "id": set_id,
            "title": getattr(row, "set_title", ""),
            "published": getattr(row, "set_published_at", None) is not None,
            "edit": reverse("studio:set", args=[set_id]),
            "publish": reverse("studio:publish-set", args=[set_id]),
        }
    return told


def _of_track(track: catalogue.Track, steps: Steps) -> Told:
    failure = track.recording.failure if track.recording else ""
    told = _of_recording(steps, failure) | _links(track, False)
    if told["state"] == "ready":
        told["words"] = ""
    return told


def _links(track: catalogue.Track, replaced: bool) -> Told:
    return {
        "track": track.pk,
        "title": track.title,
        "playable": track.playable,
        "published": track.state == "published",
        "edit": reverse("studio:track", args=[track.pk]),
        "form": "" if replaced else reverse("studio:short", args=[track.pk]),
        "page": addresses.page(track),
        "item": _item(track),
        "retry": reverse("studio:retry", args=[track.pk]),
    }


def _item(track: catalogue.Track) -> dict[str, str]:
    """Return what the player reads from a row, by the names of its data attributes."""
    return {
        "id": str(track.pk),
        "info": addresses.info(track),
        "title": track.title,
        "by": credited(track),
        "page": addresses.page(track),
        "art": addresses.picture(track.artwork_key, addresses.LARGE),
        "ms": str((track.recording.duration_ms if track.recording else 0) or 0),
    }


def _of_recording(steps: Steps, failure: str) -> Told:
    """Fold the steps of one recording into a state, a sentence and a percentage of the whole."""
    shown = [_step(step) for step in steps]
    failed = next((step for step in steps if step.state == "failed"), None)
    if failed is not None:
        heard = failed.name == "finish"
        words = _("It can be played, but the last step failed.") if heard else _("This could not be made ready.")
        reason = failed.reason or failure
        return _told("failed", words, 0, shown, reason=reason, spoken=" ".join([words, reason]), settled=True)
    if failure:
        words = _("This could not be made ready.")
        return _told("failed", words, 0, shown, reason=failure, spoken=f"{words} {failure}", settled=True)
    if steps and all(step.state == "done" for step in steps):
        words = _("Ready.")
        return _told("ready", words, 100, shown, spoken=words, settled=True)
    percent = sum(100 if step.state == "done" else step.percent for step in steps) // max(1, len(steps))
    running = next((step for step in steps if step.state == "running"), None)
    if running is None:
        done = {step.name for step in steps if step.state == "done"}
        words = _("Safe here. The next step begins soon.") if done else _("Safe here, and waiting to be checked.")
        if "listen" in done:
            words = _("You can play it. The second, smaller copy is made soon.")
        # A step that will be tried again by itself says why it has to be.
        again = next((step.reason for step in steps if step.reason), "")
        return _told("waiting", words, percent, shown, reason=again)
    sentences = {
        "check": _("Checking what is in the file."),
        "listen": _("Making it ready to listen: %(percent)s %%.") % {"percent": running.percent},
        "finish": _("You can play it. Making the second, smaller copy: %(percent)s %%.") % {"percent": running.percent},
    }
    spoken = _("You can play it now.") if running.name == "finish" else ""
    return _told(str(running.name), sentences[running.name], percent, shown, spoken=spoken)


def _told(
    state: str,
    words: str,
    percent: int,
    steps: list[dict[str, Any]],
    *,
    reason: str = "",
    spoken: str = "",
    settled: bool = False,
) -> Told:
    return {
        "state": state,
        "words": words,
        "reason": reason,
        "spoken": spoken,
        "percent": percent,
        "steps": steps,
        "settled": settled,
    }


def _step(step: audio.Step) -> dict[str, Any]:
    words = {
        "waiting": _("to come"),
        "running": _("%(percent)s %% done") % {"percent": step.percent},
        "done": _("done"),
        "failed": _("failed"),
    }
    return {"name": step.name, "state": step.state, "percent": step.percent, "words": words[step.state]}
