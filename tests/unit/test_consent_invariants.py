"""What holds for every case there is, proved by z3 over raw columns and over holders; and that it can say no."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
import z3

from antiphon.consent.core.purposes import CONSTANT_MASK, GUARDED_MASK, LABEL_MASK, MODELS_MASK
from antiphon.consent.core.rules import ALLOWING, RULES
from tests.consent_oracles.z3_form import ASK, NO, NOTHING, YES, Asked, People, counterexample, has


@pytest.fixture
def asked() -> Asked:
    return Asked()


@pytest.fixture
def people(asked: Asked) -> People:
    return People(asked)


def service(asked: Asked) -> Any:
    return z3.And(asked.within(CONSTANT_MASK), asked.site)


def prove(claim: Any, *given: Sequence[Any]) -> None:
    assert counterexample(claim, *given) is None


def test_for_every_table_of_terms_all_but_the_constant_pair_needs_a_yes_of_all_holders(
    asked: Asked, people: People
) -> None:
    # `terms_forbid` is free: whatever any terms say, they cannot stand in for a holder.
    everybody = [z3.Implies(w, p.agrees(people.at)) for w, p in zip(people.wanted, people.holders, strict=True)]
    needed = z3.And(people.whole, z3.Or(people.wanted), *everybody)
    prove(z3.Implies(z3.And(asked.allowed(), z3.Not(service(asked))), needed), asked.given, people.given)


def test_terms_can_only_forbid(asked: Asked) -> None:
    silent = Asked()  # the same question, under terms that forbid nothing
    silent.masks = {**asked.masks, "terms_forbid": z3.BitVecVal(0, 16)}
    prove(z3.Implies(asked.allowed(), silent.allowed()), asked.given)


def test_what_a_label_delivered_never_enters_a_model_or_an_answer_machine(asked: Asked) -> None:
    label = z3.And(asked.flags["label"], asked.within(LABEL_MASK))
    prove(z3.Implies(label, z3.Not(asked.allowed())), asked.given)


def test_a_no_wins(asked: Asked, people: People) -> None:
    refused = z3.Or([holder.says(NO) for holder in people.holders])
    prove(z3.Implies(z3.And(refused, z3.Not(service(asked))), z3.Not(asked.allowed())), asked.given, people.given)


def test_a_sealed_track_never_trains(asked: Asked) -> None:
    sealed = z3.And(asked.flags["sealed"], asked.within(MODELS_MASK))
    prove(z3.Implies(sealed, z3.Not(asked.allowed())), asked.given)


def test_an_unresolved_match_is_a_no_where_the_matched_track_is(asked: Asked) -> None:
    matched = Asked("_matched")
    theirs = People(matched, "_matched")
    follows = [matched.purpose == asked.purpose, asked.masks["match_no"] == matched.masks["any_no"]]
    refused = z3.Or([holder.says(NO) for holder in theirs.holders])
    claim = z3.Implies(z3.And(refused, z3.Not(service(asked))), z3.Not(asked.allowed()))
    prove(claim, asked.given, matched.given, theirs.given, follows)


def test_an_expired_licence_is_no_licence(asked: Asked, people: People) -> None:
    asking = z3.Or([holder.says(ASK) for holder in people.holders])
    needs = z3.Or(asking, z3.And(z3.Not(asked.site), asked.within(GUARDED_MASK)))
    none_now = z3.And(
        [
            z3.Or(z3.Not(h.gave), h.end <= people.at, h.start > people.at, z3.And(h.revoked, h.revoked_at <= people.at))
            for h in people.holders
        ]
    )
    claim = z3.Implies(z3.And(needs, none_now, z3.Not(service(asked))), z3.Not(asked.allowed()))
    prove(claim, asked.given, people.given)


def test_a_minors_voice_is_never_granted(asked: Asked, people: People) -> None:
    prove(z3.Implies(people.minor_voice, z3.Not(asked.allowed())), asked.given, people.given)


def test_unknown_is_a_no(asked: Asked) -> None:
    prove(z3.Implies(asked.missing(), z3.Not(asked.allowed())), asked.given)


def test_what_was_withdrawn_is_used_for_nothing(asked: Asked) -> None:
    prove(z3.Implies(asked.flags["withdrawn"], z3.Not(asked.allowed())), asked.given)


def test_more_refusal_in_any_column_never_allows_more(asked: Asked) -> None:
    more = Asked("_more")
    same = [
        more.purpose == asked.purpose,
        more.site == asked.site,
        z3.Implies(more.registered, asked.registered),
        z3.Implies(more.flags["known"], asked.flags["known"]),
        *[z3.Implies(more.present[name], asked.present[name]) for name in asked.present],
        *[z3.Implies(asked.flags[name], more.flags[name]) for name in ("withdrawn", "label", "sealed")],
        *[asked.masks[name] & ~more.masks[name] == 0 for name in ("match_no", "any_no", "any_ask", "terms_forbid")],
        more.masks["all_yes"] & ~asked.masks["all_yes"] == 0,
        more.covered & ~asked.covered == 0,
    ]
    prove(z3.Implies(more.allowed(), asked.allowed()), asked.given, same)


def test_a_holder_who_refuses_more_never_allows_more(asked: Asked, people: People) -> None:
    more = Asked("_more")
    theirs = People(more, "_more")
    first, *others = zip(people.holders, theirs.holders, strict=True)

    def alike(one: Any, other: Any, names: Sequence[str]) -> list[Any]:
        return [getattr(one, name) == getattr(other, name) for name in names]

    person = ("exists", "performs", "minor", "start", "end", "revoked", "revoked_at")
    # To ask refuses more than to say nothing: somebody whose yes is not wanted can still want to be asked.
    order = (NO, ASK, NOTHING, YES)
    rank = [z3.Sum([z3.If(p.word == word, place, 0) for place, word in enumerate(order)]) for p in first]
    same = [
        more.purpose == asked.purpose,
        more.site == asked.site,
        more.registered == asked.registered,
        theirs.whole == people.whole,
        *[more.flags[name] == asked.flags[name] for name in asked.flags],
        *[more.present[name] == asked.present[name] for name in asked.present],
        *[more.masks[name] == asked.masks[name] for name in ("match_no", "terms_forbid")],
        *[part for one, other in others for part in alike(one, other, (*person, "word", "gave"))],
        *alike(*first, person),
        rank[1] <= rank[0],
        z3.Implies(first[1].gave, first[0].gave),
    ]
    claim = z3.Implies(more.allowed(), asked.allowed())
    prove(claim, asked.given, people.given, more.given, theirs.given, same)


def test_every_question_gets_an_answer_that_is_a_rule(asked: Asked) -> None:
    code = asked.code()
    prove(z3.Or([code == rule.code for rule in RULES]), asked.given)
    for rule in RULES:  # and each of them can fire
        assert counterexample(code != rule.code, asked.given) is not None, rule.slug


def test_a_false_claim_gets_a_counterexample(asked: Asked, people: People) -> None:
    never = counterexample(z3.Not(asked.allowed()), asked.given, people.given)
    assert never is not None
    code = never.eval(asked.code(), model_completion=True).as_long()
    assert code in ALLOWING
    # That outsiders never train is false: with everybody's yes and a licence they may.
    outsider = z3.And(z3.Not(asked.site), asked.asks_for("train-generative"))
    licensed = counterexample(z3.Implies(outsider, z3.Not(asked.allowed())), asked.given, people.given)
    assert licensed is not None
    assert z3.is_true(licensed.eval(has(asked.covered, asked.purpose), model_completion=True))


@pytest.mark.parametrize(
    "slug", [rule.slug for rule in RULES if not rule.allows and rule.slug not in ("no.consent", "unknown.facts")]
)
def test_the_proofs_would_notice_a_rule_that_stopped_denying(slug: str, asked: Asked, people: People) -> None:
    weak = tuple(replace(rule, allows=True) if rule.slug == slug else rule for rule in RULES)
    needed = z3.Or(z3.Not(asked.allowed(weak)), asked.allowed())
    assert counterexample(needed, asked.given, people.given) is not None
