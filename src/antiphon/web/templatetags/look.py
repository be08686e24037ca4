"""Pieces of pages that templates ask for by name: icons, covers, times, and what a button plays.

These run many times a page, so each builds its text in one step instead of including a template.
"""

import re
from datetime import date, datetime
from functools import lru_cache

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import conditional_escape, escape, format_html, json_script, urlize
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from antiphon.catalogue import service as catalogue
from antiphon.web.listen import addresses, sentences

register = template.Library()

_MAY_LINK = re.compile(r"[:@]|www\.|\.(?:com|edu|gov|int|mil|net|org)\b", re.IGNORECASE)


@register.simple_tag
@lru_cache(maxsize=128)
def icon(name: str, extra: str = "") -> SafeString:
    """One symbol of `parts/icons.html`. It says nothing to a screen reader: words stand beside it or on its button."""
    classes = f"icon {extra}".strip()
    return format_html('<svg class="{}" aria-hidden="true" focusable="false"><use href="#i-{}"/></svg>', classes, name)


@register.filter
def clock(ms: int | None) -> str:
    """200000 → `3:20`; nothing for a length that is not known yet."""
    if ms is None:
        return ""
    seconds = round(ms / 1000)
    hours, minutes, seconds = seconds // 3600, seconds // 60 % 60, seconds % 60
    return f"{hours}:{minutes:02d}:{seconds:02d}" if hours else f"{minutes}:{seconds:02d}"


@register.filter
def seconds(at: int) -> str:
    """65 → `1:05`."""
    return clock(1000 * at)


@register.filter
def spoken(ms: int | None) -> str:
    """200000 → `3 minutes 20 seconds`, for those who listen to the page."""
    if ms is None:
        return ""
    seconds = round(ms / 1000)
    parts = []
    for count, words in (
        (seconds // 3600, ngettext("%d hour", "%d hours", seconds // 3600)),
        (seconds // 60 % 60, ngettext("%d minute", "%d minutes", seconds // 60 % 60)),
        (seconds % 60, ngettext("%d second", "%d seconds", seconds % 60)),
    ):
        if count:
            parts.append(words % count)
    return " ".join(parts) or ngettext("%d second", "%d seconds", 0) % 0


@register.filter
def day(at: datetime | date | None) -> SafeString | str:
    """A day in the viewer's time zone, as a <time> that programs can read."""
    if at is None:
        return ""
    if isinstance(at, datetime):
        local = timezone.localtime(at)
        return format_html('<time datetime="{}">{}</time>', at.isoformat(timespec="seconds"), _day(local.date()))
    return format_html('<time datetime="{}">{}</time>', at.isoformat(), _day(at))


@register.filter
def moment(at: datetime | None) -> SafeString | str:
    """A day and a time of day in the viewer's time zone, with the zone's name."""
    if at is None:
        return ""
    local = timezone.localtime(at)
    words = _("%(day)s, %(time)s") % {"day": _day(local.date()), "time": local.strftime("%H:%M")}
    return format_html('<time datetime="{}">{} {}</time>', at.isoformat(timespec="seconds"), words, local.tzname())


def _day(at: date) -> str:
    return date_format(at, "j F Y")


@register.filter
def autolink(text: str) -> SafeString:
    """Text of a person, escaped, with its addresses made into links that lend no weight to where they point."""
    if not _MAY_LINK.search(text):
        return conditional_escape(text)  # looking at every word of a long text is dear
    return mark_safe(urlize(text, nofollow=True, autoescape=True))  # noqa: S308  (urlize escapes)


@register.filter
def credited(track: catalogue.Track) -> str:
    """Whom a track is by: as credited, else the profile's name."""
    return track.artists or track.profile.name


@register.simple_tag
def by_line(track: catalogue.Track) -> SafeString:
    """Whom a track is by, with the profile's own name in it as a link."""
    profile = track.profile
    link = format_html('<a href="/{}">{}</a>', profile.slug, profile.name)
    before, name, after = track.artists.partition(profile.name)
    if not track.artists:
        return link
    if name:
        return format_html("{}{}{}", before, link, after)
    return format_html(
        '{} <span class="quiet">{}</span>', track.artists, mark_safe(escape(_("on")) + " " + link)  # noqa: S308
    )  # fmt: skip


@register.simple_tag
def item(track: catalogue.Track, secret: str = "") -> SafeString:
    """What the player needs to know of a track, as attributes: written on whatever holds its play button."""
    return format_html(
        'data-id="{}" data-info="{}" data-title="{}" data-by="{}" data-page="{}" data-art="{}" data-ms="{}"',
        track.pk,
        addresses.info(track, secret),
        track.title,
        credited(track),
        addresses.page(track, secret),
        addresses.picture(track.artwork_key, addresses.LARGE),
        (track.recording.duration_ms if track.recording else 0) or 0,
    )


@register.simple_tag
def play_button(track: catalogue.Track, where: str = "") -> SafeString:
    """A button that plays the track of the `item` around it; scripts turn it into a pause button."""
    label = _("Play %(title)s") % {"title": track.title}
    return format_html(
        '<button type="button" class="js-only {}" data-does="play" aria-label="{}">{}</button>',
        where, label, icon("play", "solid"),
    )  # fmt: skip


@register.simple_tag
def queue_button(track: catalogue.Track) -> SafeString:
    """A button that puts the track of the `item` around it at the end of the queue."""
    label = _("Add %(title)s to the queue") % {"title": track.title}
    return format_html(
        '<button type="button" class="bare square later js-only" data-does="last" aria-label="{}" title="{}">'
        "{}</button>",
        label, _("Add to queue"), icon("add"),
    )  # fmt: skip


@register.simple_tag
def page_of(thing: catalogue.Track | catalogue.MusicSet, secret: str = "") -> str:
    """The address of a track's or set's page, with the secret that opens it when it needs one."""
    return addresses.page(thing, secret)


@register.simple_tag
def stream_of(track: catalogue.Track, secret: str = "") -> str:
    """The address of the sound for a player without scripts."""
    return addresses.stream(track, secret)


@register.simple_tag
def download_of(track: catalogue.Track, secret: str = "") -> str:
    """The address of the file to keep."""
    return addresses.download(track, secret)


@register.simple_tag
def picture_of(key: str, side: int) -> str:
    """The address of a picture."""
    return addresses.picture(key, side)


@register.filter
def kind(music_set: catalogue.MusicSet | catalogue.Line) -> str:
    """What sort of set it is, as a word."""
    names = {"album": _("Album"), "ep": _("EP"), "single": _("Single"), "playlist": _("Playlist")}
    return names[music_set.kind]


@register.simple_tag
def cover(key: str, number: int, side: int = addresses.SMALL, alt: str = "") -> SafeString:
    """The artwork, or for a thing without any, four lines with a few notes of its own."""
    if key:
        return format_html(
            '<img class="cover" src="{}" width="{}" height="{}" alt="{}" loading="lazy" decoding="async">',
            addresses.picture(key, side), side, side, alt,
        )  # fmt: skip
    return mark_safe(_incipit(number))  # noqa: S308  (made of numbers only)


def _incipit(number: int) -> str:
    """Three to five square notes on a staff, always the same for the same number."""
    state = number * 2654435761 % 2**32
    notes = []
    count = 3 + state % 3
    for place in range(count):
        state = (state * 1664525 + 1013904223) % 2**32
        x = 50 + (place - (count - 1) / 2) * 17 - 4
        notes.append(f'<rect x="{x:g}" y="{27 + 6 * ((state >> 16) % 7)}" width="8" height="9"/>')
    return (
        '<svg class="cover incipit" viewBox="0 0 100 100" aria-hidden="true" focusable="false">'
        '<path d="M0 32H100M0 44H100M0 56H100M0 68H100"/>' + "".join(notes) + "</svg>"
    )


@register.simple_tag
def words() -> SafeString:
    """Everything scripts may have to say, in the page's language."""
    return json_script(sentences.everything(), "words")
