"""Publishing a version: never without a summary, never sooner than its notice asks, never without telling everybody."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from antiphon.jobs import service as jobs
from antiphon.kernel import clock
from antiphon.kernel.errors import BadInput, Conflict
from antiphon.terms.core.clauses import BadText, read
from antiphon.terms.core.notice import LEAST_DAYS, Weighed, Weight, earliest, weigh
from antiphon.terms.core.subjects import Topic
from antiphon.terms.core.versions import DOCUMENTS, TERMS, Text
from antiphon.terms.models import Version
from antiphon.terms.service import reading, versions

TELL = "terms.tell"
SHORTEST_ARGUMENT = 40
SUMMARY_CHARS = 4000


@dataclass(frozen=True)
class Draft:
    """A version before it is published: what an operator hands in."""

    words: str
    summary: str
    effective_at: datetime
    author: str
    document: str = TERMS
    weight: Weight | None = None  # None: as much as the rules say
    argued: str = ""
    ordered: str = ""
    forbids: int = 0


def look(draft: Draft) -> tuple[Weighed, Weight, datetime]:
    """Return what a draft changes, what it weighs, and from when it may be in force. Raises `BadInput`, `Conflict`."""
    if draft.document not in DOCUMENTS:
        raise BadInput(_("There is no such document: %s.") % ", ".join(DOCUMENTS), fields={"document": draft.document})
    try:
        after = read(draft.words)
    except BadText as error:
        raise BadInput(_("The text cannot be published."), hint=str(error), fields={"text": str(error)}) from error
    summary = draft.summary.strip()
    if not summary or len(summary) > SUMMARY_CHARS:
        words = _("Say in plain words what changes: those who are told read that first.")
        raise BadInput(words, fields={"summary": words})
    before = versions.history(draft.document)[-1]
    weighed = weigh(versions.read_version(before), after)
    if before.text == draft.words and before.forbids == draft.forbids:
        raise Conflict(_("Nothing changes: this is the text that is published already."), subject=before.hash)
    weight = _weight(draft, weighed)
    return weighed, weight, earliest(weight, clock.now(), days())


def publish(draft: Draft) -> Version:
    """Publish a version: into the ledger, and to everybody. Raises as `look`, and `BadInput` for a day too soon."""
    _weighed, weight, soonest = look(draft)
    now = clock.now()
    if draft.effective_at < now:
        raise BadInput(_("The date of effect is in the past."), fields={"effective": _("A day to come.")})
    if draft.effective_at < soonest and not draft.ordered.strip():
        said = {"weight": weight, "days": (soonest - now).days, "day": f"{soonest:%Y-%m-%d %H:%M} UTC"}
        raise BadInput(
            _("A change of the class “%(weight)s” needs %(days)d days of notice.") % said,
            hint=_("The soonest is %(day)s. Only a court's order makes it sooner; say which with --ordered.") % said,
            fields={"effective": _("%(day)s or later") % said},
        )
    text = Text(draft.words, draft.summary.strip(), draft.forbids, draft.document)
    if Version.objects.filter(hash=text.hash).exists():
        raise Conflict(_("This very version was published before."), subject=text.hash)
    with transaction.atomic():
        row = versions.enter(
            text, effective_at=draft.effective_at, published_at=now, author=draft.author[:200], weight=weight,
            topics=sorted(_weighed.topics), argued=draft.argued.strip()[:1000], ordered=draft.ordered.strip()[:300],
        )  # fmt: skip
        jobs.enqueue(TELL, subject=f"terms:{row.pk}", key=f"{TELL}:{row.pk}", version_id=row.pk)
    reading.forget_newest()
    return row


def days() -> dict[Weight, int]:
    """Return how many days of notice each class has here: as the rules say, or longer."""
    config = settings.ANTIPHON
    return {
        **LEAST_DAYS,
        Weight.CLARIFYING: int(config.terms_days_clarifying),
        Weight.MATERIAL: int(config.terms_days_material),
        Weight.RIGHTS: int(config.terms_days_rights),
    }


def _weight(draft: Draft, weighed: Weighed) -> Weight:
    """Take the operator's word, not below what the rules say unless it is argued in public; never AI or money light."""
    said = draft.weight or weighed.weight
    if said.rank >= weighed.weight.rank:
        return said
    topics = ", ".join(sorted(weighed.topics)) or _("a clause that came or went")
    if len(" ".join(draft.argued.split())) < SHORTEST_ARGUMENT:
        raise BadInput(
            _("By the rules this change weighs more: %(weight)s, because of %(topics)s.")
            % {"weight": weighed.weight, "topics": topics},
            hint=_("Argue in public why it does not, in a sentence that others can judge (--argue)."),
            fields={"weight": _("%s or more") % weighed.weight},
        )
    if weighed.topics & {Topic.AI, Topic.MONEY} and said.rank < Weight.MATERIAL.rank:
        raise BadInput(_("What touches AI or money is material at least, whatever is argued."))
    return said
