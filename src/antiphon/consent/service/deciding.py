"""From rows to what the core decides on: one loader for each thing it reads."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import fields
from typing import Any

from pyroaring import BitMap

from antiphon.consent.core import answers as core
from antiphon.consent.core.facts import Standing, facts_of
from antiphon.consent.core.forms.python import code_of
from antiphon.consent.core.purposes import BY_SLUG, PURPOSES
from antiphon.consent.core.rules import ALLOWING, BY_CODE, BY_RULE
from antiphon.consent.models import Answer, Grant, Holder, Subject, SubjectSet
from antiphon.consent.service.parties import holder_name

# Arrays are loaded where there is enough to do for them: a server that answers one page needs none.
MANY = 64
Stored = tuple[Any, ...]  # a row of COLUMNS
COLUMNS = ("recording_id", *(column.name for column in fields(Standing)))


def standing_of(row: Subject) -> Standing:
    """Return what is stored of a recording, as the facts are read from it."""
    return Standing(
        known=row.known, withdrawn=row.withdrawn, label=row.label, sealed=row.sealed, match_no=row.match_no,
        any_no=row.any_no, any_ask=row.any_ask, all_yes=row.all_yes, terms_forbid=row.terms_forbid,
    )  # fmt: skip


def allow_masks(rows: Sequence[Subject]) -> dict[int, int]:
    """Return what this site itself may do with each recording, as masks of purposes."""
    if len(rows) > MANY:
        from antiphon.consent.service import many

        return many.allow_masks(rows)
    return {row.pk: _allow_mask(standing_of(row)) for row in rows}


def _allow_mask(standing: Standing) -> int:
    allowed = (purpose for purpose in PURPOSES if code_of(facts_of(standing, purpose.slug)) in ALLOWING)
    return sum(purpose.bit for purpose in allowed)


def rule_of(row: Subject, purpose: str) -> str:
    """Return the rule that decides for a recording when this site itself asks."""
    return BY_CODE[code_of(facts_of(standing_of(row), purpose))].slug


def by_rule(
    rows: Sequence[Stored], purpose: str, actor: str, known_actor: bool, covered: Collection[int]
) -> dict[str, BitMap]:
    """Return recordings by the rule that decides; `covered` are those that grants cover for this actor and moment."""
    if len(rows) > MANY:
        from antiphon.consent.service import many

        return many.by_rule(rows, purpose, actor=actor, known_actor=known_actor, covered=covered)
    bit = BY_SLUG[purpose].bit if purpose in BY_SLUG else 0
    found: dict[str, BitMap] = {}
    for pk, *stored in rows:
        facts = facts_of(
            Standing(*stored), purpose, actor=actor, known_actor=known_actor, covered=bit if pk in covered else 0
        )
        found.setdefault(BY_CODE[code_of(facts)].slug, BitMap()).add(pk)
    return found


def is_allowing(rule: str) -> bool:
    """Tell whether a rule says yes."""
    return BY_RULE[rule].allows


def holder_of(row: Holder, said: Iterable[Answer], members: Mapping[int, SubjectSet]) -> core.Holder:
    """Return a holder with all they said that reaches the recording. One who ended keeps every word but a yes.

    Somebody who is not there any more can be asked nothing, and what they refused stays refused.
    """
    gone = row.party.ended_at is not None
    return core.Holder(
        id=row.pk,
        name=holder_name(row),
        roles=frozenset(core.Role(role) for role in row.roles.split(",") if role),
        said=[_said(one, members) for one in said if not (gone and one.said == Answer.Said.YES)],
        minor=row.party.is_minor or row.is_minor,
    )


def grant_of(grant: Grant, holders: Sequence[Holder]) -> core.Grant:
    """Return a grant, by the holder's place in this recording; a party that holds nothing here grants nothing."""
    own = next((row.pk for row in holders if row.party_id == grant.party_id), 0)
    return core.Grant(
        id=grant.pk,
        holder=own,
        actor=grant.actor,
        purpose=PURPOSES[grant.purpose - 1].slug,
        granted_at=grant.act.at,
        start=grant.starts_at,
        end=grant.ends_at,
        revoked_at=grant.revoked_at,
    )


def seals_of(subject: Subject, holders: Sequence[Holder]) -> list[core.Seal]:
    """Return the seal of a recording, if it has one."""
    if subject.sealed_at is None:
        return []
    by = next((row.pk for row in holders if row.party_id == subject.sealed_by_id), 0)
    return [core.Seal(subject.pk, by, subject.sealed_at, subject.opens_at)]


def _said(row: Answer, members: Mapping[int, SubjectSet]) -> core.Said:
    slug, effective_at, says = PURPOSES[row.purpose - 1].slug, row.effective_at, row.said
    if row.scope == Answer.Scope.SET:
        # Putting a track into a set that says yes must not be quicker than saying yes to the track.
        effective_at = max(effective_at, core.counts_from(slug, members[row.scope_id].joined_at))
        # Where nobody knows any more whether the track is in the set, a yes there takes a no back, and says nothing.
        if members[row.scope_id].only_refuses and says == Answer.Said.YES:
            says = Answer.Said.NOTHING
    return core.Said(
        id=row.pk,
        purpose=slug,
        answer=None if says == Answer.Said.NOTHING else core.Answer(says),
        said_at=row.at,
        scope=core.Scope(row.scope),
        place=row.scope_id,
        effective_at=effective_at,
    )
