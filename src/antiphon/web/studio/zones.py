"""Moments as a person writes them: a day, a time of day, and the zone of their clock."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils import timezone
from django.utils.translation import gettext as _

from antiphon.kernel.errors import BadInput


def zone_named(name: str) -> ZoneInfo:
    """Return the zone of this IANA name, or the person's own when there is none such."""
    try:
        return ZoneInfo(name or timezone.get_current_timezone_name())
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: "Europe" is a folder of the zone files
        return ZoneInfo(timezone.get_current_timezone_name())


def instant(day: date, clock_time: time, zone: ZoneInfo) -> datetime:
    """Return the moment at which the clocks of a zone show this.

    Raises `BadInput` for an hour that the clocks skip in spring; of an hour that comes twice, it means the first.
    """
    local = datetime.combine(day, clock_time, zone)
    moment = local.astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) != local.replace(tzinfo=None):
        words = _("On that day the clocks in %(zone)s skip this hour. Choose another.") % {"zone": zone.key}
        raise BadInput(words, fields={"time": words})
    return moment
