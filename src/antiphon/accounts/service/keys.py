"""Keys for programs. The secret is shown once; only its hash is kept."""

import hashlib
import hmac
from collections.abc import Iterable
from datetime import datetime

from django.db.models import CharField
from django.utils.translation import gettext as _

from antiphon.accounts.models import ApiKey, User
from antiphon.kernel import clock, ids
from antiphon.kernel.errors import BadInput, Conflict, NotFound
from antiphon.storage.prepared import Prepared, Slot

SCOPES = ("read", "write", "upload")
MOST_KEYS = 50


def make_api_key(
    user: User, name: str, scopes: Iterable[str], expires_at: datetime | None = None
) -> tuple[ApiKey, str]:
    """Make a key and return it with its secret, `antiphon_<prefix>_<random>`, which cannot be had again.

    Raises `BadInput` for an empty name, an unknown scope or none, or an end that is past.
    """
    name, wanted = name.strip(), set(scopes)
    if not name or len(name) > 80:
        raise BadInput(_("Give the key a name of at most 80 characters."), fields={"name": _("Name")})
    if not wanted or not wanted <= set(SCOPES):
        raise BadInput(
            _("A key is for one or more of: %(scopes)s.") % {"scopes": ", ".join(SCOPES)}, fields={"scopes": "unknown"}
        )
    if expires_at is not None and expires_at <= clock.now():
        raise BadInput(_("This day is over already."), fields={"expires_at": _("This day is over already.")})
    if ApiKey.objects.filter(user=user, revoked_at=None).count() >= MOST_KEYS:
        raise Conflict(_("You have %(most)s keys: revoke one first.") % {"most": MOST_KEYS})
    prefix = ids.new_secret(10)
    secret = f"antiphon_{prefix}_{ids.new_secret(32)}"
    key = ApiKey.objects.create(
        user=user,
        name=name,
        prefix=prefix,
        secret_sha256=_hash(secret),
        scopes=[scope for scope in SCOPES if scope in wanted],
        expires_at=expires_at,
    )
    return key, secret


_by_prefix = Prepared(lambda: ApiKey.objects.select_related("user").filter(prefix=Slot("prefix", CharField())))


def api_key_for(secret: str) -> ApiKey | None:
    """Return the live key with this secret, its user fetched; None for any other word.

    A key lives until it is revoked or past its end, and while its owner may sign in.
    """
    parts = secret.split("_")
    if len(parts) != 3 or parts[0] != "antiphon" or not secret.isascii():
        return None
    key = next(iter(_by_prefix(prefix=parts[1])), None)
    # Hash and compare even when there is no such key, so that the time taken does not tell.
    if not hmac.compare_digest(key.secret_sha256 if key else "", _hash(secret)) or key is None:
        return None
    now = clock.now()
    if key.revoked_at is not None or (key.expires_at is not None and key.expires_at <= now):
        return None
    if not key.user.is_active or key.user.suspended_at is not None:
        return None
    if key.last_used_on != now.date():
        ApiKey.objects.filter(pk=key.pk).update(last_used_on=now.date())
        key.last_used_on = now.date()
    return key


def api_keys_of(user: User) -> list[ApiKey]:
    """Return a person's keys that were not revoked, newest first."""
    return list(ApiKey.objects.filter(user=user, revoked_at=None).order_by("-created_at", "-pk"))


def revoke_api_key(user: User, key_id: int) -> None:
    """End a key at once. Raises `NotFound` for a key of somebody else."""
    if not ApiKey.objects.filter(user=user, pk=key_id).exists():
        raise NotFound(_("This is not one of your keys."), subject=f"key:{key_id}")
    ApiKey.objects.filter(user=user, pk=key_id, revoked_at=None).update(revoked_at=clock.now())


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
