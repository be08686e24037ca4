"""Telling those who asked to be told that somebody else changed their terms: in plain words, with the sentences."""

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from antiphon.mail import service as mail
from antiphon.terms.core.differing import Difference, difference
from antiphon.terms.core.subjects import Topic, marked, touched
from antiphon.terms.models import Snapshot, Watched, Wish
from antiphon.terms.service import subscribing, watching

MOST_SENTENCES = 12


def tell(row: Watched) -> int:
    """Post a letter about the newest change of a text to everybody who wants it; return to how many. The first
    snapshot of a text is no change. Whoever was told of this change already is not told again."""
    last = list(row.snapshots.order_by("-at")[:2])
    wishes = Wish.objects.filter(Q(watched=row) | Q(watched=None))
    people = {one.subscriber_id: one.subscriber for one in wishes.select_related("subscriber")}
    if len(last) < 2 or not people:
        return 0
    found = last_change(row, last[1], last[0])
    if not found.clauses:
        return 0  # another form of the same words
    words = mail.keep_words(f"watched:{last[0].pk}", *words_for(row, last[0], found))
    mail.post_many([
        mail.Drafted(one.email, f"watched:{last[0].pk}:s{one.pk}", subscribing.ending(one), words)
        for one in sorted(people.values(), key=lambda one: one.pk)
    ])  # fmt: skip
    return len(people)


def last_change(row: Watched, old: Snapshot, new: Snapshot) -> Difference:
    """Return what changed from one snapshot to the next."""
    topics = touched(marked(watching.document_of(old)), marked(watching.document_of(new)))
    return difference(watching.promises(row), new.at, topics, watching.between(old, new))


def words_for(row: Watched, new: Snapshot, found: Difference) -> tuple[str, str]:
    """Return subject and body of the letter: what it says of AI first, word for word."""
    said = {"service": row.service, "kind": row.kind, "day": f"{new.at:%Y-%m-%d}"}
    if found.is_about_ai:
        subject = _("%(service)s changed what it says of AI") % said
    else:
        subject = _("%(service)s changed its terms; what it says of AI stays") % said
    lines = [_("The %(kind)s of %(service)s, as seen on %(day)s.") % said]
    for old, instead in found.replaced[:MOST_SENTENCES]:
        lines += [_("It said:"), f"    {old}", _("It says now:"), *(f"    {one}" for one in instead)]
    if found.came:
        lines += [_("New about AI:"), *(f"    {one}" for one in found.came[:MOST_SENTENCES])]
    if found.gone:
        lines += [_("Gone, with nothing in its place:"), *(f"    {one}" for one in found.gone[:MOST_SENTENCES])]
    if found.topics:
        lines.append(_("Also touched: %s.") % ", ".join(str(topic_names()[one]) for one in found.topics))
    changed = ngettext(
        "%(count)d clause is not as it was: %(which)s.",
        "%(count)d clauses are not as they were: %(which)s.",
        len(found.clauses),
    )
    lines.append(changed % {"count": len(found.clauses), "which": ", ".join(found.clauses[:MOST_SENTENCES])})
    page = f"{settings.SITE_URL}/terms/watched/{row.slug}/changes/{new.pk}"
    lines.append(_("Word for word, old beside new: %s") % page)
    lines.append(_("What the sentences are found by is open, and no model is asked; what they mean, a lawyer says."))
    return subject, "\n\n".join(lines)


def topic_names() -> dict[Topic, str]:
    """What a sentence can be about, in words."""
    return {
        Topic.AI: _("AI"), Topic.MONEY: _("money"), Topic.LICENCE: _("licence"), Topic.DATA: _("personal data"),
        Topic.LIABILITY: _("liability"),
    }  # fmt: skip
