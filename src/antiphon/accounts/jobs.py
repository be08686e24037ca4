"""What accounts do by the clock, and what takes longer than a page may."""

from antiphon.accounts import service
from antiphon.accounts.service import parcels
from antiphon.jobs.service import JobContext, every, job


@job("accounts.end_due")
def end_due() -> None:
    """Delete accounts whose days of grace are over."""
    service.end_due()


@job("accounts.forget_addresses")
def forget_addresses() -> None:
    """Blank the network addresses of sessions that have been quiet for long enough."""
    service.forget_addresses()


def _gave_up(parcel_id: int, reason: str) -> None:
    parcels.gave_up(parcel_id, reason)


@job("accounts.pack", attempts=4, lease_s=120, when_dead=_gave_up)
def pack(parcel_id: int, ctx: JobContext) -> None:
    """Pack everything that somebody has here into one file."""
    parcels.pack(parcel_id, ctx)


@job("accounts.clear_parcels")
def clear_parcels() -> None:
    """Delete parcels whose days are over, and what killed runs left of others."""
    parcels.clear_away()


every("accounts.end_due", 3600)
every("accounts.clear_parcels", 3600)
every("accounts.forget_addresses", 6 * 3600)
