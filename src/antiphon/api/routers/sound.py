"""What there is to hear of a track, its artwork, and how its recordings come along."""

import tempfile
from pathlib import Path as FilePath

from django.conf import settings
from django.utils.translation import gettext as _
from ninja import Router, Status, UploadedFile

from antiphon.accounts import service as accounts
from antiphon.api.callers import ANYONE, READ, WRITE, ApiRequest
from antiphon.api.cursors import Cursor, Limit, of_few
from antiphon.api.params import Picture, ProfileName, RowId, SecretToken, SetId, TrackId, binding, secret_of
from antiphon.api.problems import WrongMediaType
from antiphon.api.routers.profiles import own_profile
from antiphon.api.routers.tracks import opened
from antiphon.api.rows import labelled_out, site_url, viewer_of
from antiphon.api.shapes.music import LabelledTrack
from antiphon.api.shapes.sound import (
    Accepted,
    Advice,
    Download,
    Ingest,
    Recording,
    RecordingPage,
    Step,
    Stream,
    Streams,
    TechnicalReport,
    Waveform,
)
from antiphon.audio import service as audio
from antiphon.catalogue import service as catalogue
from antiphon.declarations import service as declarations
from antiphon.kernel.errors import BadInput, Conflict, NotAllowed, TooLarge

router = Router(tags=["sound"])
PICTURE_BYTES = 20 * 1024 * 1024


def _sound(track: catalogue.Track) -> catalogue.Recording:
    if track.recording is None or not track.playable:
        raise Conflict(_("There is nothing to listen to yet."), hint=_("It is still being prepared."))
    return track.recording


@router.get("/tracks/{track_id}/streams", auth=ANYONE, response=Streams)
def streams(request: ApiRequest, track_id: TrackId, secret_token: SecretToken) -> Streams:
    """Fresh addresses of the sound. They are signed for whoever asks: fetch them with the same key or cookie."""
    bound = binding(request.caller)
    track = opened(viewer_of(request.caller), track_id, secret_of(secret_token))
    told = declarations.note_track(request, track)
    recording = _sound(track)
    found = audio.streams(recording, binding=bound, declared=told.code)
    return Streams(
        track_id=track.pk,
        recording_id=recording.pk,
        duration=recording.duration_ms,
        loudness_lufs=recording.loudness_lufs,
        true_peak_dbtp=recording.true_peak_dbtp,
        streams=[Stream(kind=stream.kind, mime=stream.mime, url=site_url(stream.url)) for stream in found],
    )


@router.get("/tracks/{track_id}/download", auth=ANYONE, response=Download)
def download(request: ApiRequest, track_id: TrackId, secret_token: SecretToken) -> Download:
    """A fresh address of the file, where the track's rule lets you fetch it."""
    bound, viewer = binding(request.caller), viewer_of(request.caller)
    track = opened(viewer, track_id, secret_of(secret_token))
    told = declarations.note_track(request, track)
    _sound(track)
    if not catalogue.may_download(viewer, track):
        raise NotAllowed(
            _("Its creator does not let this track be downloaded."), hint=_("`downloads` says by whom it may.")
        )
    return Download(url=site_url(audio.download_url(track, bound, declared=told.code)))


@router.get("/tracks/{track_id}/waveform", auth=ANYONE, response=Waveform)
def waveform(request: ApiRequest, track_id: TrackId, secret_token: SecretToken) -> Waveform:
    """The outline of the sound."""
    caller = request.caller
    track = opened(viewer_of(caller), track_id, secret_of(secret_token))
    told = declarations.note_track(request, track)
    recording = _sound(track)
    pairs = [level - 256 if level > 127 else level for level in bytes(recording.overview)]
    heights = [max(abs(low), abs(high)) for low, high in zip(pairs[::2], pairs[1::2], strict=False)]
    data_url = None
    if caller.secret and recording.waveform_key:
        data_url = site_url(audio.waveform_url(recording, binding(caller), declared=told.code))
    return Waveform(width=len(heights), height=128, samples=heights, data_url=data_url)


@router.get("/tracks/{track_id}/technical-report", auth=READ, response=TechnicalReport)
def technical_report(request: ApiRequest, track_id: TrackId) -> TechnicalReport:
    """What was measured of your track, with advice; the gravest first."""
    track = catalogue.own_track(request.caller.person, track_id)
    declarations.note_track(request, track)
    recording = _sound(track)
    return TechnicalReport(
        recording_id=recording.pk,
        measured=recording.report,
        advice=[Advice(level=one.level, code=one.code, words=one.words) for one in audio.advice_for(recording)],
    )


@router.get("/tracks/{track_id}/recordings", auth=READ, response=RecordingPage)
def recordings(request: ApiRequest, track_id: TrackId, cursor: Cursor, limit: Limit) -> RecordingPage:
    """Every sound your track has had, the latest first. A new one comes by an upload that `replaces` the track."""
    person = request.caller.person
    current = catalogue.own_track(person, track_id).recording_id
    rows, more = of_few(request, catalogue.recordings_of(person, track_id), cursor, limit, lambda row: row.pk)
    return RecordingPage.model_construct(collection=[_recording(row, current) for row in rows], next_href=more)


@router.post("/tracks/{track_id}/recordings/{row_id}/use", auth=WRITE, response=LabelledTrack)
def use_recording(request: ApiRequest, track_id: TrackId, row_id: RowId) -> LabelledTrack:
    """Let your track sound like another of its recordings again."""
    person = request.caller.person
    return labelled_out(catalogue.use_recording(person, track_id, row_id), person)


@router.get("/recordings/{row_id}/ingest", auth=READ, response=Ingest)
def ingest(request: ApiRequest, row_id: RowId) -> Ingest:
    """How far your recording is: each step with its state, and the reason in plain words when it failed."""
    return _ingest(catalogue.recording_for(request.caller.person, row_id))


@router.post("/recordings/{row_id}/retry", auth=WRITE, response={202: Ingest})
def retry(request: ApiRequest, row_id: RowId) -> Status[Ingest]:
    """Try a recording that failed once more."""
    person = request.caller.person
    recording = catalogue.recording_for(person, row_id)
    if recording.state != "failed":
        raise Conflict(_("This recording did not fail."), hint=_("There is nothing to try again."))
    audio.retry(recording.pk)
    return Status(202, _ingest(catalogue.recording_for(person, row_id)))


@router.post("/tracks/{track_id}/artwork", auth=WRITE, response={202: Accepted})
def track_artwork(request: ApiRequest, track_id: TrackId, picture: Picture) -> Status[Accepted]:
    """Give your track a picture. It is re-encoded, without what the file says of place and camera."""
    track = catalogue.own_track(request.caller.person, track_id)
    return _take_picture(picture, "track", track.pk)


@router.post("/sets/{set_id}/artwork", auth=WRITE, response={202: Accepted})
def set_artwork(request: ApiRequest, set_id: SetId, picture: Picture) -> Status[Accepted]:
    """Give your set a picture."""
    return _take_picture(picture, "set", catalogue.own_set(request.caller.person, set_id).pk)


@router.post("/profiles/{permalink}/picture", auth=WRITE, response={202: Accepted})
def profile_picture(request: ApiRequest, permalink: ProfileName, picture: Picture) -> Status[Accepted]:
    """Give your profile a picture."""
    return _take_picture(picture, "profile", own_profile(request.caller.person, permalink).pk)


@router.delete("/tracks/{track_id}/artwork", auth=WRITE, response={204: None})
def no_track_artwork(request: ApiRequest, track_id: TrackId) -> Status[None]:
    """Take the picture off your track."""
    catalogue.set_artwork(catalogue.own_track(request.caller.person, track_id).pk, "")
    return Status(204, None)


@router.delete("/sets/{set_id}/artwork", auth=WRITE, response={204: None})
def no_set_artwork(request: ApiRequest, set_id: SetId) -> Status[None]:
    """Take the picture off your set."""
    catalogue.set_set_artwork(catalogue.own_set(request.caller.person, set_id).pk, "")
    return Status(204, None)


@router.delete("/profiles/{permalink}/picture", auth=WRITE, response={204: None})
def no_profile_picture(request: ApiRequest, permalink: ProfileName) -> Status[None]:
    """Take the picture off your profile."""
    accounts.set_picture(own_profile(request.caller.person, permalink).pk, "")
    return Status(204, None)


def _take_picture(picture: UploadedFile, kind: str, subject_id: int) -> Status[Accepted]:
    if (picture.size or 0) > PICTURE_BYTES:
        raise TooLarge(_("This picture has more than 20 MB."), hint=_("Save it smaller, 3000 pixels wide are plenty."))
    with tempfile.NamedTemporaryFile(dir=settings.DATA / "tmp", prefix="picture-", delete=False) as file:
        path = FilePath(file.name)
        for chunk in picture.chunks():
            file.write(chunk)
    try:
        audio.accept_picture(path, kind=kind, subject_id=subject_id)
    except TooLarge:
        raise
    except BadInput as error:
        raise WrongMediaType(error.message, hint=error.hint) from error
    finally:
        path.unlink(missing_ok=True)
    return Status(202, Accepted(status="accepted"))


def _recording(row: catalogue.Recording, current: int | None) -> Recording:
    return Recording.model_construct(
        id=row.pk,
        current=row.pk == current,
        state=row.state,
        original_name=row.original_name,
        size_bytes=row.size_bytes,
        sha256=row.sha256,
        container=row.container,
        codec=row.codec,
        rate_hz=row.rate_hz,
        channels=row.channels,
        duration=row.duration_ms,
        created_at=row.created_at,
    )


def _ingest(recording: catalogue.Recording) -> Ingest:
    steps = audio.steps_of([recording.pk]).get(recording.pk, [])
    return Ingest.model_construct(
        recording_id=recording.pk,
        state=recording.state,
        failure=recording.failure,
        failure_code=recording.failure_code,
        steps=[Step.model_construct(name=s.name, state=s.state, percent=s.percent, reason=s.reason) for s in steps],
    )
