"""One person wants nothing to do with another."""

from collections.abc import Callable

from django.db import transaction
from django.db.models import BigAutoField, Q, QuerySet
from django.utils.translation import gettext as _

from antiphon.accounts.models import Block, User
from antiphon.kernel.errors import BadInput
from antiphon.storage.prepared import Prepared, Slot

_partings: list[Callable[[int, int], None]] = []


def when_blocked(part: Callable[[int, int], None]) -> None:
    """Name somebody who cuts what ties two people, in the transaction of the block; called by `site`, once for each."""
    if part not in _partings:
        _partings.append(part)


def block(user: User, other: User) -> None:
    """From now on neither finds the other's music or words. Blocking twice changes nothing.

    Raises `BadInput` when somebody would block themselves.
    """
    if user.pk == other.pk:
        raise BadInput(_("You cannot block yourself."), subject=f"user:{other.pk}")
    with transaction.atomic():
        Block.objects.get_or_create(by=user, blocked=other)
        for part in _partings:
            part(user.pk, other.pk)
    _forget_cached(user, other)


def unblock(user: User, other: User) -> None:
    """Take this person's own block back; a block in the other direction stays."""
    Block.objects.filter(by=user, blocked=other).delete()
    _forget_cached(user, other)


def blocked_by(user: User) -> list[User]:
    """Return whom this person has blocked, newest first, with their profiles fetched."""
    blocks = Block.objects.filter(by=user).select_related("blocked").prefetch_related("blocked__profiles")
    return [row.blocked for row in blocks.order_by("-created_at", "-pk")]


def has_blocked(user: User, other_id: int) -> bool:
    """Tell whether this person has blocked the other. No query where nobody blocked anybody."""
    return other_id in blocked_ids(user) and Block.objects.filter(by=user, blocked_id=other_id).exists()


def blocked_ids(user: object) -> frozenset[int]:
    """Return the ids of everybody this person has blocked or was blocked by: one query a user object."""
    if not isinstance(user, User):
        return frozenset()
    cached: frozenset[int] | None = getattr(user, "_blocked_ids", None)
    if cached is None:
        cached = frozenset(one for pair in _touching(user=user.pk) for one in pair if one != user.pk)
        user._blocked_ids = cached  # type: ignore[attr-defined]
    return cached


def _pairs() -> "QuerySet[Block, tuple[int, int]]":
    user = Slot("user", BigAutoField())
    return Block.objects.filter(Q(by_id=user) | Q(blocked_id=user)).values_list("by_id", "blocked_id")


_touching = Prepared(_pairs)


def _forget_cached(*users: User) -> None:
    for user in users:
        if hasattr(user, "_blocked_ids"):
            del user._blocked_ids
