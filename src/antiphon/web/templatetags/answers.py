"""Pieces of pages about answers: the sign with its word, and the names of groups and purposes."""

from datetime import timedelta

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from antiphon.consent import service as consent
from antiphon.consent.core.purposes import PURPOSES, Group, Purpose
from antiphon.web.consent import words

register = template.Library()


@register.filter
def sign(state: str) -> SafeString:
    """An answer as a shape and a word: a full square is yes, a half one ask, an empty one no."""
    shape = "no" if state == "sealed" else state
    if state in ("mixed", "nothing", ""):
        return format_html('<span class="said">{}</span>', words.STATES[state or "nothing"])
    return format_html('<span class="said {}"><span class="sign"></span>{}</span>', shape, words.STATES[state])


@register.filter
def state_of(line: consent.Line | consent.Section) -> str:
    """The state of a line or a group as `sign` shows it: a no under a seal says so."""
    return "sealed" if line.state == "no" and line.sealed else line.state


@register.filter
def group_name(group: Group) -> str:
    return str(words.GROUPS[group])


@register.filter
def short_name(purpose: Purpose | str) -> str:
    """A purpose in two or three words."""
    return words.name_of(purpose if isinstance(purpose, str) else purpose.slug)


@register.filter
def numbered(number: int) -> str:
    """The short word of a purpose's number."""
    return PURPOSES[number - 1].slug


@register.filter
def meaning(purpose: Purpose) -> str:
    """A purpose in a sentence."""
    return words.meaning(purpose)


@register.filter
def waits(purpose: Purpose) -> bool:
    """Whether a yes to this waits for 72 hours."""
    return words.waits(purpose)


@register.filter
def percent(share_ppm: int) -> str:
    """500000 → `50`: parts in a million as percent."""
    return f"{share_ppm / 10_000:.4f}".rstrip("0").rstrip(".")


@register.filter
def hours(wait: timedelta) -> int:
    return round(wait.total_seconds() / 3600)


@register.filter
def said_word(state: str) -> str:
    """An answer as its word alone."""
    return str(words.STATES[state])


@register.filter
def cell_sign(state: str) -> SafeString:
    """The sign of a cell in a table of many: a short word, so that fourteen of them stand side by side."""
    words_of = {"yes": _("Yes"), "ask": _("Ask"), "no": _("No"), "sealed": _("Sealed")}
    shape = "no" if state == "sealed" else state
    return format_html('<span class="said {}"><span class="sign"></span>{}</span>', shape, words_of[state])
