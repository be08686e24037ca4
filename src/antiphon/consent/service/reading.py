"""What pages read: a label with who looks at it, sixteen decisions at once, what somebody said and where."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import BigAutoField, Q, QuerySet

from antiphon.accounts import service as accounts
from antiphon.consent.core.decisions import Decision, decide
from antiphon.consent.core.facts import facts_of
from antiphon.consent.core.permits import SITE
from antiphon.consent.core.purposes import BY_SLUG, PURPOSES
from antiphon.consent.models import Act, Answer, Holder, Opening, Subject, SubjectSet
from antiphon.consent.service import deciding, folding
from antiphon.consent.service.answering import ACCOUNT, EVERYWHERE, SET, TRACK, Scope
from antiphon.consent.service.labels import Label, Line, line_of, sections_of
from antiphon.consent.service.outside import told_outside
from antiphon.consent.service.parties import spoken_name
from antiphon.kernel import clock
from antiphon.storage.prepared import Prepared, Slot

# What a label is drawn from, read from the holders' side: one plain join, where counting would group by each column.
_SHOWN = (
    "known", "withdrawn", "label", "sealed", "disputed", "match_no", "any_no", "any_ask", "all_yes", "ask_all",
    "terms_forbid", "since", "asked_allowed", "asked_refused",
)  # fmt: skip


def _held() -> "QuerySet[Holder, tuple[Any, ...]]":
    columns = ("state", "party__user_id", *(f"subject__{name}" for name in _SHOWN))
    return Holder.objects.filter(subject_id=Slot("recording", BigAutoField())).values_list(*columns)


_of_recording = Prepared(_held)


def label_seen_by(recording_id: int, viewer: accounts.User | None) -> tuple[Label, bool]:
    """Return the label of a recording, and whether this viewer holds rights in it. One query."""
    rows = _of_recording(recording=recording_id)
    if not rows:
        return Label(recording_id, sections_of(None), 0, False, None, 0, 0), False
    subject = Subject(recording_id=recording_id, **dict(zip(_SHOWN, rows[0][2:], strict=True)))
    whole = all(row[0] == Holder.State.CONFIRMED for row in rows) and not subject.disputed
    label = Label(
        recording_id, sections_of(subject), len(rows), whole, subject.since, subject.asked_allowed,
        subject.asked_refused, told_outside(subject),
    )  # fmt: skip
    # A holder without an account is nobody that is looking, signed in or not.
    mine = {row[1] for row in rows if row[0] != Holder.State.DECLINED and row[1] is not None}
    return label, viewer is not None and viewer.pk in mine


def explain_each(
    recording_id: int, *, actor: str = SITE, at: datetime | None = None, for_holders: bool = False
) -> dict[str, Decision]:
    """Return what `explain` says to each of the sixteen, read once for all of them."""
    at = at or clock.now()
    subject = Subject.objects.filter(pk=recording_id).first()
    if subject is None:
        nothing = deciding.standing_of(Subject())
        return {
            one.slug: decide(
                facts_of(nothing, one.slug, actor=actor, known_actor=True), purpose=one.slug, actor=actor, at=at
            )
            for one in PURPOSES
        }
    heard = folding.read([subject], at)
    for name, value in folding.outcomes_of([subject], at)[subject.pk].values.items():
        setattr(subject, name, value)
    made, _people = folding.folded(subject, heard, at, actor=actor)
    standing, said = deciding.standing_of(subject), {}
    for one in PURPOSES:
        facts = facts_of(standing, one.slug, actor=actor, known_actor=actor == SITE, covered=made.masks.covered)
        statements = made.statements(one.slug)
        said[one.slug] = decide(
            facts, statements, purpose=one.slug, actor=actor, at=at, for_holders=for_holders, terms=subject.terms
        )
    return said


def has_answered(user: accounts.User) -> bool:
    """Tell whether somebody has ever said anything about any purpose."""
    return Answer.objects.filter(party__user=user).exists()


def said_at(user: accounts.User, scope: Scope = EVERYWHERE) -> dict[str, Answer]:
    """Return what somebody says at one place, by purpose; nobody becomes a party by looking."""
    rows = Answer.objects.filter(party__user=user, scope=scope.kind, scope_id=scope.id, superseded_by=None)
    return {PURPOSES[row.purpose - 1].slug: row for row in rows.exclude(said=Answer.Said.NOTHING)}


def said_on(user: accounts.User, recording_ids: Iterable[int]) -> dict[int, dict[str, str]]:
    """Return what somebody says on each of these recordings themselves, by purpose. One query."""
    rows = Answer.objects.filter(
        party__user=user, scope=TRACK, scope_id__in=list(recording_ids), superseded_by=None
    ).exclude(said=Answer.Said.NOTHING)
    found: dict[int, dict[str, str]] = {}
    for scope_id, purpose, said in rows.values_list("scope_id", "purpose", "said"):
        found.setdefault(scope_id, {})[PURPOSES[purpose - 1].slug] = said
    return found


def other_places(user: accounts.User, answers: Mapping[str, str]) -> dict[Scope, frozenset[str]]:
    """Return the sets and recordings where somebody says something else than this, with the purposes it is about.

    There it keeps this from counting. Places that an answer no longer reaches are left out.
    """
    rows = Answer.objects.filter(party__user=user, superseded_by=None).exclude(scope=ACCOUNT)
    differs = Q(pk=None)
    for slug, word in answers.items():
        differs |= Q(purpose=BY_SLUG[slug].number) & ~Q(said__in=(word, Answer.Said.NOTHING))
    held = held_by(user)
    reachable = Q(scope=TRACK, scope_id__in=held.values("pk")) | Q(
        scope=SET, scope_id__in=SubjectSet.objects.filter(subject__in=held).values("set_id")
    )
    found: dict[Scope, set[str]] = {}
    for kind, pk, number in rows.filter(differs).filter(reachable).values_list("scope", "scope_id", "purpose"):
        found.setdefault(Scope(kind, pk), set()).add(PURPOSES[number - 1].slug)
    return {scope: frozenset(slugs) for scope, slugs in found.items()}


def held_by(user: accounts.User, *, set_id: int = 0) -> QuerySet[Subject]:
    """Return the recordings that somebody holds rights in, or was named for; with a set, those in it."""
    mine = Holder.objects.filter(party__user=user).exclude(state=Holder.State.DECLINED)
    rows = Subject.objects.filter(pk__in=mine.values("subject_id"))
    return (
        rows.filter(pk__in=SubjectSet.objects.filter(set_id=set_id, left_at=None).values("subject_id"))
        if set_id
        else rows
    )


def held_with(user: accounts.User, purpose: str, state: str, *, set_id: int = 0) -> list[int]:
    """Return those whose label says this to a purpose. It reads masks only: twenty thousand are not too many."""
    one = BY_SLUG[purpose]
    rows = held_by(user, set_id=set_id).only(
        "known", "withdrawn", "label", "sealed", "match_no", "any_no", "all_yes", "ask_all", "terms_forbid"
    )
    return [row.pk for row in rows.iterator(2000) if line_of(one, row).state == state]


def lines_of(recording_ids: Sequence[int]) -> dict[int, dict[str, Line]]:
    """Return the lines of the labels of many recordings, by recording and purpose. One query."""
    rows = Subject.objects.filter(pk__in=list(recording_ids))
    return {row.pk: {one.slug: line_of(one, row) for one in PURPOSES} for row in rows}


def act_of(user: accounts.User, uid: str) -> Act | None:
    """Return an act of somebody's own; None for others' and for one that never was."""
    return Act.objects.filter(uid=uid, party__user=user).first()


def acts_of(user: accounts.User, limit: int = 10) -> list[Act]:
    """Return somebody's latest acts, the newest first."""
    return list(Act.objects.filter(party__user=user).order_by("-pk")[:limit])


def owns(user: accounts.User, recording_id: int) -> bool:
    """Tell whether somebody brought a recording here, and so writes the list of its holders."""
    return Subject.objects.filter(pk=recording_id, owner__user=user).exists()


def waiting_in(act: Act) -> datetime | None:
    """Return from when the last yes of an act counts, None when all of it counted at once."""
    late = act.answers.filter(said=Answer.Said.YES, effective_at__gt=act.at)
    return late.order_by("-effective_at").values_list("effective_at", flat=True).first()


def asked_to_open(recording_id: int) -> list[str]:
    """Return who of its holders asked to open the seal of a recording, by name."""
    rows = Opening.objects.filter(subject_id=recording_id).select_related("party__user").order_by("at")
    return [spoken_name(row.party) for row in rows]
