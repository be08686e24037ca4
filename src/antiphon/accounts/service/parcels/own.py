"""What accounts keep of somebody: sign-in, keys, sessions, blocks, invitations, profiles with their pictures."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.utils.translation import gettext as _

from antiphon.accounts.core.pieces import Folder, Piece, document
from antiphon.accounts.models import Parcel, Profile, User
from antiphon.accounts.service.blocks import blocked_by
from antiphon.accounts.service.keys import api_keys_of
from antiphon.accounts.service.parcels.pictures import picture
from antiphon.accounts.service.people import quota_bytes, roles_of
from antiphon.mail import service as mail

_ACCOUNT = (Folder("account"),)
_PROFILE = (
    "slug", "name", "biography", "place", "links", "is_label", "feeds_sound", "created_at", "hidden_at",
    "hidden_because",
)  # fmt: skip


def weigh(user_id: int) -> int:
    """Nothing but words and pictures."""
    return 0


def pieces(user: User) -> Iterator[Piece]:
    """Yield the account, and each profile with its pictures."""
    about = _("Your account: addresses, roles, language, second step, keys for programs, sessions, invitations, blocks")
    yield document(_ACCOUNT, "account", about, lambda: _account(user))
    for profile in Profile.objects.filter(owner=user).order_by("pk"):
        place = (Folder("profiles"), Folder(profile.slug))
        yield document(place, "profile", _("A profile of yours, as it stands"), partial(_profile, profile))
        yield from picture(place, "picture", _("The picture of a profile"), profile.picture_key)
        yield from picture(place, "banner", _("The banner of a profile"), profile.banner_key)


def _account(user: User) -> dict[str, Any]:
    said = ("email", "date_joined", "last_login", "time_zone", "language", "theme", "deletion_asked_at",
            "deletion_due_at", "suspended_at", "suspended_because")  # fmt: skip
    key = ("name", "prefix", "scopes", "created_at", "last_used_on", "expires_at", "revoked_at")
    return {
        **{name: getattr(user, name) for name in said},
        "roles": sorted(roles_of(user)),
        "roles_since": list(user.role_grants.order_by("granted_at").values("role", "granted_at")),
        "quota_bytes": quota_bytes(user),
        "email_addresses": list(EmailAddress.objects.filter(user=user).values("email", "verified", "primary")),
        "letters_that_came_back": _letters(user),
        "second_step": list(Authenticator.objects.filter(user=user).values("type", "created_at", "last_used_at")),
        "keys": [{name: getattr(row, name) for name in key} for row in api_keys_of(user)],
        "sessions": list(
            UserSession.objects.filter(user=user).values("created_at", "last_seen_at", "ip", "user_agent")
        ),
        # Without who used it: that is theirs to tell.
        "invitations": list(
            user.invitations.order_by("created_at").values("note", "created_at", "expires_at", "used_at")
        ),
        "blocked": [[profile.slug for profile in other.profiles.all()] for other in blocked_by(user)],
        "copies_asked_for": list(Parcel.objects.filter(user=user).order_by("asked_at").values("asked_at", "state")),
    }


def _letters(user: User) -> dict[str, Any] | None:
    """What is known of the address: how many letters in a row came back, why, and since when summaries wait."""
    box = mail.mailbox(user.email)
    names = ("in_a_row", "status", "came_back_at", "paused_at")
    return None if box is None else {name: getattr(box, name) for name in names}


def _profile(profile: Profile) -> dict[str, Any]:
    former = profile.former_slugs.order_by("changed_at").values("slug", "changed_at")
    return {**{name: getattr(profile, name) for name in _PROFILE}, "former_addresses": list(former)}
