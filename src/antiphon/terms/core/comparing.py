"""What has changed between two texts, clause by clause: `lxml.html.diff` on HTML whose formatting is folded.

Of six tools tried it read best on real changes: an old clause is struck whole and a new one stands whole, and the same
change reads the same however busy the machine is, because nothing in it looks at a clock. Links, emphasis and
typography are folded before, so that a change of formatting alone is no change.
"""

import difflib
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from lxml import etree, html
from lxml.html.diff import htmldiff

from antiphon.terms.core.clauses import Clause, Document, folded

ALIKE = 0.6  # two clauses of different names are one where so much of their words is the same
_FOLDED = ("a", "em", "strong", "code", "b", "i", "span")


class Kind(StrEnum):
    SAME = "same"
    CHANGED = "changed"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True)
class Change:
    """One clause in both versions. `html` is the new one with what came and went marked as `ins` and `del`."""

    kind: Kind
    old: Clause | None
    new: Clause | None
    html: str
    inserted: int  # runs of marked words
    deleted: int
    is_moved: bool = False
    is_retitled: bool = False

    @property
    def clause(self) -> Clause:
        one = self.new or self.old
        if one is None:
            raise ValueError("a change is of a clause")
        return one


def compare(old: Document, new: Document) -> list[Change]:
    """Return every clause of both versions, in the order of the new one; what is gone stands where it stood."""
    pairs = _pairs(old, new)
    before = {id(right): left for left, right in pairs if left is not None and right is not None}
    moved = _moved(old, [before.get(id(clause)) for clause in new.clauses])
    position = {id(clause): place for place, clause in enumerate(old.clauses)}
    lost = {id(left) for left, right in pairs if right is None}
    gone = [place for place, clause in enumerate(old.clauses) if id(clause) in lost]
    changes: list[Change] = []

    def let_go(until: int) -> None:
        while gone and gone[0] < until:
            changes.append(_change(old.clauses[gone.pop(0)], None, is_moved=False))

    def let_go_behind(place: int) -> None:
        while gone and gone[0] == place + 1:
            place = gone[0]
            let_go(place + 1)

    let_go_behind(-1)
    for clause in new.clauses:
        left = before.get(id(clause))
        stays = left is not None and id(left) not in moved
        if left is not None and stays:
            let_go(position[id(left)])
        changes.append(_change(left, clause, is_moved=left is not None and not stays))
        if left is not None and stays:
            let_go_behind(position[id(left)])
    let_go(len(old.clauses))
    return changes


def _pairs(old: Document, new: Document) -> list[tuple[Clause | None, Clause | None]]:
    """Match clauses: by name, then by the same words, then by the most alike of what is left."""
    names = {clause.name: clause for clause in new.clauses}
    pairs: list[tuple[Clause | None, Clause | None]] = []
    left, taken = [], set[int]()
    for clause in old.clauses:
        found = names.get(clause.name)
        if found is None:
            left.append(clause)
        else:
            pairs.append((clause, found))
            taken.add(id(found))
    right = [clause for clause in new.clauses if id(clause) not in taken]
    for one in list(left):
        best = max(right, key=lambda other: likeness(one, other), default=None)
        if best is not None and likeness(one, best) >= ALIKE:
            pairs.append((one, best))
            left.remove(one)
            right.remove(best)
    return pairs + [(one, None) for one in left] + [(None, one) for one in right]


def likeness(one: Clause, other: Clause) -> float:
    """How much of two clauses' words is the same, in their order: 0 to 1 (Ratcliff and Obershelp, by words)."""
    if one.words == other.words:
        return 1.0
    first, second = one.words.split(), other.words.split()
    if 2 * min(len(first), len(second)) < ALIKE * (len(first) + len(second)):
        return 0.0
    matcher = difflib.SequenceMatcher(None, first, second, autojunk=False)
    return matcher.ratio() if matcher.quick_ratio() >= ALIKE else 0.0


def _moved(old: Document, order: Sequence[Clause | None]) -> set[int]:
    """Return the clauses that stand elsewhere now: the fewest whose moving explains the new order."""
    position = {id(clause): place for place, clause in enumerate(old.clauses)}
    places = [position[id(clause)] for clause in order if clause is not None]
    staying = set(_longest_rising(places))
    return {id(old.clauses[place]) for place in places if place not in staying}


def _longest_rising(places: Sequence[int]) -> list[int]:
    """The longest rising part of a sequence of different numbers (Fredman 1975)."""
    ends: list[int] = []
    last: list[int] = []  # for each length, where its lowest end stands
    before: list[int] = []
    for index, place in enumerate(places):
        length = bisect_left(ends, place)
        before.append(last[length - 1] if length else -1)
        if length == len(ends):
            ends.append(place)
            last.append(index)
        else:
            ends[length], last[length] = place, index
    found, index = [], last[-1] if last else -1
    while index >= 0:
        found.append(places[index])
        index = before[index]
    return found[::-1]


def _change(old: Clause | None, new: Clause | None, *, is_moved: bool) -> Change:
    if old is None or new is None:
        one = new or old
        if one is None:
            raise ValueError("a change is of a clause")
        kind, mark = (Kind.ADDED, "ins") if old is None else (Kind.REMOVED, "del")
        marked = _marked_whole(one, mark)
        return Change(kind, old, new, marked, int(old is None), int(new is None))
    is_retitled = folded(old.title) != folded(new.title)
    if old.words == new.words:
        return Change(Kind.SAME, old, new, new.html, 0, 0, is_moved)
    marked, inserted, deleted = marked_html(old.html, new.html)
    if not inserted and not deleted and not is_retitled:
        return Change(Kind.SAME, old, new, new.html, 0, 0, is_moved)
    return Change(Kind.CHANGED, old, new, marked, inserted, deleted, is_moved, is_retitled)


def marked_html(old: str, new: str) -> tuple[str, int, int]:
    """Return the new HTML with what came and went marked, and how many runs of either there are."""
    before, after = normalised(old), normalised(new)
    if before == after:
        return new, 0, 0
    marked = htmldiff(before, after)
    tree = html.fragment_fromstring(marked, create_parent="div")
    runs = {"ins": 0, "del": 0}
    for element in list(tree.iter("ins", "del")):
        if "".join(element.itertext()).strip():
            runs[str(element.tag)] += 1
        else:
            element.drop_tag()
    _old_first(tree)
    return _inside(tree), runs["ins"], runs["del"]


def _old_first(tree: html.HtmlElement) -> None:
    """Where new words stand before the old ones that they replace, swap them: one reads what was, and then what is."""
    for new in list(tree.iter("ins")):
        old = new.getnext()
        if old is not None and old.tag == "del" and not (new.tail or "").strip():
            between, behind = new.tail, old.tail
            new.tail = old.tail = None
            new.addprevious(old)
            old.tail, new.tail = between or " ", behind


def normalised(markup: str) -> str:
    """Return HTML with links and emphasis unwrapped, typography folded, one space between words: what is compared."""
    tree = html.fragment_fromstring(markup, create_parent="div")
    for element in list(tree.iter(*_FOLDED)):
        element.drop_tag()
    for element in tree.iter():
        for name in list(element.attrib):
            del element.attrib[name]
        if element.text:
            element.text = _one_space(element.text)
        if element.tail:
            element.tail = _one_space(element.tail)
    return _inside(tree)


def _one_space(text: str) -> str:
    inner = folded(text)
    before = " " if text[:1].isspace() and inner else ""
    after = " " if text[-1:].isspace() and inner else ""
    return f"{before}{inner}{after}" if inner else (" " if text.isspace() and "\n" not in text else "")


def _marked_whole(clause: Clause, mark: str) -> str:
    """Mark all of a clause's words, inside its blocks, so that lists stay lists."""
    tree = html.fragment_fromstring(clause.html, create_parent="div") if clause.html.strip() else etree.Element("div")
    for element in list(tree.iter("p", "li", "td", "th", "pre", "h1", "h2", "h3", "h4", "h5", "h6")):
        wrapper = etree.Element(mark)
        wrapper.text, element.text = element.text, None
        for child in list(element):
            if child.tag in ("ul", "ol", "p", "table"):
                break
            wrapper.append(child)
        if (wrapper.text or "").strip() or len(wrapper):
            element.insert(0, wrapper)
    return _inside(tree)


def _inside(tree: etree._Element) -> str:
    inner = (tree.text or "") + "".join(etree.tostring(child, encoding="unicode", method="html") for child in tree)
    return inner.strip()


def side(markup: str, keep: str) -> str:
    """Return one side of marked HTML: `del` keeps the old words and drops the new ones, `ins` the other way round."""
    drop = "ins" if keep == "del" else "del"
    tree = html.fragment_fromstring(markup, create_parent="div")
    for element in list(tree.iter(drop)):
        element.drop_tree()
    for element in list(tree.iter("p", "li", "td", "th", "pre")):
        if not "".join(element.itertext()).strip():
            element.drop_tree()
    return _inside(tree)
