"""Cases to read: one's own by side, the moderators' queue, and one case with all that was said in it."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from antiphon.accounts import service as accounts
from antiphon.cases import registry
from antiphon.cases.core import clocks, course
from antiphon.cases.core.course import FOR_MODERATORS, Act, Side, Stage
from antiphon.cases.models import CaseEntry, CaseFile
from antiphon.cases.service import judging
from antiphon.cases.service.acting import case_id, side_of
from antiphon.cases.service.standings import standing_of
from antiphon.kernel import clock
from antiphon.kernel.errors import NotFound

A_PAGE = 50
_WAITING = [stage.value for stage in FOR_MODERATORS]
_ENDED = (Stage.DECIDED.value, Stage.CLOSED.value)
# What stands between moderators alone.
_INSIDE = (Act.NOTE.value,)


@dataclass(frozen=True)
class Shown:
    """A case as a list shows it to somebody on one side, or to a moderator."""

    file: CaseFile
    side: Side
    name: str
    label: str
    until: datetime | None  # when the side that it waits for runs out of time
    is_their_turn: bool


@dataclass(frozen=True)
class Read:
    """A case with its history, and what whoever reads it may do."""

    file: CaseFile
    side: Side
    name: str
    label: str
    entries: Sequence[CaseEntry]
    acts: frozenset[Act]
    until: datetime | None
    must_leave: str = ""  # why this moderator may not decide


def mine(user: accounts.User, *, limit: int = 100, skip: int = 0) -> list[Shown]:
    """Return somebody's cases, those that wait for them first, the latest first. Few queries, however many."""
    rows = CaseFile.objects.filter(Q(holder=user) | Q(uploader=user, uploader_told_at__isnull=False))
    files = list(rows.order_by("-opened_at", "-pk")[skip : skip + limit])
    shown = [_shown(file, side_of(user, file) or Side.HOLDER) for file in files]
    return sorted(_named(shown), key=lambda one: not one.is_their_turn)


def waiting_for(user: accounts.User) -> int:
    """Return how many cases wait for somebody's word."""
    rows = Q(uploader=user, stage=Stage.ANSWER.value) | Q(holder=user, stage=Stage.REPLY.value)
    return CaseFile.objects.filter(rows).count()


def read(user: accounts.User, uid: str) -> Read:
    """Return a case to somebody who has a side in it. Raises `NotFound`, also while a moderator looks at it first."""
    pk = case_id(user, uid)
    file = CaseFile.objects.filter(pk=pk).filter(Q(holder=user) | Q(uploader_told_at__isnull=False)).first()
    side = side_of(user, file) if file is not None else None
    if file is None or side is None:
        raise NotFound(_("There is no such case of yours."))
    entries = file.entries.exclude(act__in=_INSIDE).order_by("pk")
    return _read(file, side, list(entries))


def queue(moderator: accounts.User, shown: str = "open", *, kind: str = "", skip: int = 0) -> list[Shown]:
    """Return a page of cases: those to decide, the longest waiting first; decided ones the latest first.

    At most `A_PAGE` + 1, by which a page knows that there is another.
    """
    judging.check(moderator)
    rows = _queue(CaseFile.objects.select_related("claimed_by", "decided_by"), shown, moderator)
    if kind:
        rows = rows.filter(kind=kind)
    return _named([_shown(file, Side.MODERATOR) for file in rows[skip : skip + A_PAGE + 1]])


def counts(moderator: accounts.User) -> dict[str, int]:
    """Return how many cases wait for a moderator, for this one, and as appeals: one query."""
    found = Counter[str]()
    for stage, claimed_by in CaseFile.objects.filter(stage__in=_WAITING).values_list("stage", "claimed_by_id"):
        found["appealed" if stage == Stage.APPEALED.value else "open"] += 1
        found["mine"] += claimed_by == moderator.pk
    return {name: found[name] for name in ("open", "mine", "appealed")}


def judged(moderator: accounts.User, file_id: int) -> Read:
    """Return a case to a moderator, with the notes among them. Raises `NotFound`."""
    judging.check(moderator)
    rows = CaseFile.objects.select_related("claimed_by", "decided_by", "uploader", "holder")
    file = rows.filter(pk=file_id).first()
    if file is None:
        raise NotFound(_("There is no such case."))
    found = _read(file, Side.MODERATOR, list(file.entries.order_by("pk")))
    return replace(found, must_leave=judging.why_not(moderator, file))


def next_open(moderator: accounts.User, after: int) -> CaseFile | None:
    """Return the next case that nobody else is at, for whoever has decided one."""
    rows = _queue(CaseFile.objects.all(), "open", moderator).exclude(pk=after)
    return rows.filter(judging.free(moderator, clock.now())).first()


def of_subjects(kind: str, subject_ids: Iterable[int]) -> "QuerySet[CaseFile]":
    """Return the cases of one kind about these things."""
    return CaseFile.objects.filter(kind=kind, subject_id__in=list(subject_ids))


def by_ids(file_ids: Iterable[int]) -> dict[int, CaseFile]:
    """Return cases by their numbers: one query."""
    return CaseFile.objects.in_bulk(list(file_ids))


def latest_entries(user: accounts.User, file_ids: Iterable[int], *, limit: int = 200) -> list[tuple[Shown, CaseEntry]]:
    """Return what was done in those of these cases in which somebody has a side, the latest first. Few queries."""
    rows = CaseEntry.objects.filter(file__in=list(file_ids)).exclude(act__in=_INSIDE)
    seen = Q(file__holder=user) | Q(file__uploader=user, file__uploader_told_at__isnull=False)
    entries = list(rows.filter(seen).select_related("file").order_by("-pk")[:limit])
    files = {entry.file_id: entry.file for entry in entries}
    shown = _named([_shown(file, side_of(user, file) or Side.HOLDER) for file in files.values()])
    named = {one.file.pk: one for one in shown}
    return [(named[entry.file_id], entry) for entry in entries]


def last_answer(file_id: int) -> CaseEntry | None:
    """Return what an uploader answered last, None for nothing yet."""
    return CaseEntry.objects.filter(file=file_id, act__in=(Act.ANSWER.value, Act.AGREE.value)).order_by("-pk").first()


def abuses_of(user_id: int, kind: str, since: datetime) -> int:
    """Return how often somebody was found to have said something in bad faith, where that stands."""
    decided = CaseEntry.objects.filter(
        file__holder_id=user_id, file__kind=kind, file__outcome=course.Outcome.FREE.value, act=Act.DECIDE.value,
        at__gte=since, told__abuse=True,
    )  # fmt: skip
    return decided.count()


def _queue(rows: "QuerySet[CaseFile]", shown: str, moderator: accounts.User) -> "QuerySet[CaseFile]":
    if shown == "decided":
        return rows.filter(stage__in=_ENDED).exclude(decided_by=None).order_by("-since", "-pk")
    if shown == "mine":
        rows = rows.filter(stage__in=_WAITING, claimed_by=moderator)
    elif shown == "appealed":
        rows = rows.filter(stage=Stage.APPEALED.value)
    else:
        rows = rows.filter(stage__in=(Stage.SCREEN.value, Stage.JUDGE.value))
    return rows.order_by("since", "pk")


def is_turn_of(read: Read) -> bool:
    """Tell whether a case waits for whoever reads it."""
    return _is_turn(read.file, read.side)


def _is_turn(file: CaseFile, side: Side) -> bool:
    return {Stage.ANSWER.value: Side.UPLOADER, Stage.REPLY.value: Side.HOLDER}.get(file.stage) is side


def _shown(file: CaseFile, side: Side) -> Shown:
    kind = registry.kind_of(file)
    until = clocks.ends_at(kind.course, standing_of(file))
    return Shown(file, side, "", str(kind.label), until, _is_turn(file, side))


def _named(shown: Sequence[Shown]) -> list[Shown]:
    """Add the names, asked of each kind once for each side."""
    names: dict[int, str] = {}
    for kind, side in sorted({(one.file.kind, one.side) for one in shown}):
        about = [registry.about(one.file) for one in shown if (one.file.kind, one.side) == (kind, side)]
        names |= registry.kinds()[kind].names(about, side)
    return [replace(one, name=names.get(one.file.pk) or _("a recording")) for one in shown]


def _read(file: CaseFile, side: Side, entries: list[CaseEntry]) -> Read:
    kind, standing = registry.kind_of(file), standing_of(file)
    name = kind.names([registry.about(file)], side).get(file.pk) or _("a recording")
    until = clocks.ends_at(kind.course, standing)
    return Read(file, side, name, str(kind.label), entries, course.acts_of(standing, side), until)
