"""Rows of lists of tracks as HTML. A page shows dozens, so each is built in one step instead of by a template."""

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from antiphon.catalogue import service as catalogue
from antiphon.community.service.feed import Entry
from antiphon.web.listen import addresses
from antiphon.web.templatetags.counts import plays
from antiphon.web.templatetags.look import clock, cover, credited, day, icon, item, kind, play_button, queue_button
from antiphon.web.templatetags.sets import set_link

register = template.Library()

_TRACK = """<li {item}>
  <div class="start">{cover}{play}</div>
  <div class="what">
    <a class="name" href="{page}">{title}</a>
    <span class="who"><a href="/{slug}">{credited}</a></span>{said}
  </div>
  <div class="small-wave">
    <svg viewBox="0 0 1000 100" preserveAspectRatio="none" aria-hidden="true" focusable="false">
      <path class="wave bars" d="{wave}" />
    </svg>
  </div>
  <span class="length">{length}</span>
  {acts}
</li>"""
_SET = """<li>
  <div class="start">{cover}</div>
  <div class="what">
    <a class="name" href="{page}">{title}</a>
    <span class="who">{kind} · <a href="/{slug}">{name}</a></span>{said}
  </div>
</li>"""


@register.simple_tag
def track_row(track: catalogue.Track, secret: str = "") -> SafeString:
    """A track with how often it was played, and what can be done with it."""
    acts = format_html('<span class="acts">{}{}</span>', set_link(track), queue_button(track))
    return _track(track, secret, plays(track), acts)


@register.simple_tag
def entry_row(entry: Entry) -> SafeString | str:
    """A thing of the feed, with how it came there."""
    if entry.track is not None:
        return _track(entry.track, "", _how(entry), queue_button(entry.track))
    return "" if entry.music_set is None else _set(entry.music_set, _how(entry))


def _track(track: catalogue.Track, secret: str, said: SafeString | str, acts: SafeString) -> SafeString:
    recording = track.recording
    return format_html(
        _TRACK,
        item=item(track, secret),
        cover=cover(track.artwork_key, track.pk),
        play=play_button(track),
        page=addresses.page(track, secret),
        title=track.title,
        slug=track.profile.slug,
        credited=credited(track),
        said=said,
        wave=recording.waveform_path if recording else "",
        length=clock(recording.duration_ms if recording else None),
        acts=acts,
    )


def _set(music_set: catalogue.MusicSet, said: SafeString) -> SafeString:
    return format_html(
        _SET,
        cover=cover(music_set.artwork_key, music_set.pk),
        page=addresses.page(music_set),
        title=music_set.title,
        kind=kind(music_set),
        slug=music_set.profile.slug,
        name=music_set.profile.name,
        said=said,
    )


def _how(entry: Entry) -> SafeString:
    """When it came, and who passed it on with which words."""
    if not entry.reposts:
        return format_html('<span class="who how">{}</span>', day(entry.at))
    by = format_html_join(
        ", ",
        '<a href="/{}">{}</a>{}',
        (
            (one.profile.slug, one.profile.name, format_html(" <q>{}</q>", one.words) if one.words else "")
            for one in entry.reposts
        ),
    )
    return format_html(
        '<span class="who how">{}{} {} · {}</span>', icon("repost"), _("reposted by"), by, day(entry.at)
    )  # fmt: skip
