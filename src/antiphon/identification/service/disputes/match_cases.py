"""Matches as cases: one file for an upload and whoever holds what it sounds like; what each side is told, and what
an end of it does. Fills `cases.ports.CaseKind`.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from antiphon.cases import service as cases
from antiphon.cases.core.course import RELEASING, Course, Outcome, Side, Stage
from antiphon.cases.ports import About
from antiphon.catalogue import service as catalogue
from antiphon.identification.models import Claim, Match
from antiphon.identification.service import matches
from antiphon.identification.service.disputes import offers
from antiphon.identification.service.disputes.stretches import clock_words

KIND = "match"
# Ways that the holder can confirm with a yes; any other is for a moderator.
ASKS_HOLDER = frozenset({Match.Way.LICENSED.value, Match.Way.AGREED.value})
ANSWERS = (
    Match.Way.OWN, Match.Way.LICENSED, Match.Way.COVER, Match.Way.PUBLIC_DOMAIN, Match.Way.MISTAKE,
)  # fmt: skip


def matched(recording_id: int, found: Sequence[Match], *, at: datetime) -> None:
    """Open a case for each holder of what an upload sounds like, or put new matches to the case that runs.

    In the transaction in which the matches are kept. What is only possible goes to a moderator at once, and the holder
    is not troubled with it.
    """
    titles = catalogue.titles_of({recording_id, *(one.other_id for one in found)})
    upload = titles.get(recording_id)
    if upload is None:
        return  # deleted while it was compared
    by_holder: dict[int, list[Match]] = {}
    for one in found:
        other = titles.get(one.other_id)
        if one.state == Match.State.OPEN and other is not None and other.owner_id != upload.owner_id:
            by_holder.setdefault(other.owner_id, []).append(one)
    for holder_id, rows in sorted(by_holder.items()):
        _put_to_case(recording_id, upload.owner_id, holder_id, rows, at)


def _put_to_case(recording_id: int, uploader_id: int, holder_id: int, rows: list[Match], at: datetime) -> None:
    claimed = _claims_of(recording_id, holder_id)
    for one in rows:
        if one.other_id in claimed:
            # Found because they claim it: it belongs to what the two are talking about already.
            Match.objects.filter(pk=one.pk).update(case_id=claimed[one.other_id])
    rows = [one for one in rows if one.other_id not in claimed]
    if not rows:
        return
    running = cases.of_subjects(KIND, [recording_id]).filter(holder_id=holder_id, closed_at=None).first()
    numbers = [one.pk for one in rows]
    if running is not None:
        Match.objects.filter(pk__in=numbers).update(case_id=running.pk)
        return
    cases.open_file(
        KIND, recording_id, uploader_id=uploader_id, holder_id=holder_id, at=at, told={"matches": numbers},
        stage=Stage.ANSWER if any(one.is_certain for one in rows) else Stage.JUDGE,
        link=lambda file_id: Match.objects.filter(pk__in=numbers).update(case_id=file_id),
    )  # fmt: skip


def _claims_of(recording_id: int, holder_id: int) -> dict[int, int]:
    """Return the running claim cases of a holder about a recording, by the reference that they name."""
    rows = Claim.objects.filter(claimant_id=holder_id, recording_id=recording_id).exclude(reference_id=None)
    files = cases.by_ids(row.case_id for row in rows if row.case_id)
    return {
        row.reference_id: row.case_id
        for row in rows
        if row.reference_id and row.case_id in files and files[row.case_id].closed_at is None
    }


class MatchCases:
    """`cases.ports.CaseKind`: an uploader may take as long as they like, since nobody else hears it meanwhile."""

    label = _lazy("match")
    course = Course(
        answer_within=None,
        reply_within=timedelta(days=10),
        answer_reminders=(timedelta(days=7), timedelta(days=12)),
        reply_reminders=(timedelta(days=7),),
    )

    def names(self, about: Sequence[About], side: Side) -> Mapping[int, str]:
        """A holder reads the name of their own song, never that of an upload which may be nobody's to know of."""
        if side is not Side.HOLDER:
            titles = catalogue.titles_of({one.subject_id for one in about})
            return {one.file_id: titles[one.subject_id].title for one in about if one.subject_id in titles}
        rows = Match.objects.filter(case_id__in=[one.file_id for one in about]).order_by("pk")
        others = dict(rows.values_list("case_id", "other_id"))
        titles = catalogue.titles_of(others.values())
        return {pk: titles[other].title for pk, other in others.items() if pk and other in titles}

    def opening(self, about: About, side: Side) -> str:
        row = Match.objects.filter(case_id=about.file_id).order_by("-is_certain", "pk").first()
        if row is None:
            return ""
        titles = catalogue.titles_of({row.recording_id, row.other_id})
        name = {"name": titles[row.recording_id].title if row.recording_id in titles else ""}
        if side is Side.HOLDER:
            name = {"name": titles[row.other_id].title if row.other_id in titles else ""}
        span = clock_words(row.at_ms, row.length_ms)
        if side is Side.HOLDER:
            return self._to_holder(row, name, clock_words(row.other_at_ms, row.other_length_ms))
        if not is_heard(about.subject_id):
            return _(
                "A stretch of your “%(name)s” (%(span)s) sounds like music that is here already. It is held until this "
                "is settled: only you hear it. On its page you see what matches, and can say why you may use it."
            ) % (name | {"span": span})
        if not row.is_certain:
            return _(
                "A stretch of your “%(name)s” (%(span)s) may sound like music that is here already. A moderator looks "
                "at it. Everybody can hear it meanwhile; only a yes to software waits."
            ) % (name | {"span": span})
        return _(
            "A stretch of your “%(name)s” (%(span)s) sounds like music that is here already. Everybody can hear it "
            "meanwhile; only a yes to software waits. On its page you see what matches, and can say why you may use it."
        ) % (name | {"span": span})

    def _to_holder(self, row: Match, name: dict[str, str], span: str) -> str:
        if not row.is_certain:
            return ""
        said = name | {"span": span}
        if is_heard(row.recording_id):
            return (
                _(
                    "A track here sounds like your song “%(name)s” (%(span)s of it). You can say yes, object, or leave "
                    "it to a moderator; you need not do anything."
                )
                % said
            )
        return (
            _(
                "An upload sounds like your song “%(name)s” (%(span)s of it): held until it is settled. Nobody else "
                "hears it. You can say yes, object, or leave it to a moderator; you need not do anything."
            )
            % said
        )

    def begun(self, about: About, *, at: datetime) -> None:
        """Nothing: the matches are there already."""

    def settled(self, about: About, outcome: Outcome, *, by: int | None, because: str, at: datetime) -> None:
        """Resolve the matches of a case, or resolve them anew after an appeal."""
        numbers = list(Match.objects.filter(case_id=about.file_id).values_list("pk", flat=True))
        said = cases.last_answer(about.file_id)
        if outcome is Outcome.AGREED and said is not None:
            offers.carry_out(about, said.told)
        if outcome is Outcome.REMOVED:
            offers.remove(about)
        way = way_of(outcome, str(said.told.get("way", "")) if said is not None else "")
        matches.resolve(numbers, by=by, way=way, because=because, at=at)
        if outcome is Outcome.AGAINST:
            catalogue.hold_back([about.subject_id])

    def unanswered(self, about: About, *, at: datetime) -> None:
        """Nothing: an upload that is held stays held, and whoever waits is its own uploader."""


def is_heard(recording_id: int) -> bool:
    """Tell whether others can hear a recording, as far as matches go."""
    track = catalogue.recording_by_id(recording_id).track
    return track.recording_id == recording_id and not track.held


def way_of(outcome: Outcome, said: str) -> str:
    """Return how a match is resolved by an end of its case; `said` is the way that the uploader stated."""
    ways = Match.Way
    if outcome is Outcome.AGAINST:
        return ways.DECIDED_AGAINST.value
    if outcome not in RELEASING:
        return ways.REMOVED.value
    if outcome is Outcome.FREE:
        known = {ways.LICENSED.value, ways.COVER.value, ways.PUBLIC_DOMAIN.value, ways.MISTAKE.value}
        return said if said in known else ways.DECIDED_FREE.value
    return ways.LICENSED.value if said == ways.LICENSED.value else ways.AGREED.value
