"""Everything the site knows of a person, in JSON types, for the copy that they may ask for."""

from collections.abc import Iterator
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings

from antiphon.accounts import service as accounts
from antiphon.catalogue import service as catalogue
from antiphon.community import service as community
from antiphon.community.service import history as listening
from antiphon.community.service.own_data import ties_of
from antiphon.consent.core.purposes import PURPOSES
from antiphon.consent.service import enquiries

_TRACK = (
    "title", "slug", "artists", "description", "genre", "tag_list", "release_date", "isrc", "bpm", "key_signature",
    "license", "sharing", "downloads", "commentable", "embeddable_by", "state", "published_at", "hidden_at",
    "hidden_because", "withdrawn_at", "created_at", "updated_at",
)  # fmt: skip
_PROFILE = (
    "slug", "name", "biography", "place", "links", "feeds_sound", "created_at", "hidden_at", "hidden_because",
)  # fmt: skip
_RECORDING = (
    "state", "original_name", "size_bytes", "sha256", "container", "codec", "duration_ms", "rate_hz", "channels",
    "loudness_lufs", "loudness_range_lu", "true_peak_dbtp", "report", "attested_at", "created_at",
)  # fmt: skip
_SET = ("title", "slug", "kind", "description", "release_date", "sharing", "published_at", "created_at", "updated_at")
_UPLOAD = ("id", "file_name", "folder", "size_bytes", "state", "created_at", "expires_at")


def everything_of(user: accounts.User) -> dict[str, Any]:
    """Return everything that is kept of somebody, by subject."""
    return {
        "account": {
            **_only(user, ("email", "date_joined", "last_login", "time_zone", "language", "theme")),
            "roles": sorted(accounts.roles_of(user)),
            "quota_bytes": accounts.quota_bytes(user),
            "deletion_due_at": user.deletion_due_at,
            "email_addresses": list(EmailAddress.objects.filter(user=user).values("email", "verified", "primary")),
            "two_factor": list(Authenticator.objects.filter(user=user).values("type", "created_at", "last_used_at")),
        },
        "profiles": [
            {**_only(profile, _PROFILE), "pinned": [track.slug for track in catalogue.pins_of(user, profile.pk)]}
            for profile in accounts.profiles_of(user)
        ],
        "keys": [
            _only(key, ("name", "prefix", "scopes", "created_at", "last_used_on", "expires_at"))
            for key in accounts.api_keys_of(user)
        ],
        "blocked": [[profile.slug for profile in other.profiles.all()] for other in accounts.blocked_by(user)],
        "sessions": list(
            UserSession.objects.filter(user=user).values("created_at", "last_seen_at", "ip", "user_agent")
        ),
        "tracks": [_track(user, track) for track in _every_track(user)],
        "sets": [_set(user, found) for found in catalogue.own_sets(user, limit=100_000)],
        "reports": [_reported(row) for row in catalogue.reports_by(user, limit=100_000)],
        "decisions": [_decided(row) for row in catalogue.rulings_about(user, limit=100_000)],
        "enquiries": [_asked(row) for row, _count in enquiries.enquiries_of(user, limit=100_000)],
        "heard": [history_line(one) for one in listening.everything(user)],
        **ties_of(user),
        "comments": list(community.comments_written_by(user)),
        "uploads": [_only(upload, _UPLOAD) for upload in catalogue.open_uploads(user)],
    }


def _reported(row: catalogue.Report) -> dict[str, Any]:
    return {
        "about": row.case.name if row.case else "",
        **_only(row, ("kind", "reason", "words", "state", "created_at")),
    }


def _asked(row: enquiries.Enquiry) -> dict[str, Any]:
    said = ("name", "about", "email", "words", "starts_at", "ends_at", "amount_minor", "currency")
    return {"for": PURPOSES[row.purpose - 1].slug, **_only(row, (*said, "made_at", "opened_at", "withdrawn_at"))}


def _decided(row: catalogue.Ruling) -> dict[str, Any]:
    appeal = getattr(row, "appeal", None)
    said = _only(appeal, ("words", "at", "outcome", "answer", "answered_at")) if appeal else None
    return {"about": row.case.name, **_only(row, ("verdict", "because", "at", "on_appeal")), "appeal": said}


def _every_track(user: accounts.User) -> Iterator[catalogue.Track]:
    before: int | None = None
    while True:
        tracks, before = catalogue.studio_tracks(user, before_id=before, limit=200)
        yield from tracks
        if before is None:
            return


def _track(user: accounts.User, track: catalogue.Track) -> dict[str, Any]:
    recordings = [_only(recording, _RECORDING) for recording in catalogue.recordings_of(user, track.pk)]
    return {"profile": track.profile.slug, **_only(track, _TRACK), "recordings": recordings}


def _set(user: accounts.User, music_set: catalogue.MusicSet) -> dict[str, Any]:
    slugs = [track.slug for track in catalogue.tracks_in(user, music_set.pk)]
    return {"profile": music_set.profile.slug, **_only(music_set, _SET), "tracks": slugs}


def history_line(one: listening.Heard) -> dict[str, Any]:
    """Return one play as it goes out to whoever heard it."""
    track = one.track
    return {
        "id": one.id,
        "began_at": one.began_at,
        "heard_ms": one.heard_ms,
        "finished": one.finished,
        "source": one.source,
        "track": track.title if track else None,
        "artists": (track.artists or track.profile.name) if track else None,
        "address": settings.SITE_URL + track.get_absolute_url() if track else None,
    }


def _only(row: Any, fields: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in fields}
