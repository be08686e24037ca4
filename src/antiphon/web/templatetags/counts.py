"""Counts on pages: how often a track was played, liked and passed on. One query for all the tracks of a page."""

from collections.abc import Sequence
from typing import Any

from django import template
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from antiphon.community.service import tallies

register = template.Library()


@register.simple_tag
def with_counts(tracks: Sequence[Any]) -> str:
    """Read the counts of these tracks at once; from then on each has them as `track.counts`. Says nothing."""
    found = tallies.of_tracks([track.pk for track in tracks]) if tracks else {}
    for track in tracks:
        track.counts = found.get(track.pk, tallies.Counts())
    return ""


@register.simple_tag
def counts_of(track: Any) -> tallies.Counts:
    """The counts of one track: those that were read for its page, or else a query of their own."""
    known = getattr(track, "counts", None)
    if known is None:
        known = track.counts = tallies.of_track(track.pk)
    return known


@register.simple_tag
def plays(track: Any) -> SafeString | str:
    """How often a track of a list was played, in few letters; nothing before its first play."""
    many = track.counts.plays if hasattr(track, "counts") else 0
    return format_html('<span class="plays quiet nums">{}</span>', in_words(many)) if many else ""


def in_words(many: int) -> str:
    """1200 → `1,200 plays`."""
    return ngettext("%(n)s play", "%(n)s plays", many) % {"n": number_format(many, force_grouping=True)}


@register.filter
def percent(share: float | None) -> str:
    """0.421 → `42 %`; a dash where there is nothing to compare."""
    return "–" if share is None else _("%(n)s %%") % {"n": number_format(100 * share, 0 if share >= 0.1 else 1)}


@register.filter
def bars_height(bars: Sequence[Any]) -> int:
    """The height of a chart with so many bars, in units of its box."""
    return 26 * len(bars) + 2
