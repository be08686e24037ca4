"""The register of systems: what comes with a release, what was added later, and from when each may ask."""

import hashlib
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

import rfc8785
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from antiphon.accounts import service as accounts
from antiphon.consent.core.purposes import BY_SLUG, CONSTANT
from antiphon.consent.models import RegisteredSystem
from antiphon.kernel import clock
from antiphon.kernel.errors import BadInput
from antiphon.ledger import service as ledger
from antiphon.mail import service as mail

NOTICE = timedelta(days=30)
BY_RELEASE = ("the release", "the release")


@dataclass(frozen=True)
class System:
    """Something that uses music by software: declared in code by the room that runs it, shown in the register."""

    name: str  # antiphon/similar
    purpose: str
    owner: str
    reads: str  # in plain words
    version: str  # of the model or the method

    @property
    def fingerprint(self) -> str:
        """SHA-256 over everything whose change is material."""
        return f"sha256:{hashlib.sha256(rfc8785.dumps(asdict(self))).hexdigest()}"


_declared: dict[str, System] = {}


def declare(system: System) -> System:
    """Declare a system of this release. Raises `KeyError` for a purpose outside the table."""
    BY_SLUG[system.purpose]
    known = _declared.get(system.name)
    if known is not None and known != system:
        raise TypeError(f"two systems are called {system.name}")
    _declared[system.name] = system
    return system


def declared() -> dict[str, System]:
    """Return the systems of this release, by name."""
    return dict(_declared)


def sync_declared() -> None:
    """Enter what this release declares into the register; what is new on a site with music waits for its notice.

    What serves the pair that keeps the place safe does not wait: it needs nobody's yes, so there is no no to wait for.
    """
    with transaction.atomic():
        at_once = not RegisteredSystem.objects.exists()  # the systems that a site begins with
        for system in _declared.values():
            if not RegisteredSystem.objects.filter(name=system.name, fingerprint=system.fingerprint).exists():
                _enter(system, BY_RELEASE, at_once=at_once or system.purpose in CONSTANT)


def register(system: System, *, approved_by: tuple[str, str]) -> RegisteredSystem:
    """Enter a system into the register and tell everybody; it may ask for permits after 30 days of notice.

    Raises `BadInput` unless two people approved it.
    """
    first, second = (name.strip() for name in approved_by)
    if not first or not second or first.casefold() == second.casefold():
        raise BadInput(_("A system is approved by two people."), hint=_("Name two."))
    return _enter(system, (first, second), at_once=False)


def _enter(system: System, approved_by: tuple[str, str], *, at_once: bool) -> RegisteredSystem:
    now = clock.now()
    with transaction.atomic():
        try:
            with transaction.atomic():
                row = RegisteredSystem.objects.create(
                    name=system.name,
                    fingerprint=system.fingerprint,
                    purpose=BY_SLUG[system.purpose].number,
                    owner=system.owner,
                    reads=system.reads,
                    version=system.version,
                    approved_by=list(approved_by),
                    announced_at=now,
                    active_from=now if at_once else now + NOTICE,
                )
        except IntegrityError:
            return RegisteredSystem.objects.get(name=system.name, fingerprint=system.fingerprint)
        public = {**asdict(system), "active_from": row.active_from.isoformat()}
        # Nothing can be taken out of the public log again, so it only commits to the names of people.
        row.entry = ledger.append("system", {"announced": now.isoformat(), "approved_by": list(approved_by)}, public)
        row.save(update_fields=["entry"])
        if not at_once:
            _announce(row)
    return row


def active(name: str, at: datetime) -> RegisteredSystem | None:
    """Return the row under which a system may ask at that moment, None when there is none."""
    rows = RegisteredSystem.objects.filter(name=name, active_from__lte=at).order_by("-active_from", "-pk")
    row = rows.first()
    if row is None or (row.ended_at is not None and row.ended_at <= at):
        return None
    system = _declared.get(name)
    if system is not None and system.fingerprint != row.fingerprint:
        return None  # the code has changed, and its notice is not over
    return row


def systems() -> list[RegisteredSystem]:
    """Return the register, the latest first."""
    return list(RegisteredSystem.objects.order_by("name", "-announced_at", "-pk"))


def _announce(row: RegisteredSystem) -> None:
    day = row.active_from.date().isoformat()
    subject = _("A new system wants to use music here: %s") % row.name
    body = _(
        "%(name)s by %(owner)s, version %(version)s, will ask for permits from %(day)s on.\n\n"
        "What it reads: %(reads)s\n\nIt can only use tracks whose holders all said yes to its purpose. "
        "You may change your answers at any time."
    ) % {"name": row.name, "owner": row.owner, "version": row.version, "day": day, "reads": row.reads}
    for address in accounts.creator_addresses():
        mail.post(address, subject, body, key=f"system:{row.pk}:{address}")
