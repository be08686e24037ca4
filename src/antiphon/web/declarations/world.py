"""“What the world is told”, for those who hold rights in a track: each channel, its lines, and what it cannot say."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from antiphon.consent import service as consent
from antiphon.consent.core.purposes import PURPOSES
from antiphon.declarations import service as declarations
from antiphon.declarations.core.declaration import Said, declare
from antiphon.declarations.core.showing import OUTSIDE, Channel, channels
from antiphon.web.consent.track import held
from antiphon.web.consent.words import name_of
from antiphon.web.studio.asking import person, signed_in

ABOUT = {
    "aipref": gettext_lazy("A header with the page and with the sound: the draft of the IETF for what AI may use."),
    "content-signal": gettext_lazy("A header, and a line in robots.txt: what Cloudflare writes for millions of sites."),
    "noai": gettext_lazy("A header and a mark in the page. Some programs that collect files for training look for it."),
    "noindex": gettext_lazy("A mark in the page that search engines obey."),
    "tdmrep": gettext_lazy(
        "A header and a mark in the page: the reservation that the law of the EU asks for, with where to ask."
    ),
    "robots": gettext_lazy(
        "For the whole site: nothing here can be said of one track. Most companies say they obey it."
    ),
    "json-ld": gettext_lazy("Data in the page for search engines: under which terms, and where they stand in words."),
    "cawg": gettext_lazy(
        "In every download, as tags and, where this site has a certificate, signed. A file is kept for years, so it "
        "carries the noes alone: what may be done stands on the label."
    ),
    "rsl": gettext_lazy(
        "A document of its own, linked from page and sound, and a part of the feed: a licence that programs can read."
    ),
}
# What a label means, said to a musician.
LABELS = {
    ("aipref", "train-ai"): gettext_lazy("Teaching models that make things"),
    ("aipref", "ai-use"): gettext_lazy("Using it as input of such a model"),
    ("aipref", "search"): gettext_lazy("Finding it by search"),
    ("content-signal", "search"): gettext_lazy("Finding it by search"),
    ("content-signal", "ai-input"): gettext_lazy("Using it as input or in answers"),
    ("content-signal", "ai-train"): gettext_lazy("Teaching or adapting any model"),
    ("noai", "noai"): gettext_lazy("Teaching any model"),
    ("noindex", "noindex"): gettext_lazy("Standing in search engines"),
    ("tdmrep", "mining"): gettext_lazy("Text and data mining without asking"),
    ("cawg", "cawg.ai_generative_training"): gettext_lazy("Teaching models that make things"),
    ("cawg", "cawg.ai_training"): gettext_lazy("Teaching models that only describe"),
    ("cawg", "cawg.ai_inference"): gettext_lazy("Using it as input of any model"),
    ("cawg", "cawg.data_mining"): gettext_lazy("Text and data mining"),
    ("rsl", "search"): gettext_lazy("Finding it by search"),
    ("rsl", "ai-index"): gettext_lazy("Standing in an index for AI"),
    ("rsl", "ai-input"): gettext_lazy("Using it as input or in answers"),
    ("rsl", "ai-train"): gettext_lazy("Teaching or adapting any model"),
}


@dataclass(frozen=True)
class Shown:
    """A channel as its part of the page draws it."""

    channel: Channel
    about: str
    words: list[tuple[str, bool | None]]
    flattened: str  # named purposes, or nothing
    unsaid: str
    is_silent: bool  # a label of it says nothing


@signed_in
@require_safe
def told(request: HttpRequest, track_id: int) -> HttpResponse:
    """Show what is told of a track, to those who hold rights in it."""
    user = person(request)
    found = held(user, track_id)
    said, track = declarations.of_recording(found.recording_id)
    label, _is_holder = consent.label_seen_by(found.recording_id, user)
    place = declarations.place_of(track) if track else declarations.site_place()
    page = settings.SITE_URL + (track.get_absolute_url() if track else "/")
    shown = channels(said, declare(label.by_purpose), place, page)
    context = {
        "found": found,
        "is_public": track is not None,
        "channels": [_shown(one) for one in shown],
        "lost": [
            {"purpose": one, "names": _listed([part.name for part in shown if one.slug in part.flattened])}
            for one in PURPOSES
            if any(one.slug in part.flattened for part in shown)
        ],
        "rows": [
            {"purpose": one, "label": label.by_purpose[one.slug], "told": _WORDS[said.of(one.slug)]}
            for one in PURPOSES
            if one.bit & OUTSIDE
        ],
        "needs_licence": [
            name_of(one.slug)
            for one in PURPOSES
            if one.bit & OUTSIDE and label.by_purpose[one.slug] == "yes" and said.of(one.slug) is Said.ASK
        ],
        "rsl": place.rsl,
    }
    return render(request, "declarations/told.html", context)


_WORDS = {Said.YES: "yes", Said.ASK: "ask", Said.NO: "no"}


def _shown(channel: Channel) -> Shown:
    return Shown(
        channel,
        str(ABOUT[channel.slug]),
        [(str(LABELS[channel.slug, label]), word) for label, word in channel.words],
        _named(channel.flattened),
        _named(channel.unsaid),
        any(word is None for _label, word in channel.words),
    )


def _named(slugs: tuple[str, ...]) -> str:
    return _listed([f"“{name_of(slug)}”" for slug in slugs])


def _listed(names: list[str]) -> str:
    return str(get_text_list(names, _("and")))
