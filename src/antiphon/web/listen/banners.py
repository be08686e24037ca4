"""What the owner of a page is told about who can see it, in one sentence each."""

from dataclasses import dataclass

from django.utils.html import format_html
from django.utils.translation import gettext as _

from antiphon.catalogue import service as catalogue
from antiphon.kernel import clock
from antiphon.web.templatetags.look import moment


@dataclass(frozen=True)
class Banner:
    words: str
    warning: bool = False


def of_track(track: catalogue.Track) -> list[Banner]:
    """What to tell the owner, or a moderator, of a track that not everybody can hear."""
    told = [*_hidden(track)]
    state = catalogue.state_of(track)
    if state == "draft":
        told.append(Banner(_("This is a draft. Only you can see and hear it.")))
    elif state == "scheduled":
        told.append(
            Banner(
                format_html(
                    _("It comes out on {when}. Until then, only you can hear it."), when=moment(track.published_at)
                )
            )
        )
    elif state == "comparing":
        told.append(Banner(_("It is being compared with the music here. Until then, only you can hear it.")))
    elif state == "held":
        link = format_html('<a href="/studio/cases">{}</a>', _("What it sounds like, and what you can do"))
        held = _("It sounds like music that is here already, or could not be compared. Only you can hear it for now.")
        told.append(Banner(format_html("{} {}", held, link), warning=True))
    elif state == "processing":
        told.append(
            Banner(_("Your file is safe. It is being made ready to play; this takes a few seconds a minute of music."))
        )
    elif state == "failed":
        said = track.recording.failure if track.recording else ""
        told.append(Banner(said or _("Something went wrong with the file. The studio says what."), warning=True))
    elif state == "withdrawn":
        told.append(Banner(_("You have withdrawn this track. Nobody else can hear it."), warning=True))
    return told + _sharing(track)


def of_set(music_set: catalogue.MusicSet) -> list[Banner]:
    """What to tell the owner, or a moderator, of a set that not everybody can see."""
    told = [*_hidden(music_set)]
    if music_set.published_at is None:
        told.append(Banner(_("This set is a draft. Only you can see it.")))
    elif music_set.published_at > clock.now():
        words = _("It comes out on {when}. Until then, only you can see it.")
        told.append(Banner(format_html(words, when=moment(music_set.published_at))))
    return told + _sharing(music_set)


def _hidden(thing: catalogue.Track | catalogue.MusicSet) -> list[Banner]:
    if thing.hidden_at is None:
        return []
    words = format_html(
        _('A moderator has hidden this: {because} <a href="{page}">Decisions, and how to appeal</a>'),
        because=thing.hidden_because or "–",
        page="/account/decisions",
    )
    return [Banner(words, warning=True)]


def _sharing(thing: catalogue.Track | catalogue.MusicSet) -> list[Banner]:
    if thing.published_at is None:
        return []
    if thing.sharing == catalogue.Sharing.PRIVATE:
        return [Banner(_("This is private. Only you can open it."))]
    if thing.sharing == catalogue.Sharing.SECRET:
        return [Banner(_("Whoever has its secret link can open this; it is listed nowhere."))]
    return []
