"""Asking: a system's question, looked at without holding anybody up, and written down in one short step."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _
from pyroaring import BitMap

from antiphon.consent.core.decisions import policy_hash
from antiphon.consent.core.manifests import ALLOWED_VALUE, manifest_key
from antiphon.consent.core.permits import SITE, Permit
from antiphon.consent.core.purposes import BY_SLUG
from antiphon.consent.models import Asked, AskedRule
from antiphon.consent.service import acts, deciding, noting, verdicts
from antiphon.consent.service.gate import Refused
from antiphon.consent.service.verdicts import Asking, Verdicts
from antiphon.kernel import clock, ids
from antiphon.ledger import service as ledger

if TYPE_CHECKING:
    from antiphon.ledger.core.trie import Trie

_TRIES = 4  # with others kept out only after so many
_FEW = 5000  # so many changed recordings are looked at again while others wait


@dataclass(frozen=True)
class _Draft:
    """What will be written down, if nothing has changed by then."""

    verdicts: Verdicts
    salt: bytes
    root: str


def ask(
    recording_ids: Iterable[int], purpose: str, system: str, *, actor: str = SITE, at: datetime | None = None
) -> Permit:
    """Return a permit for the recordings that allow this use, and count the reasons of the rest. Logged, either way.

    Raises `Refused` when nothing is allowed. An unknown purpose, actor or system is a no to everything.
    """
    asking = Asking(BitMap(recording_ids), purpose, system, actor, at or clock.now())
    permit = _entered(asking)
    if not permit.allowed:
        raise Refused(
            _("The gate refused all %(count)d recordings for %(purpose)s.")
            % {"count": len(asking.wanted), "purpose": purpose},
            reasons=dict(permit.reasons),
            uid=permit.uid,
        )
    return permit


def _entered(asking: Asking) -> Permit:
    """Decide, and write it down in a transaction in which no answer changes.

    A million recordings take seconds to look at, so that happens before, and what changed meanwhile is looked at
    again. Whatever was taken back before the permit is committed is not in it.
    """
    draft = _drafted(verdicts.look(asking))
    for _number in range(_TRIES):
        with transaction.atomic():
            acts.hold()
            now = verdicts.look_again(asking, draft.verdicts, most=_FEW)
            if now is not None and now.allowed == draft.verdicts.allowed:
                return _log(asking, _Draft(now, draft.salt, draft.root))
        draft = _again(asking, draft)
    with transaction.atomic():
        acts.hold()
        return _log(asking, _again(asking, draft))


def _again(asking: Asking, draft: _Draft) -> _Draft:
    now = verdicts.look_again(asking, draft.verdicts) or verdicts.look(asking)
    return _Draft(now, draft.salt, draft.root) if now.allowed == draft.verdicts.allowed else _drafted(now)


def _drafted(seen: Verdicts) -> _Draft:
    # A salt is never used twice: two manifests under one would tell which recording came or went.
    salt = secrets.token_bytes(32)
    return _Draft(seen, salt, manifest(seen.allowed, salt).root.hex())


def _log(asking: Asking, draft: _Draft) -> Permit:
    purpose, system, actor, at = asking.purpose, asking.system, asking.actor, asking.at
    by_rule, allowed, uid = draft.verdicts.by_rule, draft.verdicts.allowed, ids.new_uid().hex
    reasons = {rule: len(rows) for rule, rows in sorted(by_rule.items())}
    permit = Permit(
        uid=uid, system=system, purpose=purpose, actor=actor, at=at, allowed=allowed, considered=len(asking.wanted),
        reasons={rule: count for rule, count in reasons.items() if not deciding.is_allowing(rule)},
        consent_size=draft.verdicts.seen, manifest_root=draft.root,
    )  # fmt: skip
    public = {
        "job": uid, "system": system, "purpose": purpose, "actor": actor, "at": at.isoformat(),
        "policy": policy_hash(), "considered": permit.considered, "allowed": len(allowed), "reasons": reasons,
        "consent_size": permit.consent_size, "manifest_root": permit.manifest_root,
    }  # fmt: skip
    asked = Asked.objects.create(
        uid=uid, system=system[:80], purpose=BY_SLUG[purpose].number if purpose in BY_SLUG else 0, actor=actor[:60],
        at=at, considered=permit.considered, allowed=len(allowed), bitmap=allowed.serialize(),
        manifest_root=permit.manifest_root, salt=draft.salt, consent_size=permit.consent_size, policy=policy_hash(),
        entry=ledger.append("job", {"salt": draft.salt.hex()}, public),
    )  # fmt: skip
    AskedRule.objects.bulk_create(
        AskedRule(asked=asked, rule=rule, count=len(rows), bitmap=rows.serialize()) for rule, rows in by_rule.items()
    )
    noting.begin(asked, by_rule)
    return permit


def manifest(allowed: Iterable[int], salt: bytes) -> "Trie":
    """Return the manifest of a permit: a trie whose keys only those can tell who have its salt.

    Key `SHA-256(salt ‖ "recording:<id>")`, value `SHA-256("allowed")`: a refusal is an absence.
    """
    from antiphon.ledger.core.trie import Trie  # loads arrays, which only whoever makes or proves a manifest needs

    keys = [manifest_key(salt, recording_id) for recording_id in allowed]
    return Trie.of(keys, [ALLOWED_VALUE] * len(keys))
