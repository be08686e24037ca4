"""Pinned tracks: what a creator puts at the head of their page, in an order of their own."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import BigAutoField, DateTimeField
from django.utils.translation import gettext as _

from antiphon.accounts import service as accounts
from antiphon.catalogue.models import PinnedTrack, Track
from antiphon.catalogue.service import addresses
from antiphon.catalogue.service.access import Viewer, public_tracks
from antiphon.kernel import clock
from antiphon.kernel.errors import BadInput, NotFound
from antiphon.storage.prepared import Prepared, Slot

MOST_PINS = 5


def pinned_on(profile: accounts.Profile, viewer: Viewer) -> list[Track]:
    """Return what a profile has pinned and this viewer may hear, in order. One query."""
    blocked = accounts.blocked_ids(viewer)
    pinned = _pinned(profile=profile.pk, now=clock.now())
    return [track for track in pinned if track.profile.owner_id not in blocked]


_pinned = Prepared(
    lambda: (
        public_tracks(Slot("now", DateTimeField()))
        .filter(pins__profile_id=Slot("profile", BigAutoField()))
        .order_by("pins__position")
    )
)


def pins_of(user: accounts.User, profile_id: int) -> list[Track]:
    """Return what one has pinned on one's own profile, in order and in whatever state it is. Raises `NotFound`."""
    accounts.profile_for(user, profile_id)
    pins = PinnedTrack.objects.filter(profile_id=profile_id).select_related("track__profile", "track__recording")
    return [pin.track for pin in pins]


def pin_tracks(user: accounts.User, profile_id: int, track_ids: Iterable[int]) -> None:
    """Pin exactly these tracks, in this order. Raises `NotFound` for what is not this profile's, `BadInput` past five.

    A track that is not out yet may be pinned; it shows once it is.
    """
    wanted = list(dict.fromkeys(track_ids))
    accounts.profile_for(user, profile_id)
    if len(wanted) > MOST_PINS:
        raise BadInput(_("At most %d tracks can be pinned.") % MOST_PINS, hint=_("Take one off first."))
    with transaction.atomic():
        addresses.lock_profile(profile_id)
        if Track.objects.filter(pk__in=wanted, profile_id=profile_id).count() != len(wanted):
            raise NotFound(_("One of these tracks is not there any more."), hint=_("Reload the page and try again."))
        PinnedTrack.objects.filter(profile_id=profile_id).delete()
        PinnedTrack.objects.bulk_create(
            PinnedTrack(profile_id=profile_id, track_id=pk, position=position) for position, pk in enumerate(wanted)
        )


def pinnable(user: accounts.User, profile_id: int, limit: int = 200) -> list[Track]:
    """Return the tracks that one could pin besides those that are: not withdrawn, the latest first."""
    accounts.profile_for(user, profile_id)
    rows = Track.objects.filter(profile_id=profile_id).exclude(state=Track.State.WITHDRAWN)
    pinned = PinnedTrack.objects.filter(profile_id=profile_id).values("track_id")
    return list(rows.exclude(pk__in=pinned).only("pk", "title").order_by("-pk")[:limit])
