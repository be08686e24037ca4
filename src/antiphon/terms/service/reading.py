"""What somebody has not read yet: the banner on every page, until they have opened what is told of a version."""

from datetime import datetime
from typing import NamedTuple

from django.core.cache import cache
from django.db.models import Exists, OuterRef

from antiphon.accounts import service as accounts
from antiphon.terms.models import Notice, Version
from antiphon.terms.service import versions

_KEY, _KEPT_S = "terms:newest", 60


class Newest(NamedTuple):
    """The version that was published last, of whichever document."""

    pk: int
    published_at: datetime


def newest() -> Newest | None:
    """Return what was published last, as every page asks: known for a minute, so that it costs no query."""
    kept: Newest | str | None = cache.get(_KEY)
    if kept is None:
        row = Version.objects.order_by("-published_at", "-pk").values_list("pk", "published_at").first()
        kept = Newest(*row) if row else ""
        cache.set(_KEY, kept, _KEPT_S)
    return kept if isinstance(kept, Newest) else None


def forget_newest() -> None:
    """Something was published: this process looks again now, others within a minute."""
    cache.delete(_KEY)


def unread(user: accounts.User) -> list[Version]:
    """Return the versions published since somebody came that they have not seen, the latest of each document. One
    query; what the log does not hold is nothing to tell."""
    seen = Notice.objects.filter(user=user, version=OuterRef("pk")).exclude(seen_at=None)
    rows = Version.objects.filter(published_at__gt=user.date_joined).exclude(Exists(seen))
    latest = {row.document: row for row in rows.order_by("published_at", "pk") if versions.is_entered(row)}
    return list(latest.values())
