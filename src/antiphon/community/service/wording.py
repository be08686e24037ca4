"""What happened, in one sentence: the same on the page, by the API and in a digest."""

from django.utils.translation import gettext as _

from antiphon.community.models import Notice
from antiphon.community.service.notices import FIXED, Kind, Mail


def sentence(notice: Notice) -> str:
    """Say what a notice is about. Its `by` and `track` are read."""
    who = notice.by.name if notice.by else _("Somebody")
    title = notice.track.title if notice.track else ""
    named = {"who": who, "title": title}
    if notice.kind == Kind.FOLLOW:
        return _("%(who)s follows you.") % named
    if notice.kind == Kind.LIKE:
        return (_("%(who)s likes “%(title)s”.") if title else _("%(who)s likes a set of yours.")) % named
    if notice.kind == Kind.REPOST:
        return (_("%(who)s reposted “%(title)s”.") if title else _("%(who)s reposted a set of yours.")) % named
    if notice.kind == Kind.COMMENT:
        return _("%(who)s wrote about “%(title)s”.") % named
    if notice.kind == Kind.REPLY:
        return _("%(who)s answered you about “%(title)s”.") % named
    if notice.kind == Kind.MENTION:
        return _("%(who)s mentioned you about “%(title)s”.") % named
    if notice.kind == Kind.RELEASE:
        return _("%(who)s has published “%(title)s”.") % named
    if notice.kind == Kind.TERMS:
        return _("A text that binds you is going to change.")
    if notice.kind == Kind.PARCEL:
        return _("Your copy of everything is ready to download.")
    if notice.kind == Kind.CASE:
        return notice.words or _("There is something new in a case of yours.")
    if notice.kind == Kind.REGISTRY:
        return _("Somebody has sound of “%(title)s”, which is not released. They were told: not known here.") % named
    if notice.kind == Kind.ENQUIRY:
        return _("%(who)s asks for a licence to music of yours.") % {"who": notice.words or _("Somebody")}
    return _("The moderators have decided about something of yours.")


def words(notice: Notice) -> str:
    """What goes with a notice: a person's words in quotes, a moderator's decision as it was put."""
    said = "" if notice.kind in (Kind.ENQUIRY, Kind.CASE) else notice.words
    return said if not said or notice.kind in FIXED else _("“%(words)s”") % {"words": said}


def kinds() -> dict[str, str]:
    """The kinds of notices, in the words of their switches."""
    return {
        Kind.FOLLOW: _("Somebody follows me"),
        Kind.LIKE: _("Somebody likes my music"),
        Kind.REPOST: _("Somebody reposts my music"),
        Kind.COMMENT: _("Somebody writes about my music"),
        Kind.REPLY: _("Somebody answers me"),
        Kind.MENTION: _("Somebody mentions me"),
        Kind.RELEASE: _("Somebody I follow publishes a track"),
        Kind.ENQUIRY: _("Somebody asks for a licence to my music"),
        Kind.PARCEL: _("A copy of everything that I asked for is ready"),
        Kind.REGISTRY: _("Somebody has sound of music that I have not released"),
        Kind.TERMS: _("The terms are going to change"),
        Kind.CASE: _("My music sounds like somebody's, or somebody's like mine"),
        Kind.MODERATION: _("The moderators decide about something of mine"),
    }


def mails() -> dict[str, str]:
    """The choices of mail, in words."""
    return {Mail.NEVER: _("Never"), Mail.DAILY: _("Every morning"), Mail.WEEKLY: _("On Monday mornings")}
