"""The gate: whether a permit stands still, what to say to a person who asks why, and what a query may show."""

from datetime import datetime

from django.db.models import BigAutoField, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _
from pyroaring import BitMap

from antiphon.consent.core.decisions import Decision, decide
from antiphon.consent.core.facts import facts_of
from antiphon.consent.core.permits import SITE, Permit
from antiphon.consent.core.purposes import BY_SLUG
from antiphon.consent.models import Asked, Subject
from antiphon.consent.service import acts, deciding, folding, registering, verdicts
from antiphon.consent.service.filtering import Allows
from antiphon.consent.service.verdicts import Asking
from antiphon.kernel import clock
from antiphon.kernel.errors import NotAllowed
from antiphon.storage.prepared import Prepared, Slot


class Refused(NotAllowed):
    """The gate said no to everything that was asked for; `reasons` counts the rules."""

    code = "refused"

    def __init__(self, message: str, *, reasons: dict[str, int], uid: str = "") -> None:
        super().__init__(message, hint=_("What would change it stands with each track, under Who asked."))
        self.reasons = reasons
        self.uid = uid


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
        asking = Asking(given, permit.purpose, permit.system, permit.actor, at)
        left = verdicts.allowed_in(verdicts.by_rule(given, asking))
    if not left:
        raise Refused(
            _("What this permit was for is not allowed any more."), reasons={"withdrawn": len(given)}, uid=permit.uid
        )
    return Permit(**{**vars(permit), "allowed": left, "consent_size": size})


_of_recording = Prepared(lambda: Subject.objects.filter(pk=Slot("recording", BigAutoField())))


def explain(
    recording_id: int, purpose: str, *, actor: str = SITE, at: datetime | None = None, for_holders: bool = False
) -> Decision:
    """Return what the gate would say and why, as it stands at `at`; nothing is logged.

    Names and statements are for holders. What somebody said is folded as of `at`; a withdrawal is as of now.
    """
    is_now, at = at is None, at or clock.now()
    subject = next(iter(_of_recording(recording=recording_id)), None)
    known = verdicts.is_known(actor)
    if subject is None:
        facts = facts_of(deciding.standing_of(Subject()), purpose, actor=actor, known_actor=known)
        return decide(facts, purpose=purpose, actor=actor, at=at)
    if is_now and not for_holders and (subject.refold_at is None or subject.refold_at > at):
        # What is stored is what stands, and nobody is to be named: no need to read who said what.
        bit = (
            BY_SLUG[purpose].bit
            if purpose in BY_SLUG and verdicts.covered_of([recording_id], purpose, actor, at)
            else 0
        )
        facts = facts_of(deciding.standing_of(subject), purpose, actor=actor, known_actor=known, covered=bit)
        return decide(facts, purpose=purpose, actor=actor, at=at, terms=subject.terms)
    heard = folding.read([subject], at)
    outcome = folding.outcomes_of([subject], at)[subject.pk]
    for name, value in outcome.values.items():
        setattr(subject, name, value)
    made, _people = folding.folded(subject, heard, at, actor=actor)
    facts = facts_of(deciding.standing_of(subject), purpose, actor=actor, known_actor=known, covered=made.masks.covered)
    return decide(
        facts, made.statements(purpose), purpose=purpose, actor=actor, at=at, for_holders=for_holders,
        terms=subject.terms,
    )  # fmt: skip


def permitted(purpose: str, *, actor: str = SITE, at: datetime | None = None, path: str = "recording_id") -> Q:
    """Return a filter for rows of any room: their recording may be used for this purpose at this moment.

    It reads the masks as they are in the transaction, so that a withdrawal counts from the moment it commits.
    """
    # Asked row by row: as a list of all that is allowed, a page of ten rows would decide on the whole catalogue.
    return Q(Exists(allowed_subjects(purpose, actor=actor, at=at).filter(pk=OuterRef(path))))


def allowed_subjects(purpose: str, *, actor: str = SITE, at: datetime | None = None) -> QuerySet[Subject]:
    """Return the recordings that allow a use: the rules as a condition on their masks."""
    moment = at or clock.now()
    return Subject.objects.filter(Allows(purpose, actor=actor, known_actor=verdicts.is_known(actor), at=moment))
