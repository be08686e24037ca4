"""To whom tracks are open at this moment: a few columns of many, for rooms that count what was done with them."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from antiphon.catalogue.models import Sharing, Track
from antiphon.kernel import clock


class Open(StrEnum):
    """Who may hear a track now."""

    EVERYBODY = "everybody"
    WITH_LINK = "with-link"
    OWNER = "owner"
    NOBODY = "nobody"  # withdrawn


@dataclass(frozen=True)
class Standing:
    owner_id: int
    open_to: Open


def standing_of(track_ids: Iterable[int]) -> dict[int, Standing]:
    """Return to whom each of these tracks is open; those that are not there are left out. One query."""
    columns = ("pk", "profile__owner_id", "state", "sharing", "playable", "held", "hidden_at", "profile__hidden_at")
    rows = Track.objects.filter(pk__in=list(track_ids)).values_list(*columns, "published_at")
    now = clock.now()
    found = {}
    for pk, owner, state, sharing, playable, held, hidden, profile_hidden, published in rows:
        out = state == Track.State.PUBLISHED and playable and not held and published is not None and published <= now
        open_to = Open.OWNER
        if state == Track.State.WITHDRAWN:
            open_to = Open.NOBODY
        elif out and not hidden and not profile_hidden and sharing != Sharing.PRIVATE:
            open_to = Open.EVERYBODY if sharing == Sharing.PUBLIC else Open.WITH_LINK
        found[pk] = Standing(owner, open_to)
    return found
