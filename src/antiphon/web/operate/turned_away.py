"""What was turned away today without anybody looking at it: how often, for moderators."""

from django.utils.translation import gettext_lazy as _

from antiphon.community.service import refusals

_WORDS = {
    "comment-too-large": _("Comments far too large, not read"),
    "comment-too-long": _("Comments too long"),
    "comment-too-often": _("Comments of people who write too fast"),
    "comments-of-track-too-often": _("Comments on a track that gets too many"),
}


def today() -> list[tuple[str, int]]:
    """Return each reason in words, with its number."""
    return [(str(_WORDS[reason]), number) for reason, number in refusals.of_today().items() if reason in _WORDS]
