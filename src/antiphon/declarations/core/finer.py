"""The two vocabularies that tell models that make music from models that only describe it; files carry them.

Sources: CAWG Training and Data Mining Assertion 1.1; PLUS LDF as IPTC's guidance v2.0 (2026-03) uses it.
"""

from antiphon.declarations.core.declaration import Declaration, Said
from antiphon.declarations.core.tables import CAWG, PLUS

_USES = {Said.YES: "allowed", Said.ASK: "constrained"}


def cawg(said: Declaration, terms: str) -> dict[str, dict[str, str]]:
    """Return the entries of a `cawg.training-mining` assertion; what is asked for is constrained, by these terms."""
    entries = {}
    for label, covered in CAWG.covers.items():
        use = _USES.get(said.told(covered), "notAllowed")
        entries[label] = {"use": use, "constraint_info": terms} if use == "constrained" else {"use": use}
    return entries


def plus(said: Declaration) -> str:
    """Return the one PLUS value that covers all that is not a yes, the narrowest that does."""
    outside = 0
    for covered in PLUS.covers.values():
        outside |= covered
    denied = said.denied & outside
    return next((value for value, covered in PLUS.covers.items() if denied & ~covered == 0), "DMI-PROHIBITED")
