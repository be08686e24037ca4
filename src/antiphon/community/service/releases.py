"""Telling followers of a new track: not by whoever publishes it, but by a job, a thousand at a time.

A track is a release when it is public and came out within the last two days: by a press, at the moment it was
scheduled for, or when it became playable. Its row says how far its followers were told, and moves on in the transaction
that tells them, so that a job that is killed tells nobody twice.
"""

from datetime import timedelta

from django.db import transaction

from antiphon.accounts import service as accounts
from antiphon.catalogue import service as catalogue
from antiphon.community.models import Follow, Mute, Notice, NoticeChoice, Release
from antiphon.community.service.notices import DEFAULTS, Kind, Mail
from antiphon.jobs import service as jobs
from antiphon.kernel import clock

TELL = "community.tell_release"
BATCH = 1000
_FRESH = timedelta(days=2)


def find() -> int:
    """Write down the tracks that came out, and queue what tells of them; return how many are new."""
    fresh = catalogue.listenable(None).filter(published_at__gt=clock.now() - _FRESH)
    known = set(Release.objects.filter(track__in=fresh.values("pk")).values_list("track_id", flat=True))
    new = [track_id for track_id in fresh.values_list("pk", flat=True) if track_id not in known]
    for track_id in new:
        with transaction.atomic():
            if Release.objects.get_or_create(track_id=track_id)[1]:
                _queue(track_id)
    return len(new)


def tell(track_id: int) -> None:
    """Tell the next batch of followers, and queue the one after. What is no longer public tells nobody more."""
    with transaction.atomic():
        release = Release.objects.select_for_update().filter(track_id=track_id, ended_at=None).first()
        if release is None:
            return
        track = catalogue.listenable(None).filter(pk=track_id).first()
        follows = _next(track, release.told_until) if track else []
        if track is None or not follows:
            release.ended_at = clock.now()
        else:
            _write(track, [user_id for _pk, user_id in follows])
            release.told_until = follows[-1][0]
            _queue(track_id)
        release.save(update_fields=["told_until", "ended_at"])


def _next(track: catalogue.Track, told_until: int) -> list[tuple[int, int]]:
    """Who followed before it came out: whoever comes later finds it on the profile."""
    rows = Follow.objects.filter(profile_id=track.profile_id, pk__gt=told_until, at__lte=track.published_at)
    return list(rows.order_by("pk").values_list("pk", "user_id")[:BATCH])


def _write(track: catalogue.Track, user_ids: list[int]) -> None:
    muted = set(
        Mute.objects.filter(profile_id=track.profile_id, user_id__in=user_ids).values_list("user_id", flat=True)
    )
    chosen = {
        row.user_id: row.in_app or row.mail != Mail.NEVER
        for row in NoticeChoice.objects.filter(user_id__in=user_ids, kind=Kind.RELEASE)
    }
    unmoved = DEFAULTS[Kind.RELEASE][0] or DEFAULTS[Kind.RELEASE][1] != Mail.NEVER
    apart = accounts.blocked_ids(track.profile.owner)
    Notice.objects.bulk_create(
        Notice(
            user_id=user_id, kind=Kind.RELEASE, by=track.profile, track_id=track.pk, address=track.get_absolute_url()
        )
        for user_id in user_ids
        if user_id not in muted and user_id not in apart and chosen.get(user_id, unmoved)
    )  # fmt: skip


def _queue(track_id: int) -> None:
    jobs.enqueue(TELL, subject=f"release:{track_id}", key=f"{TELL}:{track_id}", track_id=track_id)
