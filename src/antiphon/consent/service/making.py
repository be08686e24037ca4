"""Writing down what a job made, in one step with the last look at the gate."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _
from pyroaring import BitMap

from antiphon.consent.core.permits import Permit
from antiphon.consent.core.purposes import BY_SLUG
from antiphon.consent.models import Artefact, Asked
from antiphon.consent.service import acts
from antiphon.consent.service.gate import Refused, recheck
from antiphon.kernel import ids


def keep_artefact(kind: str, permit: Permit, *, parents: Sequence[str] = (), note: str = "") -> str:
    """Write down that a job made something under a permit; return its uid. Parents' recordings are its own too.

    No answer changes between this last look at the gate and the commit, so that whoever says no afterwards finds the
    artefact to recall. Raises `Refused` when a part of the permit does not stand any more.
    """
    with transaction.atomic():
        acts.hold()
        if recheck(permit).allowed != permit.allowed:
            raise Refused(_("An answer has changed while this was made."), reasons={"holder.no": 1}, uid=permit.uid)
        rows = list(Artefact.objects.filter(uid__in=parents))
        if len(rows) != len(set(parents)):
            raise LookupError("a parent of this artefact is not known")
        made_of = BitMap(permit.allowed)
        for row in rows:
            made_of |= BitMap.deserialize(bytes(row.bitmap))
        artefact = Artefact.objects.create(
            uid=ids.new_uid().hex,
            kind=kind,
            system=permit.system,
            purpose=BY_SLUG[permit.purpose].number,
            actor=permit.actor,
            asked=Asked.objects.filter(uid=permit.uid).first(),
            bitmap=made_of.serialize(),
            note=note[:500],
        )
        artefact.parents.set(rows)
    return artefact.uid
