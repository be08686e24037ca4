"""A decision explains itself: the rule, the statements behind it, words for whoever reads, and what would change it."""

import subprocess
import sys
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from functools import cache

import numpy as np
import pytest

from antiphon.consent.core import decisions
from antiphon.consent.core.answers import Answer, Folded, Grant, Holder, Role, Said, Seal, Statements, fold
from antiphon.consent.core.decisions import Decision, decide, policy_hash, what_would_change
from antiphon.consent.core.facts import BY_FACT, NAMES, Facts, Standing, facts_of
from antiphon.consent.core.forms.numpy import code_block
from antiphon.consent.core.forms.python import code_of
from antiphon.consent.core.purposes import BY_SLUG, PURPOSES
from antiphon.consent.core.rules import ALLOWING, RULES
from tests.consent_oracles import cases

NOON = datetime(2026, 11, 4, 12, tzinfo=UTC)
AT = NOON + timedelta(days=10)
OWNER = frozenset({Role.RECORDING})
PERFORMER = frozenset({Role.PERFORMANCE})


def said(number: int, purpose: str, answer: Answer) -> Said:
    return Said(number, purpose, answer, NOON)


def standing(folded: Folded, **changes: object) -> Standing:
    masks = folded.masks
    row = Standing(True, False, False, folded.sealed, 0, masks.any_no, masks.any_ask, masks.all_yes, 0)
    return replace(row, **changes)  # type: ignore[arg-type]


def asked(folded: Folded, purpose: str, *, actor: str = "site", for_holders: bool = True) -> Decision:
    facts = facts_of(standing(folded), purpose, actor=actor, covered=folded.masks.covered)
    return decide(facts, folded.statements(purpose), purpose=purpose, actor=actor, at=AT, for_holders=for_holders)


@pytest.fixture
def refused() -> Folded:
    ada = Holder(1, "Ada", OWNER, [said(1, "organize", Answer.YES)])
    ben = Holder(2, "Ben", OWNER, [said(2, "organize", Answer.NO)])
    return fold([ada, ben], whole=True, at=AT)


def test_one_no_is_named_to_the_holders_and_to_nobody_else(refused: Folded) -> None:
    ours = asked(refused, "organize")
    assert (ours.allowed, ours.rule) == (False, "holder.no")
    assert ours.words == "Ben said no on 4 November 2026. One no is enough."
    assert ours.sentence % ours.values == ours.words
    assert [one.id for one in ours.because.statements] == [2]
    assert ours.because.facts == {"any_no": True}
    theirs = asked(refused, "organize", for_holders=False)
    assert theirs.words == "Somebody with rights in it said no. One no is enough."
    assert theirs.because.statements == ()
    assert "Ben" not in repr(theirs)
    assert theirs.would_change == ours.would_change


def test_what_would_change_it_is_every_step_in_order(refused: Folded) -> None:
    assert asked(refused, "organize").would_change == (
        "Everyone who said no takes it back.",
        "Everyone with rights in it says yes.",
    )


def test_a_yes_names_those_who_gave_it_and_says_how_it_ends() -> None:
    ada = Holder(1, "Ada", OWNER, [said(1, "finetune", Answer.ASK)])
    ben = Holder(2, "Ben", OWNER, [said(2, "finetune", Answer.YES)])
    grant = Grant(9, 1, "lab", "finetune", NOON, NOON, AT + timedelta(days=1))
    folded = fold([ada, ben], whole=True, at=AT, actor="lab", grants=[grant])
    decision = asked(folded, "finetune", actor="lab")
    assert (decision.allowed, decision.rule) == (True, "consent.all")
    assert decision.words == "Everyone with rights in it said yes: Ben, Ada."
    assert [(one.said, one.id) for one in decision.because.statements] == [("yes", 2), ("grant", 9)]
    assert decision.would_change == ("One no, from any of them, at any time.",)
    without = asked(fold([ada, ben], whole=True, at=AT, actor="lab"), "finetune", actor="lab")
    assert without.words == "Ada wants to be asked first, and no licence covers who asks, what for and when."


def test_a_seal_and_a_silence_are_named_too() -> None:
    ada, ben = Holder(1, "Ada", OWNER, [said(1, "organize", Answer.YES)]), Holder(2, "Ben", OWNER)
    folded = fold([ada, ben], whole=True, at=AT, seals=[Seal(5, 2, NOON)])
    assert asked(folded, "finetune").words == "Ben sealed it on 4 November 2026: never for models."
    assert asked(folded, "finetune", for_holders=False).words == "It is sealed: never for models."
    assert asked(folded, "organize").words == "There is no yes from Ben. Without a yes from everyone it is a no."


def test_that_a_performer_is_a_minor_is_told_to_the_holders_alone() -> None:
    child = Holder(1, "Ada", PERFORMER, [said(1, "voice-likeness", Answer.YES)], minor=True)
    silent = Holder(1, "Ada", PERFORMER)
    folded = fold([child], whole=True, at=AT)
    assert asked(folded, "voice-likeness").would_change == (decisions.MINOR_CHANGE,)
    public = [asked(fold([one], whole=True, at=AT), "voice-likeness", for_holders=False) for one in (child, silent)]
    assert public[0] == public[1]


def test_words_without_statements_name_nobody_and_leave_nothing_open() -> None:
    first = {code_of(facts): facts for facts in all_facts()}
    for rule in RULES:
        facts = first[rule.code]
        for for_holders in (False, True):
            decision = decide(facts, purpose="organize", actor="site", at=AT, for_holders=for_holders)
            assert "%(" not in decision.words
            assert decision.words == (rule.words if for_holders and "%(" not in rule.words else rule.public_words)


@cache
def all_facts() -> list[Facts]:
    return [Facts(*(bool(point >> place & 1) for place in range(len(NAMES)))) for point in range(2 ** len(NAMES))]


def test_for_all_facts_what_would_change_it_does_and_changes_nothing_that_nobody_can() -> None:
    fixed = {"known_purpose", "constant", "guarded", "outsider", "label_barred"}
    for facts in all_facts():
        steps = what_would_change(facts)
        before = code_of(facts) in ALLOWING
        assert steps, facts
        if steps[0].fact == "":
            assert len(steps) == 1
            assert steps[0].words.startswith("Nothing")
            continue
        assert not fixed & {step.fact for step in steps}
        after = replace(facts, **{step.fact: not getattr(facts, step.fact) for step in steps})
        assert (code_of(after) in ALLOWING) is not before, facts
        assert len(steps) == 1 or not before


@pytest.mark.parametrize("gone", ["missing", None, float("nan"), 1, 0, "true", [True]])
def test_deleting_any_single_fact_never_turns_a_no_into_a_yes(gone: object) -> None:
    for facts in all_facts()[::53]:
        told = {name: getattr(facts, name) for name in NAMES}
        before = code_of(Facts.of(told)) in ALLOWING
        assert Facts.of(told) == facts
        for name in NAMES:
            less = {other: value for other, value in told.items() if other != name}
            if gone != "missing":
                less[name] = gone  # type: ignore[assignment]
            assert code_of(Facts.of(less)) not in ALLOWING or before
            # And it is a no in any case: what is incomplete is not decided for anybody.
            assert code_of(Facts.of(less)) not in ALLOWING


def test_each_unknown_fact_alone_is_on_the_side_that_denies() -> None:
    facts = cases.fact_lattice()
    codes = np.empty(2 ** len(NAMES), np.uint8)
    code_block(RULES, facts, codes)
    denied = ~np.isin(codes, sorted(ALLOWING))
    for name in NAMES:
        unknown = np.full(len(codes), BY_FACT[name].unknown)
        after = np.empty_like(codes)
        code_block(RULES, {**facts, name: unknown}, after)
        assert not np.isin(after[denied], sorted(ALLOWING)).any(), name


def test_deleting_any_column_of_any_row_never_turns_a_no_into_a_yes() -> None:
    for purpose, asker, covered in cases.lattice():
        about = {"actor": asker.actor, "known_actor": asker.known}
        for row in cases.lattice_rows(cases.bit_of(purpose))[::97]:
            for column in cases.COLUMNS_IN_ORDER:
                less = replace(row, **{column: None})
                assert code_of(facts_of(less, purpose, **about, covered=covered)) not in ALLOWING
            if code_of(facts_of(row, purpose, **about, covered=covered)) not in ALLOWING:
                bare = facts_of(row, purpose, **about, covered=None)  # type: ignore[arg-type]
                assert code_of(bare) not in ALLOWING


@pytest.mark.parametrize("actor", ["", None, 7, "SITE", "site "])
def test_whoever_is_not_named_as_this_site_is_an_outsider(actor: object) -> None:
    facts = facts_of(standing(fold([], whole=True, at=AT)), "identify", actor=actor, known_actor=False)  # type: ignore[arg-type]
    assert facts.outsider
    assert not facts.known_actor
    truthy: bool = 1  # type: ignore[assignment]
    assert not facts_of(Standing(), "identify", actor="lab", known_actor=truthy).known_actor


def test_nothing_at_all_is_a_no() -> None:
    assert code_of(Facts()) not in ALLOWING
    assert code_of(Facts.of({})) not in ALLOWING
    assert [field.name for field in fields(Facts)] == list(BY_FACT)
    for name in NAMES:
        assert getattr(Facts(), name) is BY_FACT[name].unknown
    for purpose in PURPOSES:
        assert code_of(facts_of(Standing(), purpose.slug)) not in ALLOWING


def test_only_this_site_gets_the_constant_pair_without_a_yes() -> None:
    row = standing(fold([], whole=True, at=AT))
    for purpose in BY_SLUG:
        for actor in ("site", "lab"):
            allowed = code_of(facts_of(row, purpose, actor=actor)) in ALLOWING
            assert allowed is (actor == "site" and purpose in ("identify", "integrity"))


def test_the_policy_hash_is_one_in_every_process_and_moves_with_words_and_rules(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    code = "from antiphon.consent.core.decisions import policy_hash; print(policy_hash())"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()
    assert told == policy_hash()
    seen = {told}
    for changed in (
        (*RULES[:-1], replace(RULES[-1], words="No.")),
        (RULES[1], RULES[0], *RULES[2:]),
        (replace(RULES[0], when=~RULES[0].when), *RULES[1:]),
    ):
        monkeypatch.setattr(decisions, "RULES", changed)
        seen.add(policy_hash.__wrapped__())
    assert len(seen) == 4
    monkeypatch.undo()
    assert decide(Facts(), Statements(), purpose="x", actor="y", at=AT).policy_hash == told
