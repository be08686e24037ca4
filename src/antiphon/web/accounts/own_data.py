"""Everything the site knows of a person, in JSON types, for the copy that they may ask for."""

from collections.abc import Iterator
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession

from antiphon.accounts import service as accounts
from antiphon.catalogue import service as catalogue

_TRACK = (
    "title", "slug", "artists", "description", "genre", "tag_list", "release_date", "isrc", "bpm", "key_signature",
    "license", "sharing", "downloads", "commentable", "embeddable_by", "state", "published_at", "hidden_at",
    "hidden_because", "withdrawn_at", "created_at", "updated_at",
)  # fmt: skip
_RECORDING = (
    "state", "original_name", "size_bytes", "sha256", "container", "codec", "duration_ms", "rate_hz", "channels",
    "loudness_lufs", "loudness_range_lu", "true_peak_dbtp", "report", "attested_at", "created_at",
)  # fmt: skip
_SET = ("title", "slug", "kind", "description", "release_date", "sharing", "published_at", "created_at", "updated_at")
_UPLOAD = ("id", "file_name", "folder", "size_bytes", "state", "created_at", "expires_at")


def everything_of(user: accounts.User) -> dict[str, Any]:
    """Return account, profiles, keys, sessions, tracks with their recordings, sets and open uploads."""
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
            _only(profile, ("slug", "name", "biography", "place", "links", "created_at", "hidden_at", "hidden_because"))
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
        "uploads": [_only(upload, _UPLOAD) for upload in catalogue.open_uploads(user)],
    }


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


def _only(row: Any, fields: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in fields}
