"""What somebody has here and not everybody may hear: it is looked for later, and only its owner and moderators hear.

Whoever asked was told "not known here" before this begins. It runs by the clock and over everything that was asked
meanwhile, so that nothing which an asker can see begins, ends or waits because of what is found.
"""

import logging
from typing import TYPE_CHECKING

from django.db import transaction

from antiphon.accounts import service as accounts
from antiphon.catalogue import service as catalogue
from antiphon.community.service import notices
from antiphon.identification.core.saying import Stretch
from antiphon.identification.lookup_models import Lookup
from antiphon.identification.service.registry import answering, counting, index
from antiphon.jobs.service import JobContext
from antiphon.kernel import clock

if TYPE_CHECKING:
    from antiphon.identification.engines.views import Masked

log = logging.getLogger(__name__)
_PART = 50


def tell_unreleased(ctx: JobContext) -> None:
    """Look for what was answered among the unreleased, tell owners, and forget the prints. May be killed anywhere."""
    view = index.unreleased()
    while ctx.heartbeat():
        rows = list(
            Lookup.objects.filter(prints__isnull=False).exclude(state=Lookup.State.WAITING).order_by("pk")[:_PART]
        )
        if not rows:
            return
        for row in rows:
            if not ctx.heartbeat():
                return
            look_further(row, view)


def look_further(row: Lookup, view: "Masked") -> None:
    """Look for one question among the unreleased; write down that it was done, and let its prints go."""
    found = answering.search(row, view)
    with transaction.atomic():
        held = Lookup.objects.select_for_update().filter(pk=row.pk, looked_further_at=None).first()
        if held is None:
            return
        _tell(held, found)
        held.looked_further_at, held.prints = clock.now(), None
        held.save(update_fields=["looked_further_at", "prints"])


def _tell(row: Lookup, found: list[Stretch]) -> None:
    """Tell the owner of each track, and the moderators. Nobody is told of what may be chance."""
    now = clock.now()
    titles = catalogue.titles_of([int(one.name) for one in found if one.is_certain])
    public = index.public_names()
    hidden = {pk: one for pk, one in titles.items() if str(pk) not in public}
    counting.count(row, hidden, day=now.date(), released=False)
    for pk, one in hidden.items():
        for user_id in {one.owner_id, *_moderators()}:
            notices.tell(
                user_id,
                notices.Kind.REGISTRY,
                address=f"/studio/asked?answer=by-sound&recording={pk}"
                if user_id == one.owner_id
                else "/operate/reports",
                track_id=one.track_id,
                # Once a track and day: whoever sends a hundred clips of a song is told of once.
                about_id=now.date().toordinal(),
            )


def _moderators() -> list[int]:
    rows = accounts.User.objects.filter(role_grants__role=accounts.Role.MODERATOR, is_active=True)
    return list(rows.values_list("pk", flat=True))
