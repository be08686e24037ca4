"""What an uploader is told of the last step: that a recording is compared with the music here, and what came of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from antiphon.catalogue import service as catalogue
from antiphon.identification import service as identification


@dataclass(frozen=True)
class Compared:
    """How a recording is held, and why it could not be compared, if it could not."""

    held: str
    why: str


def of(recording_ids: Iterable[int]) -> dict[int, Compared]:
    """Return the recordings that are not free. Two queries, and one more where one is held."""
    held = {pk: state for pk, state in catalogue.held_now(recording_ids).items() if state}
    why = identification.why_of(pk for pk, state in held.items() if state == catalogue.HELD) if held else {}
    return {pk: Compared(state, why.get(pk, "")) for pk, state in held.items()}


def added(told: dict[str, Any], compared: Compared | None) -> dict[str, Any]:
    """Return what is told of a file that is ready to play, with this step; of any other, as it is."""
    if compared is None or told["state"] != "ready":
        return told
    if compared.held == catalogue.MATCHING:
        words = _("You can play it. It is being compared with the music here; then others can hear it.")
        return told | {"state": "comparing", "words": words, "settled": False, "spoken": ""}
    if compared.why:
        words = _("You can play it, but others cannot yet.")
        spoken = " ".join([words, compared.why])
        return told | {"state": "failed", "words": words, "reason": compared.why, "spoken": spoken}
    words = _("It sounds like music that is here already. Until that is settled, only you can hear it.")
    return told | {"state": "held", "words": words, "spoken": words}
