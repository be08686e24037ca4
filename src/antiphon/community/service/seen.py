"""Whom somebody follows and whom they do not want to be shown: asked on many pages, so once a user object each."""

from django.db.models import BigAutoField, IntegerField, QuerySet, Value

from antiphon.accounts import service as accounts
from antiphon.community.models import Follow, Mute
from antiphon.storage.prepared import Prepared, Slot

_muted = Prepared(
    lambda: Mute.objects.filter(user_id=Slot("user", BigAutoField())).values_list("profile_id", flat=True)
)
_followed = Prepared(
    lambda: Follow.objects.filter(user_id=Slot("user", BigAutoField())).values_list("profile_id", flat=True)
)


def muted_ids(user: object) -> frozenset[int]:
    """Return the ids of the profiles that this person muted: one query a user object, none for nobody."""
    if not isinstance(user, accounts.User):
        return frozenset()
    cached: frozenset[int] | None = getattr(user, "_muted_ids", None)
    if cached is None:
        cached = frozenset(_muted(user=user.pk))
        vars(user)["_muted_ids"] = cached
    return cached


def followed_ids(user: object) -> frozenset[int]:
    """Return the ids of the profiles that this person follows: one query a user object, none for nobody."""
    if not isinstance(user, accounts.User):
        return frozenset()
    cached: frozenset[int] | None = getattr(user, "_followed_ids", None)
    if cached is None:
        cached = frozenset(_followed(user=user.pk))
        vars(user)["_followed_ids"] = cached
    return cached


def heard_ids(user: accounts.User) -> frozenset[int]:
    """Return the ids of the profiles that this person follows and has not muted.

    At most one query a user object, which answers `muted_ids` and `followed_ids` as well.
    """
    if not (hasattr(user, "_muted_ids") and hasattr(user, "_followed_ids")):
        known = _known(user=user.pk)
        vars(user)["_muted_ids"] = frozenset(pk for pk, is_muted in known if is_muted)
        vars(user)["_followed_ids"] = frozenset(pk for pk, is_muted in known if not is_muted)
    return followed_ids(user) - muted_ids(user)


def _both() -> "QuerySet[Follow, tuple[int, int]]":
    user, flag = Slot("user", BigAutoField()), IntegerField()
    follows = Follow.objects.filter(user_id=user).values_list("profile_id", Value(0, flag))
    mutes = Mute.objects.filter(user_id=user).values_list("profile_id", Value(1, flag))
    return follows.union(mutes, all=True)


_known = Prepared(_both)


def forget_cached(user: accounts.User) -> None:
    """Ask again next time: something has changed."""
    for name in ("_muted_ids", "_followed_ids"):
        if hasattr(user, name):
            delattr(user, name)
