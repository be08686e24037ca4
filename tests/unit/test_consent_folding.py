"""Whose word counts, from when, and which stands before which."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from antiphon.consent.core.answers import Answer, Folded, Grant, Holder, Masks, Role, Said, Scope, Seal, fold
from antiphon.consent.core.facts import U16
from antiphon.consent.core.purposes import BY_SLUG, GUARDED_MASK, mask_of
from tests.consent_oracles import folding

NOON = datetime(2026, 11, 4, 12, tzinfo=UTC)
LATER = NOON + timedelta(days=30)
DAYS_LATER = NOON + timedelta(hours=100)
OWNER, PERFORMER = frozenset({Role.RECORDING}), frozenset({Role.PERFORMANCE})
YES, ASK, NO = Answer.YES, Answer.ASK, Answer.NO


def hours(count: float) -> datetime:
    return NOON + timedelta(hours=count)


def said(number: int, purpose: str, answer: Answer | None, at: datetime = NOON, scope: Scope = Scope.TRACK) -> Said:
    return Said(number, purpose, answer, at, scope)


def ada(*statements: Said, roles: frozenset[Role] = OWNER, minor: bool = False) -> Holder:
    return Holder(1, "Ada", roles, statements, minor)


def ben(*statements: Said, roles: frozenset[Role] = OWNER, minor: bool = False) -> Holder:
    return Holder(2, "Ben", roles, statements, minor)


def grant(holder: int, purpose: str, **changes: object) -> Grant:
    return replace(Grant(90 + holder, holder, "lab", purpose, NOON, NOON, LATER), **changes)  # type: ignore[arg-type]


def folded(*holders: Holder, at: datetime = DAYS_LATER, **about: object) -> Folded:
    return fold(holders, **{"whole": True, "at": at, **about})  # type: ignore[arg-type]


def word(*statements: Said, at: datetime = DAYS_LATER, purpose: str = "organize") -> str:
    masks, bit = folded(ada(*statements), at=at).masks, BY_SLUG[purpose].bit
    return "no" if masks.any_no & bit else "ask" if masks.any_ask & bit else "yes" if masks.all_yes & bit else "nothing"


def test_nobody_said_anything_is_nothing() -> None:
    assert folded(ada(), ben()).masks == Masks()


def test_without_holders_or_with_an_unsettled_list_nobody_said_yes() -> None:
    yes = said(1, "organize", YES)
    assert fold([], whole=True, at=NOON).masks == Masks()
    assert fold([ada(yes)], whole=False, at=NOON).masks.all_yes == 0
    for unknown in (None, 1, "yes"):
        assert folded(ada(yes), whole=unknown).masks.all_yes == 0
    no = ada(said(1, "organize", NO))
    assert fold([no], whole=False, at=NOON).masks.any_no == mask_of(["organize"])


def test_all_must_say_yes_and_one_no_is_one_no() -> None:
    yes = said(1, "organize", YES)
    assert folded(ada(yes), ben()).masks.all_yes == 0
    assert folded(ada(yes), ben(said(2, "organize", YES))).masks.all_yes == mask_of(["organize"])
    both = folded(ada(yes), ben(said(2, "organize", NO)))
    assert (both.masks.any_no, both.masks.all_yes) == (mask_of(["organize"]), 0)
    assert [(one.name, one.id) for one in both.statements("organize").noes] == [("Ben", 2)]
    assert [one.id for one in both.statements("organize").yeses] == [1]


@pytest.mark.parametrize("narrow", list(Answer))
@pytest.mark.parametrize("wide", list(Answer))
def test_track_stands_before_set_and_set_before_account(narrow: Answer, wide: Answer) -> None:
    for over, under in ((Scope.TRACK, Scope.SET), (Scope.SET, Scope.ACCOUNT), (Scope.TRACK, Scope.ACCOUNT)):
        # also where the wider one was said later
        assert word(said(1, "organize", narrow, NOON, over), said(2, "organize", wide, hours(1), under)) == narrow


def test_of_two_sets_the_one_that_refuses_more_stands() -> None:
    one = Said(1, "organize", YES, NOON, Scope.SET, place=1)
    other = Said(2, "organize", NO, NOON, Scope.SET, place=2)
    assert word(one, other) == word(other, one) == "no"
    asking, taken_back = replace(one, answer=ASK), replace(other, answer=None)
    assert word(asking, taken_back) == "ask"
    assert word(one, taken_back) == "nothing"


def test_the_last_thing_said_counts_and_only_once_it_was_said() -> None:
    change = (said(1, "organize", YES, hours(0)), said(2, "organize", NO, hours(5)))
    assert word(*change, at=hours(4.9)) == "yes"
    assert word(*change, at=hours(5)) == "no"
    assert word(*reversed(change), at=hours(5)) == "no"
    assert word(*change, at=hours(-1)) == "nothing"


@pytest.mark.parametrize("purpose", list(BY_SLUG))
def test_a_yes_to_models_and_outputs_waits_72_hours_and_a_no_never_does(purpose: str) -> None:
    guarded = bool(BY_SLUG[purpose].bit & GUARDED_MASK)
    holder = ada(said(1, purpose, YES), roles=OWNER | PERFORMER)
    for at, counts in ((hours(0), not guarded), (hours(71.99), not guarded), (hours(72), True)):
        assert bool(folded(holder, at=at).masks.all_yes) is counts
    assert folded(ada(said(1, purpose, NO)), at=NOON).masks.any_no == BY_SLUG[purpose].bit


@pytest.mark.parametrize("before", list(Answer))
def test_until_a_yes_counts_what_was_said_before_does(before: Answer) -> None:
    change = (said(1, "finetune", before, hours(-200)), said(2, "finetune", YES, hours(0)))
    assert word(*change, at=hours(71), purpose="finetune") == before
    assert word(*change, at=hours(72), purpose="finetune") == "yes"


def test_a_no_said_while_a_yes_waits_ends_it() -> None:
    change = (said(1, "finetune", YES, hours(0)), said(2, "finetune", NO, hours(1)))
    assert word(*change, at=hours(90), purpose="finetune") == "no"


def test_a_waiting_yes_may_be_told_to_wait_longer_and_never_shorter() -> None:
    slow = replace(said(1, "organize", YES), effective_at=hours(24))
    assert word(slow, at=hours(23)) == "nothing"
    assert word(slow, at=hours(24)) == "yes"
    hasty = replace(said(1, "finetune", YES), effective_at=hours(0))
    assert word(hasty, at=hours(71), purpose="finetune") == "nothing"


def test_taking_back_a_yes_works_at_once_and_taking_back_a_no_does_not_hurry_a_wider_yes() -> None:
    wide = said(1, "finetune", YES, hours(-500), Scope.ACCOUNT)
    refused = said(2, "finetune", NO, hours(-400))
    back = said(3, "finetune", None, hours(0))
    assert word(wide, refused, back, at=hours(71), purpose="finetune") == "no"
    assert word(wide, refused, back, at=hours(72), purpose="finetune") == "yes"
    narrow = said(2, "finetune", YES, hours(-400))
    assert word(narrow, back, at=hours(0), purpose="finetune") == "nothing"
    assert word(said(1, "finetune", NO, NOON, Scope.ACCOUNT), narrow, back, at=hours(0), purpose="finetune") == "no"


def test_what_is_no_answer_is_nobodys_yes() -> None:
    for odd in ("maybe", "Yes", "", True, 1):
        holder = ada(replace(said(1, "organize", YES), answer=odd))
        assert folded(holder).masks == Masks()
        assert folded(holder).statements("organize").silent == ("Ada",)


def test_a_voice_is_its_performers_and_anybody_may_refuse_it() -> None:
    bit = mask_of(["voice-likeness"])
    yes = said(1, "voice-likeness", YES)
    assert folded(ada(yes)).masks.all_yes == 0  # nobody performed
    assert folded(ada(), ben(yes, roles=PERFORMER)).masks.all_yes == bit
    assert folded(ada(yes), ben(roles=PERFORMER)).masks.all_yes == 0
    refused = folded(ada(said(2, "voice-likeness", NO)), ben(yes, roles=PERFORMER)).masks
    assert (refused.any_no, refused.all_yes) == (bit, 0)


def test_a_performers_licence_does_not_answer_for_somebody_else_who_wants_to_be_asked() -> None:
    composer = ada(said(1, "voice-likeness", ASK))
    performer = ben(said(2, "voice-likeness", YES), roles=PERFORMER)
    theirs, both = [grant(2, "voice-likeness")], [grant(1, "voice-likeness"), grant(2, "voice-likeness")]
    made = folded(composer, performer, grants=theirs, actor="lab").masks
    assert (made.any_ask, made.covered) == (mask_of(["voice-likeness"]), 0)
    assert folded(composer, performer, grants=both, actor="lab").masks.covered == mask_of(["voice-likeness"])


def test_nobody_licenses_a_voice_for_its_performer() -> None:
    performer = ben(said(2, "voice-likeness", YES), roles=PERFORMER)
    for composer in (ada(), ada(said(1, "voice-likeness", YES))):
        made = folded(composer, performer, grants=[grant(1, "voice-likeness")], actor="lab")
        assert (made.masks.all_yes, made.masks.covered) == (mask_of(["voice-likeness"]), 0)
        told = made.statements("voice-likeness")
        assert ([one.name for one in told.yeses], told.silent) == (["Ben"], ())


def test_a_minor_can_never_grant_their_voice() -> None:
    yes = said(1, "voice-likeness", YES)
    for minor in (True, None):
        child = Holder(1, "Ada", PERFORMER, (yes,), minor)  # type: ignore[arg-type]
        made = folded(child, grants=[grant(1, "voice-likeness")], actor="lab")
        assert (made.masks.all_yes, made.masks.covered) == (0, 0)
        assert made.statements("voice-likeness").minor
    assert folded(ada(said(1, "organize", YES), roles=PERFORMER, minor=True)).masks.all_yes == mask_of(["organize"])


def test_a_grant_is_its_holders_yes_for_that_actor_purpose_and_time() -> None:
    bit = mask_of(["finetune"])
    holders = (ada(said(1, "finetune", ASK)), ben(said(2, "finetune", YES)))
    made = folded(*holders, grants=[grant(1, "finetune")], actor="lab")
    assert (made.masks.covered, made.masks.all_yes, made.masks.any_ask) == (bit, bit, bit)
    assert [one.said for one in made.statements("finetune").grants] == ["grant"]
    for other in (
        grant(1, "finetune", actor="somebody"),
        grant(1, "derive"),
        grant(1, "finetune", end=hours(100)),
        grant(1, "finetune", start=hours(101)),
        grant(1, "finetune", granted_at=hours(99)),  # it waits as a yes does
        grant(1, "finetune", revoked_at=hours(100)),
        grant(3, "finetune"),  # of nobody who holds rights
        grant(2, "finetune"),  # not of the one who asks to be asked
    ):
        assert folded(*holders, grants=[other], actor="lab").masks.covered == 0
    assert folded(*holders, grants=[grant(1, "finetune", revoked_at=hours(101))], actor="lab").masks.covered == bit


def test_a_licence_contains_its_start_and_not_its_end() -> None:
    asking = ada(said(1, "organize", ASK))
    licence = grant(1, "organize", start=hours(10), end=hours(20))
    for at, covers in ((hours(9.99), False), (hours(10), True), (hours(19.99), True), (hours(20), False)):
        assert bool(folded(asking, at=at, grants=[licence], actor="lab").masks.covered) is covers
    waiting = grant(1, "finetune", granted_at=hours(0))
    for at, covers in ((hours(71.99), False), (hours(72), True)):
        assert bool(folded(ada(), at=at, grants=[waiting], actor="lab").masks.covered) is covers


def test_one_holders_grant_does_not_speak_for_the_others_and_a_no_beats_it() -> None:
    grants = [grant(1, "finetune"), grant(2, "finetune")]
    asking = ada(said(1, "finetune", ASK))
    assert folded(asking, ben(), grants=grants[:1], actor="lab").masks.covered == 0
    assert folded(asking, ben(), grants=grants, actor="lab").masks.covered == mask_of(["finetune"])
    refusing = ben(said(2, "finetune", NO, hours(50)))
    made = folded(asking, refusing, grants=grants, actor="lab").masks
    assert (made.any_no, made.all_yes, made.covered) == (mask_of(["finetune"]), 0, 0)


def test_a_seal_is_shut_until_it_opens() -> None:
    seal = Seal(7, 1, NOON)
    assert not folded(ada(), seals=[seal], at=hours(-1)).sealed
    assert folded(ada(), seals=[seal], at=NOON).sealed
    assert folded(ada(), seals=[seal]).sealed
    assert folded(ada(), seals=[replace(seal, opens_at=hours(101))]).sealed
    assert not folded(ada(), seals=[replace(seal, opens_at=hours(100))]).sealed
    assert [one.name for one in folded(ada(), seals=[seal]).statements("finetune").seals] == ["Ada"]


TIMES = st.sampled_from([-100, -73, -72, -71, -1, 0, 1, 24, 71, 72, 73, 100]).map(hours)
SOME = st.sampled_from(["organize", "identify", "finetune", "derive", "voice-likeness"])


@st.composite
def holder_lists(draw: st.DrawFn) -> list[Holder]:
    holders = []
    for number in range(1, draw(st.integers(0, 3)) + 1):
        told = [
            Said(
                100 * number + place,
                draw(SOME),
                draw(st.sampled_from([*Answer, Answer.YES, None])),
                draw(TIMES),
                draw(st.sampled_from(list(Scope))),
                draw(st.integers(1, 2)),
                draw(st.none() | TIMES),
            )
            for place in range(draw(st.integers(0, 6)))
        ]
        roles = draw(st.frozensets(st.sampled_from(list(Role)), min_size=1))
        holders.append(Holder(number, f"holder {number}", roles, told, draw(st.booleans())))
    return holders


GRANTS = st.lists(
    st.builds(
        Grant,
        st.integers(1, 99),
        st.integers(1, 4),
        st.sampled_from(["lab", "site"]),
        SOME,
        TIMES,
        TIMES,
        TIMES,
        st.none() | TIMES,
    ),
    max_size=5,
)


def purposes_of(masks: Masks) -> dict[str, set[str]]:
    names = ("any_no", "all_yes", "any_ask", "covered")
    return {name: {slug for slug, p in BY_SLUG.items() if getattr(masks, name) & p.bit} for name in names}


@settings(max_examples=400, deadline=None)
@given(holder_lists(), st.booleans(), GRANTS, st.sampled_from(["lab", "site"]), TIMES)
def test_folding_is_what_a_person_would_do(
    holders: list[Holder], whole: bool, grants: Sequence[Grant], actor: str, at: datetime
) -> None:
    made = fold(holders, whole=whole, at=at, actor=actor, grants=grants)
    assert purposes_of(made.masks) == folding.masks(holders, whole, grants, actor, at)
    assert all(0 <= mask <= U16 for mask in (made.masks.any_no, made.masks.all_yes, made.masks.covered))
    # Stored masks know no grants, and what grants change is all in `covered` and `all_yes`.
    stored = fold(holders, whole=whole, at=at).masks
    assert (stored.any_no, stored.any_ask, stored.covered) == (made.masks.any_no, made.masks.any_ask, 0)
    assert made.masks.covered & ~made.masks.all_yes == 0
    assert stored.all_yes & ~made.masks.all_yes == 0
    # Every bit can be explained by somebody's statement.
    for slug, purpose in BY_SLUG.items():
        told = made.statements(slug)
        assert bool(told.noes) == bool(made.masks.any_no & purpose.bit)
        assert bool(told.asks) == bool(made.masks.any_ask & purpose.bit)
        if made.masks.all_yes & purpose.bit:
            assert told.yeses or told.grants


@settings(max_examples=150, deadline=None)
@given(holder_lists(), GRANTS, TIMES, st.data())
def test_saying_less_never_gives_more(
    holders: list[Holder], grants: Sequence[Grant], at: datetime, data: st.DataObject
) -> None:
    before = fold(holders, whole=True, at=at, actor="lab", grants=grants).masks
    if not holders:
        return
    place = data.draw(st.integers(0, len(holders) - 1))
    purpose = data.draw(SOME)
    refuses = Said(999, purpose, Answer.NO, at)
    changed = [replace(h, said=(*h.said, refuses)) if n == place else h for n, h in enumerate(holders)]
    after = fold(changed, whole=True, at=at, actor="lab", grants=grants).masks
    bit = BY_SLUG[purpose].bit
    assert after.any_no == before.any_no | bit
    assert after.all_yes == before.all_yes & ~bit
    assert after.covered == before.covered & ~bit
