"""Comments as they are read: a page of threads, one thread whole, and the marks that stand on the waveform.

A page costs two queries, whose shapes are compiled once: the threads, and the first answers in them.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, NamedTuple

from django.db.models import BigAutoField, BigIntegerField, Exists, OuterRef, Q, QuerySet

from antiphon.accounts import service as accounts
from antiphon.catalogue import service as catalogue
from antiphon.community.core import writing
from antiphon.community.core.threads import Fate, fate_of
from antiphon.community.models import Comment, Mute
from antiphon.community.models.comments import NOWHERE
from antiphon.community.service import comments
from antiphon.storage.prepared import Prepared, Slot

Order = Literal["newest", "time"]
Viewer = accounts.User | None
PER_PAGE = 20
FIRST_ANSWERS = 5  # of a thread on a page of many
MOST_MARKS = 2000
MARK_CHARACTERS = 120
_LAST = 2**62


class Cursor(NamedTuple):
    """Where the next page begins: behind this place and comment."""

    place_ms: int
    comment_id: int


class Row(NamedTuple):
    """A comment as it is stored, with whose it is."""

    pk: int
    parent_id: int | None
    replies: int
    place_ms: int
    words: str
    mentions: list[str]
    links_work: bool
    state: str
    hidden_because: str
    created_at: datetime
    edited_at: datetime | None
    profile_id: int | None
    slug: str | None
    face: str | None
    picture_key: str | None
    owner_id: int | None
    profile_hidden_at: datetime | None
    of_track: int | None
    is_muted: bool


_COLUMNS = (
    "pk", "parent_id", "replies", "place_ms", "words", "mentions", "links_work", "state", "hidden_because",
    "created_at", "edited_at", "profile_id", "profile__slug", "profile__name", "profile__picture_key",
    "profile__owner_id", "profile__hidden_at", "track__tally__comments", "is_muted",
)  # fmt: skip


@dataclass(frozen=True)
class Said:
    """A comment as one viewer gets it; a trace of one has no words, and `state` says who took it away."""

    row: Row
    is_trace: bool
    is_own: bool

    @property
    def at_ms(self) -> int | None:
        return None if self.row.place_ms == NOWHERE else self.row.place_ms

    @property
    def is_shown(self) -> bool:
        return self.row.state == Comment.State.SHOWN and not self.is_trace

    @property
    def may_edit(self) -> bool:
        return self.is_own and self.is_shown and comments.may_edit(self.row.created_at)


@dataclass(frozen=True)
class Thread:
    """A comment and answers to it, in the order they came; `more` of them are not here."""

    said: Said
    answers: list[Said]
    more: int


@dataclass(frozen=True)
class Page:
    threads: list[Thread]
    count: int  # comments and answers that the track has in all
    next: Cursor | None


class Mark(NamedTuple):
    """A comment as it stands on the waveform."""

    comment_id: int
    at_ms: int
    who: str
    words: str


def page(
    track: catalogue.Track, viewer: Viewer, order: Order = "newest", after: Cursor | None = None, limit: int = PER_PAGE
) -> Page:
    """Return a page of threads: the latest first, or in the order of their places. Nothing where comments are off."""
    if not track.commentable:
        return Page([], 0, None)
    start = after or Cursor(-1, _LAST if order == "newest" else 0)
    if limit == PER_PAGE:
        asked = {"track": track.pk, "last": start.comment_id, "viewer": _reader(viewer)}
        rows = _newest(**asked) if order == "newest" else _by_place(**asked, place=start.place_ms)
    else:
        rows = list(_roots(order, track.pk, start.comment_id, start.place_ms, _reader(viewer))[: limit + 1])
    found = [Row(*row) for row in rows]
    end = Cursor(found[limit - 1].place_ms, found[limit - 1].pk) if len(found) > limit else None
    found = found[:limit]
    answers = _answers_of([row.pk for row in found if row.replies], viewer)
    return Page(_threads(viewer, found, answers), _count(found), end)


def thread(track: catalogue.Track, viewer: Viewer, comment_id: int) -> Page:
    """Return the whole thread that a comment is in, as a page of one; an empty page when it is not there."""
    if not track.commentable:
        return Page([], 0, None)
    asked = Comment.objects.filter(pk=comment_id, track=track).values_list("parent_id", flat=True).first()
    root_id = asked or comment_id
    rows = Comment.objects.filter(Q(pk=root_id) | Q(parent_id=root_id), track=track).order_by("number", "pk")
    found = [Row(*row) for row in _columns(rows, _reader(viewer))[: comments.MOST_REPLIES + 1]]
    roots = [row for row in found if row.parent_id is None]
    answers = [row for row in found if row.parent_id is not None]
    whole = [Thread(one.said, one.answers, 0) for one in _threads(viewer, roots, answers)]
    return Page(whole, _count(found), None)


def marks(track: catalogue.Track, viewer: Viewer) -> list[Mark]:
    """Return what stands on the waveform, in order: comments that have a place. One query, and one for blocks."""
    if not track.commentable:
        return []
    blocked = accounts.blocked_ids(viewer)
    rows = _marks(track=track.pk, viewer=_reader(viewer))
    return [
        Mark(pk, place_ms, face, writing.beginning(words, MARK_CHARACTERS))
        for pk, place_ms, face, words, owner_id in rows
        if owner_id not in blocked
    ]


def own(user: accounts.User, comment_id: int) -> Comment | None:
    """Return one's own comment while it can be edited; 0 is nobody's."""
    if not comment_id:
        return None
    row = Comment.objects.filter(pk=comment_id, profile__owner=user, state=Comment.State.SHOWN).first()
    return row if row is not None and comments.may_edit(row.created_at) else None


def track_of(comment_id: int) -> int | None:
    """Return the track that a comment is about; None when there is no such comment."""
    return Comment.objects.filter(pk=comment_id).values_list("track_id", flat=True).first()


def _reader(viewer: Viewer) -> int:
    """Return by whose mutes comments are looked at; nobody's is 0."""
    return viewer.pk if viewer is not None else 0


def _muted_by(viewer: Any) -> Exists:
    return Exists(Mute.objects.filter(user_id=viewer, profile_id=OuterRef("profile_id")))


def _columns(rows: "QuerySet[Comment, Any]", viewer: Any) -> "QuerySet[Comment, Any]":
    return rows.annotate(is_muted=_muted_by(viewer)).values_list(*_COLUMNS)


def _roots(order: Order, track: Any, last: Any, place: Any, viewer: Any) -> "QuerySet[Comment, Any]":
    # What is gone comes along where others have answered it, or where whoever wrote it and moderators may see it.
    seen = Q(state__in=[Comment.State.SHOWN, Comment.State.HIDDEN, Comment.State.REMOVED]) | Q(replies__gt=0)
    rows = Comment.objects.filter(seen, track_id=track, parent=None)
    if order == "newest":
        rows = rows.filter(pk__lt=last).order_by("-pk")
    else:
        # By place, and at one place by age: beginning behind the last of the page before.
        rows = rows.filter(Q(place_ms__gt=place) | Q(place_ms=place, pk__gt=last)).order_by("place_ms", "pk")
    return _columns(rows, viewer)


_track, _last, _viewer = (Slot(name, BigAutoField()) for name in ("track", "last", "viewer"))
_newest = Prepared(lambda: _roots("newest", _track, _last, None, _viewer)[: PER_PAGE + 1])
_by_place = Prepared(lambda: _roots("time", _track, _last, Slot("place", BigIntegerField()), _viewer)[: PER_PAGE + 1])
_marks = Prepared(
    lambda: (
        Comment.objects.filter(
            ~_muted_by(_viewer),
            track_id=_track,
            parent=None,
            state=Comment.State.SHOWN,
            place_ms__lt=NOWHERE,
            profile__hidden_at=None,
        )
        .order_by("place_ms", "pk")
        .values_list("pk", "place_ms", "profile__name", "words", "profile__owner_id")[:MOST_MARKS]
    )
)


def _of_roots() -> "QuerySet[Comment, Any]":
    one = Q()
    for number in range(PER_PAGE):
        one |= Q(parent_id=Slot(f"root_{number}", BigAutoField()))
    rows = Comment.objects.filter(one, state=Comment.State.SHOWN, number__lte=FIRST_ANSWERS)
    return _columns(rows.order_by("parent_id", "number"), _viewer)


_few_answers = Prepared(_of_roots)


def _answers_of(roots: list[int], viewer: Viewer) -> list[Row]:
    """Return the first answers to these. One query for each twenty, none where nobody has answered."""
    found: list[Row] = []
    for start in range(0, len(roots), PER_PAGE):
        some = roots[start : start + PER_PAGE]
        some += [0] * (PER_PAGE - len(some))
        asked = {f"root_{n}": pk for n, pk in enumerate(some)}
        found += [Row(*row) for row in _few_answers(**asked, viewer=_reader(viewer))]
    return found


def _count(rows: list[Row]) -> int:
    return (rows[0].of_track or 0) if rows else 0


def _threads(viewer: Viewer, roots: list[Row], answers: list[Row]) -> list[Thread]:
    blocked, is_moderator = accounts.blocked_ids(viewer), accounts.is_moderator(viewer)

    def said(row: Row) -> Said | None:
        is_own = viewer is not None and row.owner_id == viewer.pk
        fate = fate_of(
            row.state, answered=row.replies > 0, is_own=is_own, is_moderator=is_moderator,
            is_left_out=row.owner_id in blocked or row.is_muted, is_faceless=row.profile_hidden_at is not None,
        )  # fmt: skip
        return None if fate == Fate.NOTHING else Said(row, fate == Fate.TRACE, is_own)

    below: dict[int, list[Said]] = {}
    # Answers that this viewer does not get are no more to come either.
    here = Counter(row.parent_id for row in answers if row.state == Comment.State.SHOWN)
    for row in answers:
        if (one := said(row)) is not None:
            below.setdefault(row.parent_id or 0, []).append(one)
    out = []
    for row in roots:
        one, its, more = said(row), below.get(row.pk, []), max(0, row.replies - here[row.pk])
        if one is not None and not (one.is_trace and not its and not more):
            out.append(Thread(one, its, more))
    return out
