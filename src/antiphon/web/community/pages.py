"""Lists of one's own: the feed, what one likes, whom one follows."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from antiphon.community.service import feed as feeds
from antiphon.community.service import shelves
from antiphon.web.accounts.member import member
from antiphon.web.listen import cursors


@login_required
@require_safe
@never_cache
def feed(request: HttpRequest) -> HttpResponse:
    """What those whom one follows have published and reposted, in the order of time."""
    user = member(request)
    before = cursors.read(request.GET.get("before", ""))
    page = feeds.feed_of(user, before)
    empty = not page.entries and before is None and page.next is None
    shown = {
        "entries": page.entries,
        "more": cursors.write(page.next),
        "follows_somebody": page.follows_somebody,
        "proposed": feeds.worth_following(user) if empty else [],
    }
    return render(request, "community/feed.html", shown)


@login_required
@require_safe
@never_cache
def likes(request: HttpRequest) -> HttpResponse:
    """The tracks one likes, or with `of=sets` the sets. Nobody else sees this list."""
    user, of_sets = member(request), request.GET.get("of") == "sets"
    before = cursors.read(request.GET.get("before", ""))
    if of_sets:
        sets, end = shelves.liked_sets(user, before)
        shown = {"sets": sets, "of_sets": True, "more": cursors.write(end)}
    else:
        page = shelves.likes_of(user, before)
        shown = {"tracks": page.tracks, "of_sets": False, "more": cursors.write(page.next)}
    return render(request, "community/likes.html", shown)


@login_required
@require_safe
@never_cache
def following(request: HttpRequest) -> HttpResponse:
    """Whom one follows, and whom one muted."""
    user = member(request)
    before = cursors.read(request.GET.get("before", ""))
    follows, end = shelves.follows_of(user, before)
    muted = shelves.mutes_of(user) if before is None else []
    muted_ids = {profile.pk for profile in muted}
    lines = [
        (row.profile, shelves.ProfileTies(followed=True, muted=row.profile_id in muted_ids)) for row in follows
    ]  # fmt: skip
    followed_ids = {row.profile_id for row in follows}
    quiet = [(one, shelves.ProfileTies(muted=True)) for one in muted if one.pk not in followed_ids]
    shown = {"lines": lines, "quiet": quiet, "more": cursors.write(end), "later": before is not None}
    return render(request, "community/following.html", shown)
