"""The label tables as they are read: which purposes each label of each vocabulary covers. The data is in `data`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from antiphon.consent.core.purposes import mask_of
from antiphon.declarations import data


@dataclass(frozen=True)
class Vocabulary:
    """A vocabulary at one version: its labels with the masks of what they cover."""

    name: str
    version: str
    covers: Mapping[str, int]
    yes_also_needs: Mapping[str, int] = field(default_factory=dict)  # for a yes that says more than its label


def _read(said: Mapping[str, Mapping[str, Any]], slug: str) -> Vocabulary:
    table = said[slug]
    return Vocabulary(
        str(table["name"]),
        str(table["version"]),
        {label: mask_of(slugs) for label, slugs in table["covers"].items()},
        {label: mask_of(slugs) for label, slugs in table.get("yes_also_needs", {}).items()},
    )


_labels = data.labels()
FORM: int = _labels["form"]
AIPREF, CONTENT_SIGNAL, RSL, TDMREP, NOAI, ROBOTS, CAWG, PLUS = (
    _read(_labels, slug) for slug in ("aipref", "content-signal", "rsl", "tdmrep", "noai", "robots", "cawg", "plus")
)
VOCABULARIES = (AIPREF, CONTENT_SIGNAL, RSL, TDMREP, NOAI, ROBOTS, CAWG, PLUS)
MINING, NOAI_MASK, INDEX = TDMREP.covers["mining"], NOAI.covers["noai"], ROBOTS.covers["noindex"]
