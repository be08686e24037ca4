"""The rules over many recordings at once. The only place of this room's service that loads arrays."""

from collections.abc import Collection, Sequence

import numpy as np
from pyroaring import BitMap

from antiphon.consent.core.facts import FLAGS, MASKS
from antiphon.consent.core.forms.numpy import Columns, codes, masks
from antiphon.consent.core.purposes import BY_SLUG
from antiphon.consent.core.rules import BY_CODE
from antiphon.consent.models import Subject


def columns_of(rows: Sequence[Subject], covered: Collection[int] = (), purpose: str = "") -> Columns:
    """Return what is stored of recordings as columns, one element each; `covered` are those that grants cover."""
    bit = BY_SLUG[purpose].bit if purpose in BY_SLUG else 0
    return Columns(
        **{name: np.array([getattr(row, name) for row in rows], dtype=bool) for name in ("known", *FLAGS)},
        **{name: np.array([getattr(row, name) for row in rows], dtype=np.uint16) for name in MASKS},
        # Empty where nobody knows the terms: kept as an object, which is read as unknown.
        terms_forbid=np.array([row.terms_forbid for row in rows], dtype=object),
        covered=np.array([bit if row.pk in covered else 0 for row in rows], dtype=np.uint16) if covered else None,
    )


def allow_masks(rows: Sequence[Subject]) -> dict[int, int]:
    """Return what this site itself may do with each recording, as masks of purposes."""
    return dict(zip((row.pk for row in rows), masks(columns_of(rows)).tolist(), strict=True))


def by_rule(
    rows: Sequence[Subject], purpose: str, *, actor: str, known_actor: bool, covered: Collection[int]
) -> dict[str, BitMap]:
    """Return the recordings by the rule that decided."""
    said = codes(columns_of(rows, covered, purpose), purpose, actor=actor, known_actor=known_actor)
    ids = np.array([row.pk for row in rows], dtype=np.uint32)
    return {BY_CODE[int(code)].slug: BitMap(ids[said == code].tolist()) for code in np.unique(said)}
