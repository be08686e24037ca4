"""Three plain ways to begin, none preselected. Each answers all that can be answered; fine tuning comes later."""

from dataclasses import dataclass

from antiphon.consent.core.purposes import CONSTANT, PURPOSES, Group

_FOUND = ("recommend", "organize", "search-index")


@dataclass(frozen=True)
class Card:
    """A start: what it is called, what it says in plain words, and the answers it gives."""

    slug: str
    title: str
    points: tuple[tuple[str, str], ...]  # (yes, ask or no; in plain words)
    answers: dict[str, str]


def _answers(found: str, models: str) -> dict[str, str]:
    """Everything is a no but being found, and models as said."""
    said = {}
    for purpose in PURPOSES:
        if purpose.slug in CONSTANT:
            continue
        said[purpose.slug] = found if purpose.slug in _FOUND else "no"
        if purpose.group == Group.MODELS:
            said[purpose.slug] = models
    return said


CARDS: tuple[Card, ...] = (
    Card(
        "people-only",
        "People only",
        (
            ("no", "No to every use by software"),
            ("no", "Not suggested here, not in search engines"),
        ),
        _answers("no", "no"),
    ),
    Card(
        "find-me",
        "Help people find me, never train on me",
        (
            ("yes", "Suggested and searchable here"),
            ("yes", "Outside search engines may link to it"),
            ("no", "No models, no answer machines, no copies of my voice"),
        ),
        _answers("yes", "no"),
    ),
    Card(
        "ask-me",
        "Ask me first, I may sell",
        (
            ("yes", "Found here and in search engines"),
            ("ask", "Models: ask me, with your terms"),
            ("no", "No answer machines, no copies of my voice"),
        ),
        _answers("yes", "ask"),
    ),
)
BY_SLUG = {card.slug: card for card in CARDS}
