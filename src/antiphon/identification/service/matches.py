"""What recordings sound like: reading, resolving, and what follows for the upload and for the gate."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q, Value
from django.utils.translation import gettext as _

from antiphon.catalogue import service as catalogue
from antiphon.consent import service as consent
from antiphon.identification.models import Comparison, Match
from antiphon.kernel.errors import BadInput, Conflict, NotFound
from antiphon.ledger import service as ledger

ALL = 0xFFFF
_FREEING = (
    Match.Way.OWN, Match.Way.LICENSED, Match.Way.COVER, Match.Way.PUBLIC_DOMAIN, Match.Way.MISTAKE, Match.Way.AGREED,
    Match.Way.DECIDED_FREE,
)  # fmt: skip
_STANDS = Q(state=Match.State.OPEN) | Q(way__in=(Match.Way.REMOVED, Match.Way.DECIDED_AGAINST))
# Takes an upload's recording and its new matches that nobody has resolved; in the transaction that stores them.
WhenMatched = Callable[[int, list[Match]], None]
_listeners: list[WhenMatched] = []


def when_matched(listener: WhenMatched) -> None:
    """Name somebody who wants to hear of new matches; called by `site`, once each."""
    if listener not in _listeners:
        _listeners.append(listener)


def tell(new: Iterable[Match]) -> None:
    """Tell whoever listens, upload by upload."""
    of: dict[int, list[Match]] = {}
    for one in new:
        if one.state == Match.State.OPEN:
            of.setdefault(one.recording_id, []).append(one)
    for recording_id, rows in of.items():
        for listener in _listeners:
            listener(recording_id, rows)


def matches_of(recording_id: int) -> list[Match]:
    """Return what a recording sounds like, the most certain first, resolved ones last."""
    return list(Match.objects.filter(recording_id=recording_id).order_by("state", "-is_certain", "-score", "pk"))


def open_noes(recording_ids: Sequence[int]) -> Mapping[int, int | None]:
    """`consent.ports.Matches.noes_of`: two queries, one for what matches and one for what the others allow."""
    rows = Comparison.objects.filter(recording_id__in=recording_ids, state=Comparison.State.COMPARED)
    nobody = rows.order_by().values_list("recording_id", Value(0))
    standing = Match.objects.filter(_STANDS, recording_id__in=recording_ids)
    pairs = list(nobody.union(standing.order_by().values_list("recording_id", "other_id")))
    compared = {pk for pk, other in pairs if not other}
    others = {other for _pk, other in pairs if other}
    allowed = consent.allowed_masks(others) if others else {}
    noes: dict[int, int | None] = dict.fromkeys(compared, 0)
    for pk, other in pairs:
        before = noes.get(pk)
        if other and before is not None:
            noes[pk] = before | (ALL & ~allowed.get(other, 0))
    return noes


def held_of(recording_ids: Iterable[int]) -> dict[int, str]:
    """`catalogue.ports.Matcher.held_of`: who may be heard, who waits, and who is held. Two queries."""
    ids = list(recording_ids)
    states = dict(Comparison.objects.filter(recording_id__in=ids).values_list("recording_id", "state"))
    against = Match.objects.filter(_STANDS, recording_id__in=ids, is_certain=True)
    held = set(against.values_list("recording_id", flat=True))
    words: dict[str, str] = {Comparison.State.COMPARED: catalogue.FREE, Comparison.State.FAILED: catalogue.HELD}
    return {pk: catalogue.HELD if pk in held else words.get(states.get(pk, ""), catalogue.MATCHING) for pk in ids}


def why_of(recording_ids: Iterable[int]) -> dict[int, str]:
    """Return why recordings could not be compared, in the language of who reads it; those that were are left out."""
    rows = Comparison.objects.filter(recording_id__in=list(recording_ids), state=Comparison.State.FAILED)
    return {pk: _(words) for pk, words in rows.values_list("recording_id", "because")}


def answers_changed(recording_ids: list[int]) -> None:
    """Holders answered otherwise: the noes of the uploads that sound like their music are others now."""
    rows = Match.objects.filter(_STANDS, other_id__in=recording_ids)
    uploads = sorted(set(rows.values_list("recording_id", flat=True)))
    if uploads:
        consent.match_changed(uploads)


def changed(recording_ids: Iterable[int]) -> None:
    """What is known of matches has changed: let gate and catalogue know, in the caller's transaction."""
    ids = sorted(set(recording_ids))
    if ids:
        consent.match_changed(ids)
        catalogue.refresh_held(ids)


def note_case(match_ids: Iterable[int], case_id: int) -> None:
    """Write down which case file is about these matches."""
    Match.objects.filter(pk__in=list(match_ids)).update(case_id=case_id)


def resolve(match_ids: Iterable[int], *, by: int | None, way: str, because: str, at: datetime) -> list[Match]:
    """Resolve matches, with what follows for the uploads, and an entry in the log; return them. One transaction.

    by: the account of whoever decides; None for a rule. Resolving one the same way again changes nothing. Raises
    `BadInput` for a way that is none, `NotFound`, and `Conflict` for one that was resolved otherwise by a rule.
    """
    if way not in Match.Way.values:
        raise BadInput(_("A match is resolved in one of these ways: %s.") % ", ".join(Match.Way.values), subject=way)
    ids = sorted(set(match_ids))
    with transaction.atomic():
        consent.hold()
        rows = list(Match.objects.select_for_update().filter(pk__in=ids).order_by("pk"))
        if len(rows) != len(ids):
            raise NotFound(_("There is no such match."))
        if any(row.way == Match.Way.OWN and way != Match.Way.OWN for row in rows):
            raise Conflict(_("Both are one creator's music; there is nothing to decide."))
        other = [row for row in rows if (row.way, row.because) != (way, because[:500])]
        for row in other:
            row.state, row.way, row.because = Match.State.RESOLVED, way, because[:500]
            row.resolved_by, row.resolved_at = by, at
            row.save(update_fields=["state", "way", "because", "resolved_by", "resolved_at"])
        if other:
            private = {
                "matches": [[row.pk, row.recording_id, row.other_id] for row in other],
                "by": by, "because": because[:500],
            }  # fmt: skip
            ledger.append(
                "match", private, {"matches": len(other), "way": way, "by": "rule" if by is None else "person"}
            )
            changed(row.recording_id for row in other)
    return rows


def reopen(match_ids: Iterable[int]) -> None:
    """Open matches again, as an appeal asks: until it is decided, the no of the other holders counts."""
    with transaction.atomic():
        consent.hold()
        rows = Match.objects.filter(pk__in=list(match_ids)).exclude(way=Match.Way.OWN)
        uploads = set(rows.values_list("recording_id", flat=True))
        rows.update(state=Match.State.OPEN, way="", resolved_by=None, resolved_at=None, because="")
        changed(uploads)


def let_through(recording_id: int, *, by: int, because: str, at: datetime) -> None:
    """A moderator has listened to what could not be compared: it counts as compared, with the reason in the log.

    Raises `Conflict` for what waits or was compared.
    """
    with transaction.atomic():
        consent.hold()
        rows = Comparison.objects.filter(recording_id=recording_id, state=Comparison.State.FAILED)
        if not rows.update(state=Comparison.State.COMPARED, because=because[:500], since=at):
            raise Conflict(_("Nothing about this recording waits for a moderator."))
        private = {"recording": recording_id, "by": by, "because": because[:500]}
        ledger.append("match", private, {"matches": 0, "way": "let-through", "by": "person"})
        changed([recording_id])


def is_freeing(way: str) -> bool:
    """Tell whether a match that was resolved this way lets the upload go."""
    return way in _FREEING
