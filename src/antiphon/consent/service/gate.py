"""The gate: asking, which is for registered systems and is logged, and explaining, which is for people and is not."""

import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _
from pyroaring import BitMap

from antiphon.consent.core.decisions import Decision, decide, policy_hash
from antiphon.consent.core.facts import facts_of
from antiphon.consent.core.manifests import ALLOWED_VALUE, manifest_key
from antiphon.consent.core.permits import SITE, Permit
from antiphon.consent.core.purposes import BY_SLUG
from antiphon.consent.models import Actor, Asked, AskedRule, Cover, Subject
from antiphon.consent.service import acts, deciding, folding, registering
from antiphon.consent.service.filtering import Allows
from antiphon.kernel import clock, ids
from antiphon.kernel.errors import NotAllowed
from antiphon.ledger import service as ledger

if TYPE_CHECKING:
    from antiphon.ledger.core.trie import Trie

_CHUNK = 5000
_COLUMNS = ("recording_id", "known", "withdrawn", "label", "sealed", "match_no", "any_no", "any_ask", "all_yes",
            "terms_forbid")  # fmt: skip


class Refused(NotAllowed):
    """The gate said no to everything that was asked for; `reasons` counts the rules."""

    code = "refused"

    def __init__(self, message: str, *, reasons: dict[str, int], uid: str = "") -> None:
        super().__init__(message, hint=_("What would change it stands with each track, under Who asked."))
        self.reasons = reasons
        self.uid = uid


def ask(
    recording_ids: Iterable[int], purpose: str, system: str, *, actor: str = SITE, at: datetime | None = None
) -> Permit:
    """Return a permit for the recordings that allow this use, and count the reasons of the rest. Logged, either way.

    Raises `Refused` when nothing is allowed. An unknown purpose, actor or system is a no to everything.
    """
    at, wanted = at or clock.now(), BitMap(recording_ids)
    with transaction.atomic():
        # Read before the masks: a number that is too old only means another look, one too new would be false evidence.
        seen = acts.size()
        by_rule = _by_rule(wanted, purpose, system, actor, at)
        asked, permit = _log(by_rule, wanted, purpose, system, actor, at, seen)
        _count(asked, permit.allowed, wanted)
    if not permit.allowed:
        raise Refused(
            _("The gate refused all %(count)d recordings for %(purpose)s.")
            % {"count": len(wanted), "purpose": purpose},
            reasons=dict(permit.reasons),
            uid=permit.uid,
        )
    return permit


def recheck(permit: Permit, *, at: datetime | None = None) -> Permit:
    """Return what still stands of a permit: at start, at each batch, before publishing. Raises `Refused`.

    Cheap while nothing has changed: then one number is compared. A permit that the gate did not give is a no.
    """
    at = at or clock.now()
    row = Asked.objects.filter(uid=permit.uid).only("bitmap", "system", "purpose", "actor").first()
    if row is None or (row.system, row.actor, row.purpose) != (
        permit.system, permit.actor, BY_SLUG[permit.purpose].number
    ):  # fmt: skip
        raise Refused(_("The gate did not give this permit."), reasons={"unknown.actor": len(permit.allowed)})
    given = BitMap.deserialize(bytes(row.bitmap)) & permit.allowed
    size = acts.size()
    # Grants and waiting answers come and go by the clock alone, so an actor from outside is always asked for again.
    if size == permit.consent_size and permit.actor == SITE and registering.active(permit.system, at) is not None:
        left = given
    else:
        left = _by_rule(given, permit.purpose, permit.system, permit.actor, at).get("allowed", BitMap())
    if not left:
        raise Refused(
            _("What this permit was for is not allowed any more."), reasons={"withdrawn": len(given)}, uid=permit.uid
        )
    return Permit(**{**vars(permit), "allowed": left, "consent_size": size})


def explain(
    recording_id: int, purpose: str, *, actor: str = SITE, at: datetime | None = None, for_holders: bool = False
) -> Decision:
    """Return what the gate would say and why, as it stands at `at`; nothing is logged.

    Names and statements are for holders. What somebody said is folded as of `at`; a withdrawal is as of now.
    """
    is_now, at = at is None, at or clock.now()
    subject = Subject.objects.filter(pk=recording_id).first()
    known = _is_known(actor)
    if subject is None:
        facts = facts_of(deciding.standing_of(Subject()), purpose, actor=actor, known_actor=known)
        return decide(facts, purpose=purpose, actor=actor, at=at)
    if is_now and not for_holders and (subject.refold_at is None or subject.refold_at > at):
        # What is stored is what stands, and nobody is to be named: no need to read who said what.
        bit = BY_SLUG[purpose].bit if purpose in BY_SLUG and _covered([recording_id], purpose, actor, at) else 0
        facts = facts_of(deciding.standing_of(subject), purpose, actor=actor, known_actor=known, covered=bit)
        return decide(facts, purpose=purpose, actor=actor, at=at)
    heard = folding.read([subject], at)
    outcome = folding.outcomes_of([subject], at)[subject.pk]
    for name, value in outcome.values.items():
        setattr(subject, name, value)
    made, _people = folding.folded(subject, heard, at, actor=actor)
    facts = facts_of(deciding.standing_of(subject), purpose, actor=actor, known_actor=known, covered=made.masks.covered)
    return decide(facts, made.statements(purpose), purpose=purpose, actor=actor, at=at, for_holders=for_holders)


def permitted(purpose: str, *, actor: str = SITE, at: datetime | None = None, path: str = "recording_id") -> Q:
    """Return a filter for rows of any room: their recording may be used for this purpose at this moment.

    It reads the masks as they are in the transaction, so that a withdrawal counts from the moment it commits.
    """
    # Asked row by row: as a list of all that is allowed, a page of ten rows would decide on the whole catalogue.
    return Q(Exists(allowed_subjects(purpose, actor=actor, at=at).filter(pk=OuterRef(path))))


def allowed_subjects(purpose: str, *, actor: str = SITE, at: datetime | None = None) -> QuerySet[Subject]:
    """Return the recordings that allow a use: the rules as a condition on their masks."""
    moment = at or clock.now()
    return Subject.objects.filter(Allows(purpose, actor=actor, known_actor=_is_known(actor), at=moment))


def _is_known(actor: str) -> bool:
    return actor == SITE or Actor.objects.filter(slug=actor, ended_at=None).exists()


def _by_rule(wanted: BitMap, purpose: str, system: str, actor: str, at: datetime) -> dict[str, BitMap]:
    """Return the recordings by the rule that decided; those that are allowed under "allowed" as well."""
    row = registering.active(system, at)
    if row is None or purpose not in BY_SLUG or row.purpose != BY_SLUG[purpose].number:
        # A system that is not registered, not yet, or for something else is nobody that the gate knows.
        return {"unknown.actor" if purpose in BY_SLUG else "unknown.purpose": BitMap(wanted)}
    known_actor = _is_known(actor)
    found: dict[str, BitMap] = {}
    for rows in _subjects(wanted):
        covered = _covered([row.pk for row in rows], purpose, actor, at)
        for rule, hit in deciding.by_rule(rows, purpose, actor, known_actor, covered).items():
            found[rule] = found.get(rule, BitMap()) | hit
            if deciding.is_allowing(rule):
                found["allowed"] = found.get("allowed", BitMap()) | hit
    seen = BitMap().union(*found.values()) if found else BitMap()
    if missing := wanted - seen:
        found["unknown.facts"] = found.get("unknown.facts", BitMap()) | missing
    return found


def _subjects(wanted: BitMap) -> Iterable[list[Subject]]:
    every = list(wanted)
    for start in range(0, len(every), _CHUNK):
        rows = list(Subject.objects.filter(pk__in=every[start : start + _CHUNK]).only(*_COLUMNS))
        if rows:
            yield rows


def _covered(pks: Sequence[int], purpose: str, actor: str, at: datetime) -> set[int]:
    if actor == SITE:
        return set()  # nobody grants anything to the site itself
    rows = Cover.objects.filter(
        subject_id__in=pks, actor=actor, purpose=BY_SLUG[purpose].number if purpose in BY_SLUG else 0,
        starts_at__lte=at, ends_at__gt=at,
    )  # fmt: skip
    return set(rows.values_list("subject_id", flat=True))


def _log(
    by_rule: dict[str, BitMap], wanted: BitMap, purpose: str, system: str, actor: str, at: datetime, seen: int
) -> tuple[Asked, Permit]:
    allowed = by_rule.pop("allowed", BitMap())
    salt, uid = secrets.token_bytes(32), ids.new_uid().hex
    reasons = {rule: len(rows) for rule, rows in sorted(by_rule.items())}
    permit = Permit(
        uid=uid, system=system, purpose=purpose, actor=actor, at=at, allowed=allowed, considered=len(wanted),
        reasons={rule: count for rule, count in reasons.items() if not deciding.is_allowing(rule)},
        consent_size=seen, manifest_root=manifest(allowed, salt).root.hex(),
    )  # fmt: skip
    public = {
        "job": uid, "system": system, "purpose": purpose, "actor": actor, "at": at.isoformat(),
        "policy": policy_hash(), "considered": len(wanted), "allowed": len(allowed), "reasons": reasons,
        "consent_size": permit.consent_size, "manifest_root": permit.manifest_root,
    }  # fmt: skip
    asked = Asked.objects.create(
        uid=uid, system=system[:80], purpose=BY_SLUG[purpose].number if purpose in BY_SLUG else 0, actor=actor[:60],
        at=at, considered=len(wanted), allowed=len(allowed), bitmap=allowed.serialize(),
        manifest_root=permit.manifest_root, salt=salt, consent_size=permit.consent_size, policy=policy_hash(),
        entry=ledger.append("job", {"salt": salt.hex()}, public),
    )  # fmt: skip
    AskedRule.objects.bulk_create(
        AskedRule(asked=asked, rule=rule, count=len(rows), bitmap=rows.serialize()) for rule, rows in by_rule.items()
    )
    return asked, permit


def _count(asked: Asked, allowed: BitMap, wanted: BitMap) -> None:
    """Count for the label, on each recording. The pair that is needed here is no question to anybody."""
    if asked.purpose in (1, 2):
        return
    for column, rows in (("asked_allowed", allowed), ("asked_refused", wanted - allowed)):
        every = list(rows)
        for start in range(0, len(every), _CHUNK):
            chosen = Subject.objects.filter(pk__in=every[start : start + _CHUNK])
            chosen.update(**{column: F(column) + 1})


def manifest(allowed: Iterable[int], salt: bytes) -> "Trie":
    """Return the manifest of a permit: a trie whose keys only those can tell who have its salt.

    Key `SHA-256(salt ‖ "recording:<id>")`, value `SHA-256("allowed")`: a refusal is an absence.
    """
    from antiphon.ledger.core.trie import Trie  # loads arrays, which only whoever makes or proves a manifest needs

    keys = [manifest_key(salt, recording_id) for recording_id in allowed]
    return Trie.of(keys, [ALLOWED_VALUE] * len(keys))
