"""The gate as a person would write it down from the design: no masks, no expressions, nothing of `consent.core`.

`answer` reads one raw row the long way; `by_facts` starts from the named facts. Both give the slug of a rule.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

HERE = ["identify", "integrity", "recommend", "organize"]
OUTSIDE = ["search-index", "ai-index", "ai-input", "agent", "assist"]
MACHINES = ["train-analysis", "evaluate", "train-generative", "finetune", "derive", "voice-likeness", "research"]
TABLE = HERE + OUTSIDE + MACHINES
MODELS = {"train-analysis", "evaluate", "train-generative", "finetune", "research"}
OUTPUTS = {"derive", "voice-likeness"}
NEVER_FOR_LABELS = {"ai-index", "ai-input"} | MODELS | OUTPUTS
KEEPS_THE_PLACE_SAFE = {"identify", "integrity"}
MAY_DO_IT = {"service", "consent.all"}


def by_facts(f: Mapping[str, bool]) -> str:
    """Name the rule that fires on these facts."""
    if not f["known_purpose"]:
        return "unknown.purpose"
    if not f["known_actor"]:
        return "unknown.actor"
    if not f["known_terms"]:
        return "unknown.terms"
    if not f["complete"]:
        return "unknown.facts"
    if f["withdrawn"]:
        return "withdrawn"
    if f["constant"] and not f["outsider"]:
        return "service"
    for fact, rule in (
        ("label_barred", "hard.label"),
        ("sealed", "sealed"),
        ("match_unresolved", "match.unresolved"),
        ("any_no", "holder.no"),
        ("terms_forbid", "terms.forbid"),
    ):
        if f[fact]:
            return rule
    if f["covered"]:
        return "consent.all"
    if f["asks"]:
        return "no.licence"
    if f["outsider"] and f["guarded"]:
        return "no.licence"
    return "consent.all" if f["all_yes"] else "no.consent"


def purposes_in(mask: Any) -> frozenset[str] | None:
    """The purposes of a mask; None for what is no mask."""
    if isinstance(mask, bool) or not isinstance(mask, int) or mask < 0 or mask > 65535:
        return None
    return _listed(mask)


@cache
def _listed(mask: int) -> frozenset[str]:
    return frozenset(slug for place, slug in enumerate(TABLE) if mask // 2**place % 2 == 1)


def answer(row: Any, purpose: str, actor: str, known_actor: bool, covered: int) -> str:
    """Name the rule that fires on a raw row, whatever is missing in it."""
    if purpose not in TABLE:
        return "unknown.purpose"
    if actor != "site" and not known_actor:
        return "unknown.actor"
    forbidden = purposes_in(row.terms_forbid)
    if forbidden is None:
        return "unknown.terms"
    noes, asks, yeses, matched = map(purposes_in, (row.any_no, row.any_ask, row.all_yes, row.match_no))
    flags = (row.withdrawn, row.label, row.sealed)
    if noes is None or asks is None or yeses is None or matched is None or row.known is not True:
        return "unknown.facts"
    if any(flag is not True and flag is not False for flag in flags):
        return "unknown.facts"
    if row.withdrawn:
        return "withdrawn"
    if purpose in KEEPS_THE_PLACE_SAFE and actor == "site":
        return "service"
    if row.label and purpose in NEVER_FOR_LABELS:
        return "hard.label"
    if row.sealed and purpose in MODELS:
        return "sealed"
    if purpose in matched:
        return "match.unresolved"
    if purpose in noes:
        return "holder.no"
    if purpose in forbidden:
        return "terms.forbid"
    licensed = purpose in (purposes_in(covered) or set())
    if licensed:
        return "consent.all"
    if purpose in asks or (actor != "site" and purpose in MODELS | OUTPUTS):
        return "no.licence"
    return "consent.all" if purpose in yeses else "no.consent"
