"""The states in which a creator sees a track, as one word and as a filter."""

from django.db.models import OuterRef, Q, QuerySet, Subquery

from antiphon.catalogue.models import Recording, Track
from antiphon.kernel import clock

STATES = ("draft", "published", "scheduled", "comparing", "held", "processing", "failed", "withdrawn")
_HELD = {Track.Held.MATCHING: "comparing", Track.Held.HELD: "held"}


def with_latest(rows: QuerySet[Track]) -> QuerySet[Track]:
    """Annotate `latest_state` and `latest_id`: the newest recording's, which may not be the one that is heard yet."""
    latest = Recording.objects.filter(track=OuterRef("pk")).order_by("-pk")
    return rows.annotate(latest_state=Subquery(latest.values("state")[:1]), latest_id=Subquery(latest.values("pk")[:1]))


def state_of(track: Track) -> str:
    """Return one of `STATES` for a row from `with_latest`, or for any track."""
    if track.state == Track.State.WITHDRAWN:
        return "withdrawn"
    latest = getattr(track, "latest_state", track.recording.state if track.recording else None)
    if not track.playable:
        return "failed" if latest == Recording.State.FAILED else "processing"
    if track.state == Track.State.DRAFT:
        return "draft"
    if track.held:
        return _HELD[Track.Held(track.held)]
    assert track.published_at is not None  # noqa: S101  (set with the state, in one update)
    return "scheduled" if track.published_at > clock.now() else "published"


def in_state(rows: QuerySet[Track], state: str) -> QuerySet[Track]:
    """Keep the tracks of one state; all but the withdrawn for an empty or unknown word. Rows come `with_latest`."""
    return with_latest(rows).filter(condition(state))


def condition(state: str) -> Q:
    """Return what holds for the tracks of one state, over rows from `with_latest`; see `in_state`."""
    now = clock.now()
    alive = ~Q(state=Track.State.WITHDRAWN)
    ready = Q(state=Track.State.PUBLISHED, playable=True)
    wanted = {
        "draft": alive & Q(state=Track.State.DRAFT, playable=True),
        "published": ready & Q(held=Track.Held.FREE, published_at__lte=now),
        "scheduled": ready & Q(held=Track.Held.FREE, published_at__gt=now),
        "comparing": ready & Q(held=Track.Held.MATCHING),
        "held": ready & Q(held=Track.Held.HELD),
        "processing": alive & Q(playable=False) & ~Q(latest_state=Recording.State.FAILED),
        "failed": alive & Q(latest_state=Recording.State.FAILED),
        "withdrawn": Q(state=Track.State.WITHDRAWN),
    }
    return wanted.get(state, alive)
