"""How the gate speaks on pages: groups and purposes by short names, answers, and decisions in the reader's language."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from antiphon.consent import service as consent
from antiphon.consent.core.purposes import BY_SLUG, CONSTANT, GUARDED_MASK, PURPOSES, Group, Purpose

GROUPS = {
    Group.HERE: gettext_lazy("Be found here"),
    Group.OUTSIDE: gettext_lazy("Be found outside"),
    Group.TOOLS: gettext_lazy("Tools"),
    Group.MODELS: gettext_lazy("Make models"),
    Group.OUTPUTS: gettext_lazy("Machine-made outputs"),
    Group.NEEDED: gettext_lazy("Keep this place safe"),
}
SHORT = {
    "identify": gettext_lazy("Finding copies"),
    "integrity": gettext_lazy("Finding fraud"),
    "recommend": gettext_lazy("Suggestions"),
    "organize": gettext_lazy("Similar sound, tags"),
    "search-index": gettext_lazy("Search engines"),
    "ai-index": gettext_lazy("Retrieval indexes"),
    "ai-input": gettext_lazy("Answer machines"),
    "agent": gettext_lazy("Live assistants"),
    "assist": gettext_lazy("Stems, mastering"),
    "train-analysis": gettext_lazy("Models that describe"),
    "evaluate": gettext_lazy("Tests, benchmarks"),
    "train-generative": gettext_lazy("Models that make music"),
    "finetune": gettext_lazy("Models of this artist"),
    "derive": gettext_lazy("Remixes, covers"),
    "voice-likeness": gettext_lazy("Voice and likeness"),
    "research": gettext_lazy("Research"),
}
STATES = {
    "on": gettext_lazy("Always on"),
    "yes": gettext_lazy("Yes"),
    "ask": gettext_lazy("Ask me"),
    "no": gettext_lazy("No"),
    "sealed": gettext_lazy("No, sealed"),
    "mixed": gettext_lazy("Mixed"),
    "nothing": gettext_lazy("No answer yet"),
}
# What somebody says, where `nothing` takes back what was said there.
SAID = {
    "yes": gettext_lazy("Yes"),
    "ask": gettext_lazy("Ask me"),
    "no": gettext_lazy("No"),
    "nothing": gettext_lazy("As for all my music"),
}
MORE = {
    "identify": gettext_lazy(
        "A fingerprint of the sound is kept while the track is here and deleted with it. It is used for nothing else."
    ),
    "integrity": gettext_lazy(
        "Counts of plays and the addresses they came from are kept for some days. They are used for nothing else."
    ),
    "agent": gettext_lazy("Assistive technology is never blocked."),
    "voice-likeness": gettext_lazy("The performer’s own right; nobody can give it for a minor."),
    "research": gettext_lazy("In the EU the law lets research bodies do this anyway; you see those who ask."),
    "train-analysis": gettext_lazy("This site’s own models need your yes too."),
}
# Those that can be answered, by group, as they stand on every page.
ANSWERABLE: tuple[Purpose, ...] = tuple(
    one for group in GROUPS for one in PURPOSES if one.group == group and one.slug not in CONSTANT
)


def waits(purpose: Purpose) -> bool:
    """Tell whether a yes to this counts only after 72 hours."""
    return bool(purpose.bit & GUARDED_MASK)


def meaning(purpose: Purpose) -> str:
    """Return what a purpose means, with what has to be known besides."""
    more = MORE.get(purpose.slug)
    return f"{_(purpose.words)}. {more}" if more else f"{_(purpose.words)}."


def of_decision(decision: consent.Decision) -> str:
    """Return a decision's words, in the language of the page."""
    return _(decision.sentence) % decision.values if decision.values else _(decision.sentence)


def changes(decision: consent.Decision) -> str:
    """Return what would turn a decision around."""
    return " ".join(_(step) for step in decision.would_change)


def name_of(slug: str) -> str:
    """Return the short name of a purpose; a slug that is not in the table is shown as it is."""
    return str(SHORT[slug]) if slug in BY_SLUG else slug
