"""What the catalogue keeps of somebody, for the parcel that they take along: their music with every original, sets,
uploads on their way, and what was reported and decided. Fills `accounts.ports.Packer`.
"""

from collections.abc import Iterator
from functools import partial
from typing import Any

from django.conf import settings
from django.db.models import Sum
from django.utils.translation import gettext as _

from antiphon.accounts import service as accounts
from antiphon.accounts.core.pieces import Folder, Piece, Place, document, tables
from antiphon.accounts.service.parcels import picture
from antiphon.catalogue.models import MusicSet, Recording, Report, SetItem, Track
from antiphon.catalogue.service import access, appeals, pins, uploads
from antiphon.storage import service as storage
from antiphon.storage.paging import in_parts, in_turn

_TRACK = (
    "title", "slug", "artists", "description", "genre", "tag_list", "release_date", "isrc", "disc_number",
    "track_number", "bpm", "key_signature", "license", "sharing", "downloads", "commentable", "embeddable_by", "state",
    "published_at", "hidden_at", "hidden_because", "withdrawn_at", "created_at", "updated_at",
)  # fmt: skip
_RECORDING = (
    "id", "state", "original_name", "size_bytes", "sha256", "container", "codec", "duration_ms", "rate_hz", "channels",
    "loudness_lufs", "loudness_range_lu", "true_peak_dbtp", "report", "failure", "attested_at", "created_at",
)  # fmt: skip
_SET = (
    "title", "slug", "kind", "description", "release_date", "sharing", "published_at", "hidden_at", "hidden_because",
    "created_at", "updated_at",
)  # fmt: skip
_UPLOAD = ("id", "file_name", "folder", "size_bytes", "state", "created_at", "expires_at")
_FEW = 50  # recordings at a time: each has a technical report
_MUSIC, _MODERATION = (Folder("music"),), (Folder("moderation"),)


def weigh(user_id: int) -> int:
    """Return the bytes of all originals."""
    rows = Recording.objects.filter(track__profile__owner_id=user_id)
    return int(rows.aggregate(bytes=Sum("size_bytes"))["bytes"] or 0)


def pieces(user: accounts.User) -> Iterator[Piece]:
    """Yield tracks, then sets, then the rest."""
    mine = Track.objects.filter(profile__owner=user).select_related("profile", "recording")
    for track in in_turn(mine.defer("recording__overview", "recording__report", "recording__waveform_path"), _FEW):
        yield from _of_track(track)
    for music_set in in_turn(MusicSet.objects.filter(profile__owner=user).select_related("profile")):
        place = (Folder("sets"), Folder(music_set.profile.slug), Folder(music_set.title, of=f"set:{music_set.pk}"))
        yield document(place, "set", _("A set of yours, with its tracks in order"), partial(_set, user, music_set))
        yield from picture(place, "cover", _("The artwork of a set"), music_set.artwork_key)
    about = _("Every track of yours, one a line")
    names = ("profile", *_TRACK)
    yield from tables(_MUSIC, "tracks", about, names, lambda: map(_track, in_turn(mine)))
    yield document(
        _MUSIC, "pinned", _("The tracks at the head of your profiles"),
        lambda: {one.slug: [track.slug for track in pins.pins_of(user, one.pk)] for one in accounts.profiles_of(user)},
    )  # fmt: skip
    about = _("Uploads that are not finished")
    yield document(_MUSIC, "uploads", about, lambda: [_only(one, _UPLOAD) for one in uploads.open_uploads(user)])
    yield from _moderation(user)


def place_of(track: Track) -> Place:
    """Return the folder of a track in its owner's parcel, for whoever adds to it."""
    return *_MUSIC, Folder(track.profile.slug), Folder(track.title, of=f"track:{track.pk}")


def recordings_to_pack(user: accounts.User) -> Iterator[list[Recording]]:
    """Yield every recording of somebody's own tracks with track and profile, the earliest first, a few at a time."""
    rows = Recording.objects.filter(track__profile__owner=user).select_related("track__profile")
    yield from in_parts(rows.defer("overview", "waveform_path", "report"), _FEW)


def place_of_sound(recording: Recording) -> Place:
    """Return where the sound of a recording lies: what a track sounds like now is beside its words."""
    place = place_of(recording.track)
    return place if recording.track.recording_id == recording.pk else (*place, Folder("earlier"))


def _of_track(track: Track) -> Iterator[Piece]:
    place = place_of(track)
    rows = list(Recording.objects.filter(track=track).defer("overview", "waveform_path", "report").order_by("pk"))
    about = _("A track: title, words, tags, licence, and every recording of it with its technical report")
    yield document(place, "track", about, lambda: _whole_track(track))
    yield from picture(place, "cover", _("The artwork of a track"), track.artwork_key)
    for row in rows:
        row.track = track
        where = place_of_sound(row)
        now = where == place
        about = _("The file that you uploaded, byte for byte") if now else _("What a track sounded like before")
        if storage.files().exists(row.original_key):
            yield Piece(where, row.original_name, about, key=row.original_key, sha256=row.sha256)
        else:
            yield Piece(where, row.original_name, about, missing=_("The original is not in the store any more."))


def _track(track: Track) -> dict[str, Any]:
    return {"profile": track.profile.slug, **_only(track, _TRACK)}


def _whole_track(track: Track) -> dict[str, Any]:
    recordings = Recording.objects.filter(track=track).defer("overview", "waveform_path").order_by("pk")
    return {
        **_track(track),
        "address": settings.SITE_URL + track.get_absolute_url(),
        "former_addresses": list(track.former_slugs.values_list("slug", flat=True)),
        "sounds_like": track.recording_id,
        "recordings": [_only(row, _RECORDING) for row in recordings],
    }


def _set(user: accounts.User, music_set: MusicSet) -> dict[str, Any]:
    # What others let nobody hear any more is called as it was when it was put in, and leads nowhere.
    open_to_me = {track.pk for track in access.tracks_of_set(music_set, user, True, False)}
    rows = SetItem.objects.filter(music_set=music_set).select_related("track__profile").order_by("position", "pk")
    return {
        "profile": music_set.profile.slug,
        **_only(music_set, _SET),
        "former_addresses": list(music_set.former_slugs.values_list("slug", flat=True)),
        "tracks": [
            {"title": row.track.title, "address": settings.SITE_URL + row.track.get_absolute_url()}
            if row.track_id in open_to_me
            else {"title": row.known_as, "address": None}
            for row in rows
        ],
    }


def _moderation(user: accounts.User) -> Iterator[Piece]:
    about = _("What you reported, and what became of it")
    columns = ("created_at", "kind", "about", "reason", "words", "state", "decision", "decided_at")
    yield from tables(_MODERATION, "reports", about, columns, lambda: _reports(user))
    about = _("What was decided about something of yours, and what you said to it")
    yield document(_MODERATION, "decisions", about, lambda: list(_decisions(user)))


def _reports(user: accounts.User) -> Iterator[dict[str, Any]]:
    for row in in_turn(Report.objects.filter(reporter=user).select_related("case")):
        said = ("kind", "reason", "words", "state", "decision", "decided_at", "created_at")
        yield {"about": row.case.name if row.case else "", **_only(row, said)}


def _decisions(user: accounts.User) -> Iterator[dict[str, Any]]:
    for row in appeals.rulings_about(user, limit=100_000):
        appeal = getattr(row, "appeal", None)
        said = _only(appeal, ("words", "at", "outcome", "answer", "answered_at")) if appeal else None
        yield {"about": row.case.name, **_only(row, ("verdict", "because", "at", "on_appeal")), "appeal": said}


def _only(row: Any, fields: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in fields}
