"""What the gate says to whoever asks from outside, known by name and without a grant: a letter a purpose.

y(es), a(sk), n(o), in the order of the purposes' numbers. Declarations are made of it. The rules decide, as for anybody
who asks; so a use in models or outputs is never a yes here, since it needs a licence for somebody by name.
"""

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

from django.db.models import Count, QuerySet, Subquery, Value

from antiphon.consent.core.facts import Standing, facts_of
from antiphon.consent.core.forms.python import code_of
from antiphon.consent.core.purposes import PURPOSES
from antiphon.consent.core.rules import BY_CODE
from antiphon.consent.models import Subject
from antiphon.consent.service import deciding
from antiphon.storage.prepared import Prepared, Slots

_SOMEBODY = "somebody/outside"
NOTHING = "n" * len(PURPOSES)
_COLUMNS = (
    "known", "withdrawn", "label", "sealed", "match_no", "any_no", "any_ask", "all_yes", "terms_forbid", "ask_all",
)  # fmt: skip
_of_recordings = Prepared(lambda: Subject.objects.filter(pk__in=Slots("recordings")).values_list("pk", *_COLUMNS))


def told_outside(subject: Subject) -> str:
    """Return what is told of a recording. Reads nothing but the row."""
    return _told(deciding.standing_of(subject), subject.ask_all)


def told_of(recording_ids: Iterable[int]) -> dict[int, str]:
    """Return what is told of each of these recordings; one that the gate does not know is missing. One query."""
    ids = list(recording_ids)
    if not ids:
        return {}
    rows = _of_recordings(recordings=ids)
    return {pk: told_outside(Subject(pk, **dict(zip(_COLUMNS, row, strict=True)))) for pk, *row in rows}


Recordings = Callable[[], "QuerySet[Any, Any]"]  # one column of ids, in no order; with slots, as `Prepared` has it


def told_together(recordings: Recordings) -> Callable[..., list[str]]:
    """Prepare the question what is told of the recordings of a query, each word once: ask it with its slots' values.

    One query, and a row for each way to answer, however many recordings share it. One that the gate does not know adds
    all noes.
    """
    rows = Prepared(lambda: _alike(recordings))

    def ask(**slots: object) -> list[str]:
        known, total, told = 0, 0, set()
        for here, total, *row in rows(**slots):  # noqa: B007  (the same in each)
            known += here
            told.add(told_outside(Subject(**dict(zip(_COLUMNS, row, strict=True)))))
        return sorted(told if known == total else {*told, NOTHING})

    return ask


def _alike(recordings: Recordings) -> "QuerySet[Any, Any]":
    total = recordings().annotate(one=Value(1)).values("one").annotate(all=Count("*")).values("all")
    rows = Subject.objects.filter(pk__in=recordings()).values(*_COLUMNS).order_by()
    counted: QuerySet[Any, Any] = rows.annotate(here=Count("pk"), total=Subquery(total))
    return counted.values_list("here", "total", *_COLUMNS)


@lru_cache(maxsize=4096)
def _told(standing: Standing, ask_all: int) -> str:
    # Kept by what was folded and not by recording: another answer is another question.
    # Ask is said where asking can lead to something: every holder says yes or ask, as on the label.
    letters = []
    for purpose in PURPOSES:
        rule = BY_CODE[code_of(facts_of(standing, purpose.slug, actor=_SOMEBODY, known_actor=True))]
        can_be_asked = rule.slug == "no.licence" and bool(purpose.bit & (ask_all | (standing.all_yes or 0)))
        letters.append("y" if rule.allows else "a" if can_be_asked else "n")
    return "".join(letters)
