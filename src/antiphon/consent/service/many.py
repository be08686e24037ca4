"""The rules over many recordings at once. The only place of this room's service that loads arrays."""

from collections.abc import Callable, Collection, Sequence
from typing import Any

import numpy as np
from pyroaring import BitMap

from antiphon.consent.core.facts import FLAGS, MASKS, U16
from antiphon.consent.core.forms.numpy import Columns, codes, masks
from antiphon.consent.core.purposes import BY_SLUG
from antiphon.consent.core.rules import BY_CODE
from antiphon.consent.models import Subject
from antiphon.consent.service.deciding import COLUMNS, Stored


def _columns(of: Callable[[str], Sequence[Any]], covered: Sequence[int] | None = None) -> Columns:
    """Return what is stored of recordings as columns, one element each; `covered` are masks of what grants cover."""
    terms = of("terms_forbid")
    # Empty where nobody knows the terms: kept as objects, which are read one by one, and those as unknown.
    whole = all(one is not None and 0 <= one <= U16 for one in terms)
    return Columns(
        **{name: np.array(of(name), dtype=bool) for name in ("known", *FLAGS)},
        **{name: np.array(of(name), dtype=np.uint16) for name in MASKS},
        terms_forbid=np.array(terms, dtype=np.uint16 if whole else object),
        covered=np.array(covered, dtype=np.uint16) if covered else None,
    )


def allow_masks(rows: Sequence[Subject]) -> dict[int, int]:
    """Return what this site itself may do with each recording, as masks of purposes."""
    columns = _columns(lambda name: [getattr(row, name) for row in rows])
    return dict(zip((row.pk for row in rows), masks(columns).tolist(), strict=True))


def by_rule(
    rows: Sequence[Stored], purpose: str, *, actor: str, known_actor: bool, covered: Collection[int]
) -> dict[str, BitMap]:
    """Return the recordings by the rule that decided."""
    bit = BY_SLUG[purpose].bit if purpose in BY_SLUG else 0
    ids = np.array([row[0] for row in rows], dtype=np.uint32)
    stored = dict(zip(COLUMNS, zip(*rows, strict=True), strict=True))
    granted = [bit if row[0] in covered else 0 for row in rows] if covered else None
    said = codes(_columns(stored.__getitem__, granted), purpose, actor=actor, known_actor=known_actor)
    return {BY_CODE[int(code)].slug: BitMap(ids[said == code].tolist()) for code in np.unique(said)}
