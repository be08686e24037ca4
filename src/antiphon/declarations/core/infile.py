"""What of a declaration goes into a file. A file is kept for years and asks nobody: it holds the noes, and where the
living answer stands; never a yes, which might be taken back tomorrow.

Sources: CAWG Training and Data Mining Assertion 1.1; C2PA 1.4, `c2pa.training-mining` (older, and still what is read);
PLUS LDF as IPTC's guidance v2.0 (2026-03) uses it.
"""

import hashlib
import json
from dataclasses import dataclass
from functools import lru_cache

from antiphon.declarations.core.declaration import Declaration, read
from antiphon.declarations.core.finer import cawg, plus
from antiphon.declarations.core.lines import content_usage, reserves
from antiphon.declarations.core.tables import FORM

Assertions = dict[str, dict[str, dict[str, str]]]
NEW, OLD = "cawg.training-mining", "c2pa.training-mining"
# Raise it when what follows says the same answer in another form, and every copy is made anew.
FORM_IN_FILES = 2
_PLUS = "http://ns.useplus.org/ldf/vocab/"


@dataclass(frozen=True)
class InFile:
    """What a file tells of one declaration: the headers' values, PLUS's word, and C2PA's entries by assertion."""

    content_usage: str
    reserved: bool
    data_mining: str
    assertions: Assertions


def in_file(said: Declaration, terms: str) -> InFile:
    """Return what a file tells; `terms` is the page that says what may be done, and whom to ask."""
    usage = [word for word in content_usage(said).split(", ") if word.endswith("=n")]
    entries = {label: entry for label, entry in cawg(said, terms).items() if entry["use"] != "allowed"}
    assertions = {}
    if entries:
        older = {label.replace("cawg.", "c2pa.", 1): entry for label, entry in entries.items()}
        assertions = {NEW: entries, OLD: older}
    return InFile(", ".join(usage), reserves(said), _data_mining(said), assertions)


def _data_mining(said: Declaration) -> str:
    """Return the word of PLUS, empty for none. The narrower ones name what stays free, which is a yes that may be taken
    back: in their place stands the one that refers to a sentence."""
    word = plus(said)
    if word == "DMI-ALLOWED":
        return ""
    return _PLUS + (word if word == "DMI-PROHIBITED" else "DMI-PROHIBITED-SEECONSTRAINT")


@lru_cache(maxsize=4096)
def version_of(code: str) -> str:
    """Return a hash over what a file tells of the declaration of this code: another hash, and the file is stale."""
    told = in_file(read(code), "")
    content = [FORM, FORM_IN_FILES, told.content_usage, told.reserved, told.data_mining, told.assertions]
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:16]
