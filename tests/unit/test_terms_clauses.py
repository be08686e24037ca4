"""Terms as clauses, what has changed between two texts, and how much that weighs."""

import random
import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from antiphon.terms.core import subjects
from antiphon.terms.core.clauses import BadText, Document, read
from antiphon.terms.core.comparing import Kind, compare, marked_html
from antiphon.terms.core.notice import (
    BOUNCES_WITHIN,
    LEAST_DAYS,
    Told,
    Weight,
    binds_from,
    earliest,
    in_force_for,
    weigh,
)
from antiphon.terms.core.subjects import Topic

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
BEFORE = """# Terms

## Your music {#music}
Your music stays yours. You let us store it.

## Visits {#visits}
We open at **nine**, see [the door](https://example.org/door).

## Leaving {#leaving}
You may leave at any time.
"""


def text(markdown: str) -> Document:
    return read(markdown)


def kinds(old: str, new: str) -> list[tuple[str, str, bool]]:
    return [(one.clause.name, one.kind.value, one.is_moved) for one in compare(text(old), text(new))]


def test_each_clause_has_its_name_its_title_and_its_words() -> None:
    document = text(BEFORE)
    assert document.title == "Terms"
    assert [(one.name, one.title) for one in document.clauses] == [
        ("music", "Your music"), ("visits", "Visits"), ("leaving", "Leaving")
    ]  # fmt: skip
    assert document.clauses[1].paragraphs == ("We open at nine, see the door.",)


@pytest.mark.parametrize(
    ("broken", "line", "reason"),
    [
        ("# Terms\n\n## Music\nYours.", 3, "does not name itself"),
        ("## A {#a}\nx\n\n## B {#a}\ny", 4, "two clauses are called"),
        ("## A {#Ä b}\nx", 1, "is no name of a clause"),
        ("", 0, "no clause"),
        ("## A {#a}\nx\x00", 2, "NUL"),
        ("x" * 2_000_001, 0, "longer than any terms"),
    ],
)
def test_a_broken_text_is_refused_with_its_line(broken: str, line: int, reason: str) -> None:
    with pytest.raises(BadText, match=reason) as refused:
        text(broken)
    assert refused.value.line == line


def test_html_in_a_text_is_shown_and_never_run() -> None:
    [clause] = text("## A {#a}\n<script>alert(1)</script> <b onclick=x>bold</b> [x](javascript:alert(1))").clauses
    assert "<script" not in clause.html
    assert "<b" not in clause.html
    assert "javascript:" not in clause.html or "<a" not in clause.html


def test_formatting_alone_is_no_change() -> None:
    after = BEFORE.replace("**nine**", "*nine*").replace("[the door](https://example.org/door)", "the door")
    after = after.replace(
        "Your music stays yours. You let us store it.", "Your music stays yours.\nYou  let us store it."
    )
    changes = compare(text(BEFORE), text(after.replace("'", "’")))
    assert {one.kind for one in changes} == {Kind.SAME}
    assert sum(one.inserted + one.deleted for one in changes) == 0
    assert weigh(text(BEFORE), text(after)).is_empty


def test_a_clause_that_moves_is_said_to_have_moved() -> None:
    parts = re.split(r"(?m)^(?=## )", BEFORE)
    moved = parts[0] + parts[3] + "\n" + parts[1] + parts[2]
    assert kinds(BEFORE, moved) == [("leaving", "same", True), ("music", "same", False), ("visits", "same", False)]


def test_what_came_what_went_and_what_was_renamed() -> None:
    after = BEFORE.replace("## Leaving {#leaving}", "## Going {#going}").replace(
        "## Visits {#visits}\nWe open at **nine**, see [the door](https://example.org/door).",
        "## Guests {#guests}\nBring cake, and a friend who sings in tune or nearly so.",
    )
    assert kinds(BEFORE, after) == [
        ("music", "same", False), ("visits", "removed", False), ("guests", "added", False), ("going", "changed", False)
    ]  # fmt: skip
    gone = compare(text(BEFORE), text(after))[1]
    assert (gone.inserted, gone.deleted) == (0, 1)
    assert gone.html.startswith("<p><del>We open")


def test_words_are_marked_within_a_sentence() -> None:
    marked, inserted, deleted = marked_html(
        "<p>You may leave at any time.</p>", "<p>You may leave within ten days.</p>"
    )
    assert (inserted, deleted) == (1, 1)
    assert "<del>at any time.</del>" in marked.replace(" </del>", "</del>")
    assert "<ins>within ten days.</ins>" in marked.replace(" </ins>", "</ins>")


@settings(max_examples=50, deadline=None)
@given(st.permutations(range(7)), st.sets(st.integers(0, 6)), st.randoms(use_true_random=False))
def test_every_clause_of_both_versions_stands_in_the_comparison_once(
    order: list[int], dropped: set[int], dice: random.Random
) -> None:
    def clause(number: int, more: str = "") -> str:
        return f"## Title {number} {{#c{number}}}\nClause {number} says {number * 7919} things.{more}\n\n"

    old = "".join(clause(number) for number in range(7))
    kept = [number for number in order if number not in dropped]
    new = "".join(clause(number, " And more." if dice.random() < 0.5 else "") for number in kept)
    if not kept:
        return
    changes = compare(text(old), text(new))
    assert sorted(one.old.name for one in changes if one.old) == sorted(f"c{number}" for number in range(7))
    assert [one.new.name for one in changes if one.new] == [f"c{number}" for number in kept]
    assert {one.clause.name for one in changes if one.kind is Kind.REMOVED} == {f"c{number}" for number in dropped}
    # What did not move still stands in its old order.
    staying = [one.old.name for one in changes if one.old and one.new and not one.is_moved]
    assert staying == sorted(staying)
    again = compare(text(old), text(new))
    assert [one.html for one in changes] == [one.html for one in again]


@pytest.mark.parametrize(
    ("sentence", "topics"),
    [
        ("Your Content may be used to train machine learning models.", {Topic.AI}),
        ("We do not use text-and-data mining.", {Topic.AI}),
        ("Your music may teach a model that tells bells by their ring.", {Topic.AI}),
        ("Software that learns from what you hear.", {Topic.AI}),
        ("We teach music to children.", set()),
        ("You said it and paid the fee.", {Topic.MONEY}),
        ("You grant us a worldwide, royalty-free licence.", {Topic.LICENCE, Topic.MONEY}),
        ("We are not liable for damages.", {Topic.LIABILITY}),
        ("We share your personal data with nobody.", {Topic.DATA}),
        ("The train leaves at nine, and the aim is clear.", set()),
        ("Said the captain: it rains.", set()),
    ],
)
def test_a_sentence_is_about_what_its_words_say(sentence: str, topics: set[Topic]) -> None:
    assert subjects.topics_of(sentence) == topics


def test_sentences_end_where_they_end() -> None:
    said = "See Art. 5 of the act, e.g. the first part. Inc. is a name, i.e. “Ours”. (It is.) Does it? Yes! 3. Third"
    assert subjects.sentences(said) == [
        "See Art. 5 of the act, e.g. the first part.", 'Inc. is a name, i.e. "Ours".', "(It is.)", "Does it?", "Yes!",
        "3. Third",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "weight"),
    [
        (("at any time", "at any hour"), Weight.EDITORIAL),
        (("at any time.", "at any time. We are not liable for it."), Weight.MATERIAL),
        (("at any time.", "at any time. Your content may train generative models."), Weight.RIGHTS),
        (("You let us store it.", "You let us store it for a fee."), Weight.RIGHTS),
        (("## Leaving {#leaving}", "## Rain {#rain}\nIt rains.\n\n## Leaving {#leaving}"), Weight.MATERIAL),
    ],
)
def test_a_change_weighs_what_its_sentences_are_about(changed: tuple[str, str], weight: Weight) -> None:
    assert weigh(text(BEFORE), text(BEFORE.replace(*changed))).weight is weight


def test_taking_a_sentence_about_ai_away_weighs_as_much_as_adding_it() -> None:
    with_it = BEFORE.replace("at any time.", "at any time. No AI may be trained with it.")
    assert weigh(text(with_it), text(BEFORE)).weight is Weight.RIGHTS


@given(
    st.sampled_from(list(Weight)),
    st.dictionaries(st.sampled_from(list(Weight)), st.integers(-100, 400)),
    st.one_of(st.none(), st.integers(0, 500)),
    st.integers(0, 500),
)
def test_nobody_is_bound_before_they_have_had_their_notice(
    weight: Weight, days: dict[Weight, int], reached: int | None, effective: int
) -> None:
    reached_at = None if reached is None else NOW + timedelta(days=reached)
    bound = in_force_for(NOW + timedelta(days=effective), weight, reached_at, days)
    assert (bound is None) is (reached_at is None)
    if bound is not None and reached_at is not None:
        assert bound >= NOW + timedelta(days=effective)
        assert bound - reached_at >= timedelta(days=LEAST_DAYS[weight])
    # Settable upwards only.
    assert earliest(weight, NOW, days) >= earliest(weight, NOW)


_MOMENTS = st.one_of(st.none(), st.integers(0, 500).map(lambda day: NOW + timedelta(days=day)))


@given(st.sampled_from(list(Weight)), _MOMENTS, _MOMENTS, _MOMENTS, st.integers(0, 500))
def test_a_letter_that_came_back_binds_nobody_and_none_binds_before_it_could(
    weight: Weight, delivered: datetime | None, bounced: datetime | None, seen: datetime | None, effective: int
) -> None:
    effective_at, told = NOW + timedelta(days=effective), Told(delivered, bounced, seen)
    bound = binds_from(effective_at, weight, told)
    by_sight = in_force_for(effective_at, weight, seen)
    if delivered is None or bounced is not None:
        assert bound == by_sight, "as if no letter had ever gone out"
        return
    assert bound is not None
    assert bound >= effective_at
    if bound != by_sight:
        assert bound >= delivered + BOUNCES_WITHIN
        assert bound >= delivered + timedelta(days=LEAST_DAYS[weight])
    assert by_sight is None or bound <= by_sight
