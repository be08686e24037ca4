"""What the views of the terms begin with: a document's versions, and one of them by its short name."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from lxml.html import HtmlElement, builder, fragment_fromstring, tostring

from antiphon.kernel import clock
from antiphon.kernel.errors import NotFound
from antiphon.terms import service as terms

WEIGHTS = {
    "editorial": gettext_lazy("Editorial: what is agreed stays the same"),
    "clarifying": gettext_lazy("Clarifying: other words for the same"),
    "material": gettext_lazy("Material: it changes what is agreed"),
    "rights": gettext_lazy("About AI or money: it binds nobody without their yes"),
}


@dataclass(frozen=True)
class Line:
    """A version as lists show it."""

    row: terms.Version
    short: str
    weight: str
    is_in_force: bool
    before: str = ""  # the short name of the one that it followed


def lines(document: str) -> list[Line]:
    """Return a document's versions, the latest first. Raises `NotFound`."""
    now = terms.current(document)
    rows = terms.history(document)
    found = []
    for before, row in zip([None, *rows], rows, strict=False):
        found.append(
            Line(row, terms.short(row), str(WEIGHTS[row.weight]), row == now, terms.short(before) if before else "")
        )
    return found[::-1]


def of(document: str, short: str) -> tuple[terms.Version, list[terms.Version]]:
    """Return a version and all of its document's, the first one first. Raises `NotFound`."""
    rows = terms.history(document)
    found = next((row for row in rows if terms.short(row) == short), None)
    if found is None:
        raise NotFound(_("There is no such version."), subject=short[:40])
    return found, rows


def name_of(document: str) -> str:
    """Return what a document is called. Raises `NotFound`."""
    try:
        return terms.names()[document]
    except KeyError:
        raise NotFound(_("There is no such document."), subject=document[:40]) from None


@dataclass(frozen=True)
class Waiting:
    """A question, with how many days it has waited for an answer, and the version that it is about."""

    row: terms.Question
    days: int
    short: str


def by_clause(rows: Iterable[terms.Question]) -> dict[str, list[Waiting]]:
    """Return questions by their clause."""
    found: dict[str, list[Waiting]] = {}
    for one in with_days(rows):
        found.setdefault(one.row.clause, []).append(one)
    return found


def with_days(rows: Iterable[terms.Question]) -> list[Waiting]:
    """Return questions, each with how many days it has waited. Reads their versions."""
    now = clock.now()
    return [Waiting(row, 0 if row.answered_at else (now - row.asked_at).days, terms.short(row.version)) for row in rows]


def clean(html: str) -> SafeString:
    """HTML of a clause: made from Markdown that lets no HTML through, and marked by us."""
    return mark_safe(html)  # noqa: S308


def marked(html: str) -> SafeString:
    """HTML in which `ins` and `del` stand, so that it is heard, too, what is new and what is gone: few screen readers
    say so by themselves."""
    tree = fragment_fromstring(html, create_parent="div")
    said = {"del": (_("gone:"), _("end of what is gone")), "ins": (_("new:"), _("end of what is new"))}
    for element in list(tree.iter(*said)):
        begins, ends = said[str(element.tag)]
        behind = _heard(f" {ends}] ")
        element.addprevious(_heard(f"[{begins} "))
        behind.tail, element.tail = element.tail, None
        element.addnext(behind)
    inner = escape(tree.text or "") + "".join(tostring(one, encoding="unicode") for one in tree)
    return clean(inner)


def _heard(words: str) -> HtmlElement:
    made = builder.SPAN(words)
    made.set("class", "unseen")
    return made


def address(document: str) -> str:
    """Return the path of a document's present version."""
    return reverse("terms") if document == terms.TERMS else reverse("terms_document", args=[document])
