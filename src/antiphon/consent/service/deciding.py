"""From rows to what the core decides on: one loader for each thing it reads."""

from collections.abc import Iterable, Sequence

import numpy as np

from antiphon.consent.core import answers as core
from antiphon.consent.core.facts import FLAGS, MASKS, Standing, facts_of
from antiphon.consent.core.forms.numpy import Columns, masks
from antiphon.consent.core.forms.python import code_of
from antiphon.consent.core.permits import SITE
from antiphon.consent.core.purposes import PURPOSES
from antiphon.consent.core.rules import BY_CODE, BY_RULE
from antiphon.consent.models import Answer, Grant, Holder, Subject
from antiphon.consent.service.parties import spoken_name


def standing_of(row: Subject) -> Standing:
    """Return what is stored of a recording, as the facts are read from it."""
    return Standing(
        known=row.known, withdrawn=row.withdrawn, label=row.label, sealed=row.sealed, match_no=row.match_no,
        any_no=row.any_no, any_ask=row.any_ask, all_yes=row.all_yes, terms_forbid=row.terms_forbid,
    )  # fmt: skip


def columns_of(rows: Sequence[Subject]) -> Columns:
    """Return what is stored of many recordings as columns, one element each."""
    return Columns(
        **{name: np.array([getattr(row, name) for row in rows], dtype=bool) for name in ("known", *FLAGS)},
        **{name: np.array([getattr(row, name) for row in rows], dtype=np.uint16) for name in MASKS},
        # Empty where nobody knows the terms: kept as an object, which is read as unknown.
        terms_forbid=np.array([row.terms_forbid for row in rows], dtype=object),
    )


def allow_masks(rows: Sequence[Subject]) -> dict[int, int]:
    """Return what this site itself may do with each recording, as masks of purposes."""
    if not rows:
        return {}
    return dict(zip((row.pk for row in rows), masks(columns_of(rows)).tolist(), strict=True))


def rule_of(row: Subject, purpose: str, *, actor: str = SITE, known_actor: bool = True, covered: int = 0) -> str:
    """Return the rule that decides for a recording."""
    facts = facts_of(standing_of(row), purpose, actor=actor, known_actor=known_actor, covered=covered)
    return BY_CODE[code_of(facts)].slug


def is_allowing(rule: str) -> bool:
    """Tell whether a rule says yes."""
    return BY_RULE[rule].allows


def holder_of(row: Holder, said: Iterable[Answer]) -> core.Holder:
    """Return a holder with all they said that reaches the recording. One who ended keeps every word but a yes.

    Somebody who is not there any more can be asked nothing, and what they refused stays refused.
    """
    gone = row.party.ended_at is not None
    return core.Holder(
        id=row.pk,
        name=spoken_name(row.party),
        roles=frozenset(core.Role(role) for role in row.roles.split(",") if role),
        said=[_said(one) for one in said if not (gone and one.said == Answer.Said.YES)],
        minor=row.party.is_minor,
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
    first = holders[0].pk if holders else 0
    return [core.Seal(subject.pk, first, subject.sealed_at, subject.opens_at)]


def _said(row: Answer) -> core.Said:
    return core.Said(
        id=row.pk,
        purpose=PURPOSES[row.purpose - 1].slug,
        answer=None if row.said == Answer.Said.NOTHING else core.Answer(row.said),
        said_at=row.at,
        scope=core.Scope(row.scope),
        place=row.scope_id,
        effective_at=row.effective_at,
    )
