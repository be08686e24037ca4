"""Acts at the gate: each is a row, an entry in the ledger, and one more in the count of changes."""

from datetime import datetime
from typing import Any

from django.db.models import F

from antiphon.accounts import service as accounts
from antiphon.consent.models import Act, Party, Size
from antiphon.kernel import ids
from antiphon.ledger import service as ledger


def write(
    kind: str, *, party: Party | None, by: accounts.User | None, via: str, told: dict[str, Any], at: datetime
) -> Act:
    """Write an act down and into the ledger, in the caller's transaction. `told` is what its receipt will say.

    The receipt also says which change of the gate it was: a job whose `consent_size` is not smaller has counted it.
    """
    act = Act.objects.create(uid=ids.new_uid().hex, kind=kind, party=party, by_user=by, via=via, told=told, at=at)
    private = {
        "act": act.uid, "party": party.pk if party else None, "at": at.isoformat(), "via": via, "change": size(),
        **told,
    }  # fmt: skip
    act.entry = ledger.append(kind, private, subject=f"party:{party.pk}" if party else "")
    act.save(update_fields=["entry"])
    return act


def size() -> int:
    """Return how many changes of answers there have been: every job carries the number it has seen."""
    return Size.objects.filter(pk=1).values_list("changes", flat=True).first() or 0


def hold() -> None:
    """Keep every change of what the gate says out until the caller's transaction ends.

    Whoever takes more rows takes this one first, and others by their primary key: one order for everybody, or two
    writers wait for each other for ever.
    """
    if not Size.objects.select_for_update().filter(pk=1):
        Size.objects.get_or_create(pk=1)
        Size.objects.select_for_update().get(pk=1)


def grow() -> int:
    """Count one more change, in the caller's transaction; return the new number.

    Writers meet at this one row, so that two folds of one recording never run side by side.
    """
    hold()
    Size.objects.filter(pk=1).update(changes=F("changes") + 1)
    return size()
