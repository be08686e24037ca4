"""Whether the registry names somebody as the creator of what it knows, or only says what may be done with it."""

from collections.abc import Iterable

from antiphon.accounts import service as accounts
from antiphon.identification.lookup_models import RegistryChoice
from antiphon.kernel import clock


def is_named(user: accounts.User) -> bool:
    """Tell whether answers name this person. Who never chose is named. One query."""
    return not unnamed([user.pk])


def unnamed(user_ids: Iterable[int]) -> set[int]:
    """Return those of these people whom answers do not name. One query."""
    rows = RegistryChoice.objects.filter(user__in=list(user_ids), is_named=False)
    return set(rows.values_list("user_id", flat=True))


def choose(user: accounts.User, *, named: bool) -> None:
    """Name somebody in answers from now on, or do not. What was answered before stays as it was signed."""
    RegistryChoice.objects.update_or_create(user=user, defaults={"is_named": named, "changed_at": clock.now()})
