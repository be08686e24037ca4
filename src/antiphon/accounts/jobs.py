"""What accounts do by the clock."""

from antiphon.accounts import service
from antiphon.jobs.service import every, job


@job("accounts.end_due")
def end_due() -> None:
    """Delete accounts whose days of grace are over."""
    service.end_due()


@job("accounts.forget_addresses")
def forget_addresses() -> None:
    """Blank the network addresses of sessions that have been quiet for long enough."""
    service.forget_addresses()


every("accounts.end_due", 3600)
every("accounts.forget_addresses", 6 * 3600)
