"""Rows as shapes: what of a row goes out, and to whom."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from antiphon.accounts import service as accounts
from antiphon.api.callers import Caller
from antiphon.api.shapes.consent import AiPermission, Declared
from antiphon.api.shapes.music import LabelledTrack, MusicSet, SetWithTracks, Track
from antiphon.api.shapes.people import Key, LinkOut, Profile, User
from antiphon.catalogue import service as catalogue
from antiphon.community.service import tallies
from antiphon.consent import service as consent
from antiphon.declarations import service as declarations
from antiphon.declarations.core import lines
from antiphon.declarations.core.declaration import Declaration
from antiphon.declarations.core.lines import Place

PICTURE_SIDE = 500
# What `track_out`, streams and the rules of access read of a track; every further column would cost time in each read.
TRACK_COLUMNS = (
    "title", "slug", "artists", "description", "genre", "tag_list", "license", "sharing", "downloads", "commentable",
    "embeddable_by", "release_date", "isrc", "bpm", "key_signature", "track_number", "disc_number", "artwork_key",
    "published_at", "created_at", "updated_at", "state", "playable", "secret_token", "held", "hidden_at",
    "hidden_because",
    "profile__name", "profile__slug", "profile__picture_key", "profile__owner_id", "profile__hidden_at",
    "recording__state", "recording__duration_ms", "recording__loudness_lufs", "recording__true_peak_dbtp",
    "recording__waveform_key",
)  # fmt: skip


def viewer_of(caller: Caller) -> accounts.User | None:
    """Return the person who looks, None for anybody."""
    return caller.user if isinstance(caller.user, accounts.User) else None


def api_url(path: str) -> str:
    return f"{settings.SITE_URL}/api/v1/{path}"


def site_url(path: str) -> str:
    return f"{settings.SITE_URL}{path}"


def picture_url(key: str) -> str | None:
    return site_url(f"/media/{key}/{PICTURE_SIDE}.webp") if key else None


def _user_fields(profile: accounts.Profile) -> dict[str, Any]:
    return {
        "kind": "user",
        "id": profile.pk,
        "uri": api_url(f"profiles/{profile.slug}"),
        "username": profile.name,
        "permalink": profile.slug,
        "permalink_url": site_url(f"/{profile.slug}"),
        "avatar_url": picture_url(profile.picture_key),
    }


def user_out(profile: accounts.Profile) -> User:
    return User.model_construct(**_user_fields(profile))


def profile_out(profile: accounts.Profile, request: HttpRequest | None = None) -> Profile:
    """Return a profile. With the request, the headers of its reply tell the most restrictive of all its tracks: a
    query."""
    if request is not None:
        declarations.note_profile(request, profile)
    return Profile(
        **_user_fields(profile),
        description=profile.biography,
        city=profile.place,
        links=[LinkOut(title=link.get("title", ""), url=link.get("url", "")) for link in profile.links],
        label=profile.is_label,
        created_at=profile.created_at,
    )


def tracks_out(
    tracks: Iterable[catalogue.Track], viewer: accounts.User | None, request: HttpRequest | None = None
) -> list[Track]:
    """Return many tracks as this viewer may know them. One query, for their counts.

    With the request, the headers of its reply tell the most restrictive of what is told of them: one query more.
    """
    rows = list(tracks)
    if request is not None and rows:
        declarations.note(request, declarations.of_several(rows), declarations.site_place())
    counts = tallies.of_tracks([row.pk for row in rows]) if rows else {}
    return [track_out(row, viewer, counts.get(row.pk, tallies.Counts())) for row in rows]


def track_out(track: catalogue.Track, viewer: accounts.User | None, counts: tallies.Counts | None = None) -> Track:
    """Return a track as this viewer may know it. Rows come with profile and recording; costs a query for its counts,
    unless they are given."""
    counts = counts or tallies.of_track(track.pk)
    recording = track.recording
    own = catalogue.is_owner(viewer, track)
    here = api_url(f"tracks/{track.pk}")
    released: date | None = track.release_date
    fetchable = track.playable and catalogue.may_download(viewer, track)
    # Built without a second check: every value comes from a row that was checked when it was written.
    return Track.model_construct(
        kind="track",
        id=track.pk,
        uri=here,
        title=track.title,
        artists=track.artists,
        permalink=track.slug,
        permalink_url=site_url(track.get_absolute_url()),
        user=user_out(track.profile),
        description=track.description,
        genre=track.genre,
        tag_list=track.tag_list,
        license=track.license,
        sharing=track.sharing,
        downloads=track.downloads,
        downloadable=fetchable,
        streamable=track.playable,
        commentable=track.commentable,
        embeddable_by=track.embeddable_by,
        release_date=released,
        release_year=released.year if released else None,
        release_month=released.month if released else None,
        release_day=released.day if released else None,
        isrc=track.isrc,
        bpm=float(track.bpm) if track.bpm is not None else None,
        key_signature=track.key_signature,
        track_number=track.track_number,
        disc_number=track.disc_number,
        duration=recording.duration_ms if recording else None,
        artwork_url=picture_url(track.artwork_key),
        waveform_url=f"{here}/waveform" if track.playable else None,
        stream_url=f"{here}/streams" if track.playable else None,
        download_url=f"{here}/download" if fetchable else None,
        created_at=track.created_at,
        published_at=track.published_at,
        playback_count=counts.plays,
        likes_count=counts.likes,
        reposts_count=counts.reposts,
        comment_count=counts.comments,
        state=catalogue.state_of(track),
        loudness_lufs=recording.loudness_lufs if recording else None,
        true_peak_dbtp=recording.true_peak_dbtp if recording else None,
        recording_id=recording.pk if recording else None,
        secret_token=track.secret_token if own else None,
        hidden_because=track.hidden_because if own and track.hidden_at else None,
    )


def labelled_out(
    track: catalogue.Track, viewer: accounts.User | None, request: HttpRequest | None = None
) -> LabelledTrack:
    """Return one track with what its AI label says, which costs one query: lists leave that out.

    With the request, the headers of its reply tell the same.
    """
    label, _is_holder = consent.label_seen_by(track.recording_id or 0, viewer)
    said = [AiPermission.model_construct(purpose=slug, state=state) for slug, state in label.by_purpose.items()]
    told, place = declarations.of_label(track, label), declarations.place_of(track)
    if request is not None:
        declarations.note(request, told, place)
    return LabelledTrack.model_construct(
        **dict(track_out(track, viewer)), ai_permissions=said, declarations=declared_out(told, place)
    )


def declared_out(told: Declaration, place: Place) -> Declared:
    """Return a declaration line by line, as the headers say it."""
    return Declared.model_construct(
        content_usage=lines.content_usage(told),
        content_signal=lines.content_signal(told),
        noai=lines.no_ai(told),
        noindex=lines.no_index(told),
        tdm_reservation=1 if lines.reserves(told) else 0,
        tdm_policy=place.policy,
        rsl_url=place.rsl,
    )


def _set_fields(music_set: catalogue.MusicSet, viewer: accounts.User | None) -> dict[str, Any]:
    own = catalogue.is_owner(viewer, music_set)
    return {
        "kind": "set",
        "id": music_set.pk,
        "uri": api_url(f"sets/{music_set.pk}"),
        "title": music_set.title,
        "permalink": music_set.slug,
        "permalink_url": site_url(music_set.get_absolute_url()),
        "user": user_out(music_set.profile),
        "description": music_set.description,
        "set_type": music_set.kind,
        "release_date": music_set.release_date,
        "sharing": music_set.sharing,
        "artwork_url": picture_url(music_set.artwork_key),
        "created_at": music_set.created_at,
        "published_at": music_set.published_at,
        "secret_token": music_set.secret_token if own else None,
        "hidden_because": music_set.hidden_because if own and music_set.hidden_at else None,
    }


def set_out(music_set: catalogue.MusicSet, viewer: accounts.User | None) -> MusicSet:
    return MusicSet.model_construct(**_set_fields(music_set, viewer))


def full_set_out(
    found: catalogue.FoundSet, viewer: accounts.User | None, request: HttpRequest | None = None
) -> SetWithTracks:
    """Return a set with the tracks that this viewer may hear; `request` as of `tracks_out`."""
    tracks = tracks_out(found.tracks, viewer, request)
    return SetWithTracks.model_construct(
        **_set_fields(found.music_set, viewer),
        track_count=len(tracks),
        duration=sum(track.duration or 0 for track in tracks),
        tracks=tracks,
    )


def key_out(key: accounts.ApiKey) -> Key:
    return Key(
        id=key.pk,
        name=key.name,
        prefix=key.prefix,
        scopes=key.scopes,
        created_at=key.created_at,
        last_used_on=key.last_used_on,
        expires_at=key.expires_at,
    )
