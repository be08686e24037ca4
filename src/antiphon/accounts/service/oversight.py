"""What operators do with accounts: find, suspend, give room, count."""

from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from antiphon.accounts.core.names import fold
from antiphon.accounts.models import Profile, User
from antiphon.accounts.service.deletion import end_sessions
from antiphon.accounts.service.people import is_operator, operators_besides
from antiphon.kernel import clock
from antiphon.kernel.errors import BadInput, Conflict


@dataclass(frozen=True)
class Counts:
    """How many people are here."""

    accounts: int
    profiles: int
    new_this_week: int
    suspended: int
    leaving: int


def counts() -> Counts:
    """Count people and profiles."""
    return Counts(
        accounts=User.objects.count(),
        profiles=Profile.objects.count(),
        new_this_week=User.objects.filter(date_joined__gte=clock.now() - timedelta(days=7)).count(),
        suspended=User.objects.exclude(suspended_at=None).count(),
        leaving=User.objects.exclude(deletion_due_at=None).count(),
    )


def find_people(words: str = "", *, limit: int = 50) -> list[User]:
    """Return accounts by e-mail address, profile name or address, newest first, with their profiles."""
    found: QuerySet[User] = User.objects.prefetch_related("profiles").order_by("-date_joined", "-pk")
    if words.strip():
        folded = fold(words.strip())
        by_profile = Profile.objects.filter(search_text__contains=folded).values("owner_id")
        found = found.filter(Q(email__icontains=words.strip()) | Q(pk__in=by_profile))
    return list(found[:limit])


def suspend(by: User, user: User, because: str) -> User:
    """Shut somebody out at once, everywhere; what they made is seen by nobody else until `unsuspend`.

    Raises `BadInput` without a reason, `Conflict` for oneself and for the only operator.
    """
    if not because.strip():
        raise BadInput(_("Say why: the person is told."), fields={"because": _("Say why.")})
    if by.pk == user.pk or (is_operator(user) and not operators_besides(user)):
        raise Conflict(_("This account runs the site and cannot be suspended."))
    with transaction.atomic():
        user.suspended_at = clock.now()
        user.suspended_because = because.strip()[:500]
        user.is_active = False
        user.save(update_fields=["suspended_at", "suspended_because", "is_active"])
        because = _("The account is suspended: %(why)s") % {"why": user.suspended_because}
        shown = Profile.objects.filter(owner=user, hidden_at=None)
        shown.update(hidden_at=user.suspended_at, hidden_because=because[:500])
        end_sessions(user)
    return user


def unsuspend(user: User) -> User:
    """Let somebody in again, and show what the suspension hid; what a moderator hid on its own stays hidden."""
    with transaction.atomic():
        Profile.objects.filter(owner=user, hidden_at=user.suspended_at).update(hidden_at=None, hidden_because="")
        user.suspended_at, user.suspended_because, user.is_active = None, "", True
        user.save(update_fields=["suspended_at", "suspended_because", "is_active"])
    return user


def set_quota(user: User, quota_bytes: int | None) -> User:
    """Give an account room of its own for originals; None for the site's default."""
    if quota_bytes is not None and not 0 <= quota_bytes < 2**60:
        raise BadInput(_("The room is a number of bytes, zero or more."), fields={"quota": "≥ 0"})
    user.quota_bytes = quota_bytes
    user.save(update_fields=["quota_bytes"])
    return user


def set_preferences(user: User, *, time_zone: str, language: str, theme: str) -> User:
    """Keep how a person wants pages: the caller has checked that time zone and language exist."""
    user.time_zone, user.language, user.theme = time_zone, language, theme
    user.save(update_fields=["time_zone", "language", "theme"])
    return user
