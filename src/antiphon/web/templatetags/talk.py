"""One thread of comments as HTML. A page shows dozens, so each is built in one step instead of by a template.

Words of people stand in an element of their own with its own direction, so that no script of theirs turns the page
around them; links lend no weight to where they lead, and those of new accounts are words.
"""

from django import template
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from antiphon.community.core import writing
from antiphon.community.core.times import clock_of
from antiphon.community.service.talk import Said, Thread
from antiphon.web.listen.talk import Talk
from antiphon.web.templatetags.look import moment, spoken

register = template.Library()
_REL = "nofollow ugc noopener"


@register.simple_tag
def talk_thread(thread: Thread, talk: Talk) -> SafeString:
    """A comment with the answers that are here, and where the others are."""
    answers = [format_html("<li {}>{}</li>", _place(one, talk), _said(one, talk)) for one in thread.answers]
    more = ""
    if thread.more:
        words = ngettext("%(count)s more answer", "%(count)s more answers", thread.more) % {"count": thread.more}
        more = format_html('<p class="acts"><a href="{}?comment={}">{}</a></p>', talk.here, thread.said.row.pk, words)
    below = format_html('<ol class="answers">{}</ol>', mark_safe("".join(answers))) if answers else ""  # noqa: S308
    return format_html("<li {}>{}{}{}</li>", _place(thread.said, talk), _said(thread.said, talk), below, more)


@register.filter
def said_words(said: Said) -> SafeString:
    """What somebody said, with its links and mentions."""
    return words_html(said.row.words, said.row.mentions, links_work=said.row.links_work)


def words_html(words: str, mentions: list[str], *, links_work: bool) -> SafeString:
    """Return cleaned words as HTML: mentions of profiles that there were are links, addresses where they work."""
    known = frozenset(mentions)
    out = []
    for piece in writing.pieces_of(words):
        if piece.kind == "link" and links_work:
            out.append(format_html('<a href="{}" rel="{}"><bdi>{}</bdi></a>', piece.target, _REL, piece.text))
        elif piece.kind == "mention" and piece.target in known:
            out.append(format_html('<a href="/{}">{}</a>', piece.target, piece.text))
        else:
            out.append(escape(piece.text))
    return mark_safe("".join(out))  # noqa: S308  (each piece is escaped)


def _place(said: Said, talk: Talk) -> SafeString:
    led = talk.focus == said.row.pk and not talk.draft.parent and not talk.draft.edit
    if led:
        return format_html('id="comment-{}" class="led" tabindex="-1" autofocus', said.row.pk)
    return format_html('id="comment-{}"', said.row.pk)


def _said(said: Said, talk: Talk) -> SafeString:
    if said.is_trace:
        return format_html('<p class="trace">{}</p>', _trace(said))
    note = _note(said)
    return format_html(
        '<p class="said-head">{}{}{}{}</p><div class="words" dir="auto">{}</div>{}{}',
        _who(said), _at(said), _when(said, talk), _edited(said), said_words(said), note, _acts(said, talk),
    )  # fmt: skip


def _who(said: Said) -> SafeString:
    return format_html('<a class="who" href="/{}"><bdi>{}</bdi></a> ', said.row.slug, said.row.face)


def _at(said: Said) -> SafeString | str:
    if said.at_ms is None:
        return ""
    label = _("Hear it at %(place)s") % {"place": spoken(said.at_ms // 1000 * 1000)}
    return format_html(
        '<a class="at" href="#t={}" data-at="{}" aria-label="{}">{}</a> ',
        said.at_ms // 1000, said.at_ms, label, clock_of(said.at_ms),
    )  # fmt: skip


def _when(said: Said, talk: Talk) -> SafeString:
    return format_html(
        '<a class="when" href="{}?comment={}">{}</a>', talk.here, said.row.pk, moment(said.row.created_at)
    )


def _edited(said: Said) -> SafeString | str:
    return format_html(' <span class="quiet">{}</span>', _("edited")) if said.row.edited_at else ""


def _trace(said: Said) -> str:
    if said.row.state == "removed":
        return _("Removed by whoever made the track.")
    if said.row.state == "hidden" or said.row.profile_hidden_at:
        return _("Hidden by a moderator.")
    return _("Deleted.")


def _note(said: Said) -> SafeString | str:
    """What whoever wrote it, and moderators, are told of a comment that others do not see."""
    if said.is_shown:
        return ""
    if said.row.state == "hidden":
        words = _("Hidden by a moderator: %(why)s") % {"why": said.row.hidden_because}
    else:
        words = _("Removed by whoever made the track; others do not see it.")
    return format_html('<p class="banner warning">{}</p>', words)


def _acts(said: Said, talk: Talk) -> SafeString | str:
    """What this viewer may do with it; each says whose comment it means to those who do not see the page."""
    pk, of = said.row.pk, format_html('<span class="unseen"> ({})</span>', said.row.face)
    acts: list[tuple[str, tuple[object, ...], str]] = []
    if said.is_shown and talk.is_open and talk.is_member:
        acts.append(("{}?reply={}#write", (talk.here, pk), _("Answer")))
    if said.may_edit:
        acts.append(("{}?edit={}#write", (talk.here, pk), _("Edit")))
    if said.is_shown and not said.is_own:
        acts.append(("/report?kind=comment&amp;id={}{}", (pk, _secret(talk)), _("Report")))
        if talk.is_moderator:
            acts.append(("/operate/hide/comment/{}", (pk,), _("Hide")))
    out = [format_html(f'<a href="{where}">{{}}{{}}</a>', *values, words, of) for where, values, words in acts]
    if said.is_own:
        out.append(_press("delete", pk, _("Delete"), of))
    elif talk.is_owner and said.is_shown:
        out.append(_press("remove", pk, _("Remove"), of))
    return format_html('<p class="acts">{}</p>', format_html_join(" ", "{}", ((one,) for one in out))) if out else ""


def _press(name: str, pk: int, words: str, of: SafeString) -> SafeString:
    return format_html('<button class="link" type="submit" name="{}" value="{}">{}{}</button>', name, pk, words, of)


def _secret(talk: Talk) -> SafeString | str:
    return format_html("&amp;secret={}", talk.secret) if talk.secret else ""
