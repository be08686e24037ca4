"""Folding as a person would do it: holder by holder, statement by statement, forwards in time, in words."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from antiphon.consent.core.answers import Grant, Holder, Said
from tests.consent_oracles import spec

THREE_DAYS = timedelta(days=3)


def waits(purpose: str) -> timedelta:
    return THREE_DAYS if purpose in spec.MODELS | spec.OUTPUTS else timedelta(0)


def said_in_one_place(history: list[Said], wider: str | None, at: datetime) -> str | None:
    """What holds in one place after everything said there, where `wider` is what holds around it."""
    holds = wider
    for said in sorted(history, key=lambda one: (one.said_at, one.id)):
        if said.said_at > at:
            continue
        waited = said.said_at + waits(said.purpose) <= at
        if said.answer == "yes":
            late = said.effective_at is not None and said.effective_at > at
            holds = "yes" if waited and not late else holds
        elif said.answer is None:
            holds = wider if wider != "yes" or waited else holds
        else:
            holds = str(said.answer)
    return holds


def word_of(holder: Holder, purpose: str, at: datetime) -> str | None:
    said = [one for one in holder.said if one.purpose == purpose]
    account = said_in_one_place([one for one in said if one.scope == "account"], None, at)
    in_sets = []
    for place in {one.place for one in said if one.scope == "set"}:
        there = [one for one in said if one.scope == "set" and one.place == place]
        if any(counted(one, at) for one in there):
            in_sets.append(said_in_one_place(there, account, at))
    around = next((word for word in ("no", "ask", None, "yes") if word in in_sets), account) if in_sets else account
    return said_in_one_place([one for one in said if one.scope == "track"], around, at)


def counted(said: Said, at: datetime) -> bool:
    late = said.answer == "yes" and (
        said.said_at + waits(said.purpose) > at or (said.effective_at is not None and said.effective_at > at)
    )
    return said.said_at <= at and not late


def granted(holder: Holder, grants: Sequence[Grant], purpose: str, actor: str, at: datetime) -> bool:
    for grant in grants:
        if grant.holder != holder.id or grant.purpose != purpose or grant.actor != actor:
            continue
        begun = at >= grant.start and at >= grant.granted_at + waits(purpose)
        over = at >= grant.end or (grant.revoked_at is not None and at >= grant.revoked_at)
        if begun and not over:
            return True
    return False


def masks(
    holders: Sequence[Holder], whole: bool, grants: Sequence[Grant], actor: str, at: datetime
) -> dict[str, set[str]]:
    """The purposes of each of the four masks, by name."""
    found: dict[str, set[str]] = {"any_no": set(), "all_yes": set(), "any_ask": set(), "covered": set()}
    for purpose in spec.TABLE:
        words = {holder.id: word_of(holder, purpose, at) for holder in holders}
        licensed = {holder.id for holder in holders if granted(holder, grants, purpose, actor, at)}
        if "no" in words.values():
            found["any_no"].add(purpose)
        if "ask" in words.values():
            found["any_ask"].add(purpose)
        owners = [holder for holder in holders if purpose != "voice-likeness" or "performance" in holder.roles]
        if purpose == "voice-likeness" and any(owner.minor for owner in owners):
            continue
        if not whole or not owners or "no" in words.values():
            continue
        if all(words[owner.id] == "yes" or owner.id in licensed for owner in owners):
            found["all_yes"].add(purpose)
            asking = {number for number, word in words.items() if word == "ask"}
            if licensed & {owner.id for owner in owners} and asking <= licensed:
                found["covered"].add(purpose)
    return found
