"""The rules as Cedar policies, judged by Cedar's own engine over the raw columns.

Cedar has no order, so each rule says of itself that none before it fired: allowing rules become `permit`s, and what
nothing permits is denied. Cedar leaves out a policy that fails on a missing attribute; asking `has` first, and giving
only permits, keeps that on the side that denies. It gives no reason code, so only verdicts can be compared.
"""

from collections.abc import Sequence
from typing import Any

import cedarpy

from antiphon.consent.core.expressions import And, Expr, Fact, Not, Or
from antiphon.consent.core.facts import Standing
from antiphon.consent.core.rules import RULES, Rule
from tests.consent_oracles import spec
from tests.consent_oracles.cases import Asker

MASKS = ("match_no", "any_no", "any_ask", "all_yes", "terms_forbid")
FLAGS = ("known", "withdrawn", "label", "sealed")


def _one_of(purposes: set[str]) -> str:
    return "[" + ", ".join(f'"{slug}"' for slug in sorted(purposes)) + "].contains(context.purpose)"


def _said(column: str) -> str:
    return f"(resource has {column} && resource.{column}.contains(context.purpose))"


_PRESENT = [f"resource has {name}" for name in (*FLAGS, *MASKS) if name != "terms_forbid"]
FACTS = {
    "known_purpose": _one_of(set(spec.TABLE)),
    "known_actor": "principal.registered",
    "known_terms": "resource has terms_forbid",
    "complete": f"({' && '.join(_PRESENT)} && resource.known)",
    "withdrawn": "!(resource has withdrawn && !resource.withdrawn)",
    "constant": _one_of(spec.KEEPS_THE_PLACE_SAFE),
    "outsider": 'principal != Actor::"site"',
    "label_barred": f"(!(resource has label && !resource.label) && {_one_of(spec.NEVER_FOR_LABELS)})",
    "sealed": f"(!(resource has sealed && !resource.sealed) && {_one_of(spec.MODELS)})",
    "match_unresolved": _said("match_no"),
    "any_no": _said("any_no"),
    "terms_forbid": _said("terms_forbid"),
    "asks": _said("any_ask"),
    "guarded": _one_of(spec.MODELS | spec.OUTPUTS),
    "covered": "resource.covered.contains(context.purpose)",
    "all_yes": _said("all_yes"),
}


def policies(rules: Sequence[Rule] = RULES) -> str:
    """Return the allowing rules as Cedar text."""
    texts = []
    for place, rule in enumerate(rules):
        if rule.allows:
            earlier = "".join(f" && !({_text(before.when)})" for before in rules[:place])
            texts.append(
                f'@id("{rule.slug}")\npermit (principal, action == Action::"use", resource)\n'
                f"when {{ ({_text(rule.when)}){earlier} }};"
            )
    return "\n".join(texts)


def _text(expr: Expr) -> str:
    match expr:
        case Fact(name):
            return FACTS[name]
        case Not(part):
            return f"!({_text(part)})"
        case And(parts):
            return "(" + (" && ".join(_text(part) for part in parts) or "true") + ")"
        case Or(parts):
            return "(" + (" || ".join(_text(part) for part in parts) or "false") + ")"
    raise TypeError(f"not an expression: {expr!r}")


def request(number: int, purpose: str, asker: Asker) -> dict[str, Any]:
    return {
        "principal": f'Actor::"{asker.actor}"',
        "action": 'Action::"use"',
        "resource": f'Recording::"{number}"',
        "context": {"purpose": purpose},
    }


def recording(number: int, row: Standing, covered: int) -> dict[str, Any]:
    """One row as a Cedar entity: what does not hold a value of its type is left out."""
    attrs: dict[str, Any] = {name: getattr(row, name) for name in FLAGS if type(getattr(row, name)) is bool}
    for name in MASKS:
        purposes = spec.purposes_in(getattr(row, name))
        if purposes is not None:
            attrs[name] = sorted(purposes)
    attrs["covered"] = sorted(spec.purposes_in(covered) or ())
    return {"uid": {"type": "Recording", "id": str(number)}, "attrs": attrs, "parents": []}


def actor(asker: Asker) -> dict[str, Any]:
    return {"uid": {"type": "Actor", "id": asker.actor}, "attrs": {"registered": asker.known}, "parents": []}


def verdicts(asked: Sequence[tuple[Standing, str, Asker, int]], rules: Sequence[Rule] = RULES) -> list[bool]:
    """Ask Cedar about each row, purpose, asker and covered mask."""
    handle = cedarpy.PolicySet.from_str(policies(rules))
    actors = {asker.actor: actor(asker) for _row, _purpose, asker, _covered in asked}
    allowed = []
    for start in range(0, len(asked), 200):  # the engine copies all entities for each request
        part = asked[start : start + 200]
        entities = [recording(n, row, covered) for n, (row, _p, _a, covered) in enumerate(part)]
        requests = [request(n, purpose, asker) for n, (_row, purpose, asker, _c) in enumerate(part)]
        answers = cedarpy.is_authorized_batch(requests, handle, [*actors.values(), *entities])
        allowed += [answer.allowed for answer in answers]
    return allowed
