"""An account ends: what it wrote in cases goes, its cases end, and that they were stays. See `accounts.ports`."""

from django.db import transaction

from antiphon.cases.core.course import Act, Side
from antiphon.cases.models import CaseEntry, CaseFile
from antiphon.cases.service import files
from antiphon.consent import service as consent
from antiphon.kernel import clock
from antiphon.ledger import service as ledger


class CasesOfPeople:
    """`accounts.ports.Belongings`."""

    def hold(self) -> None:
        consent.hold()

    def forget_person(self, user_id: int) -> int:
        """Close what runs, and empty what this person wrote, in the ledger too. Return how many entries that were."""
        with transaction.atomic():
            for side, theirs in ((Side.UPLOADER, {"uploader_id": user_id}), (Side.HOLDER, {"holder_id": user_id})):
                for pk in list(CaseFile.objects.filter(closed_at=None, **theirs).values_list("pk", flat=True)):
                    file = files.locked(pk, Act.SETTLE)
                    files.step(file, Side.RULE, Act.SETTLE, by=None, at=clock.now(), told={"left": side.value})
            written = list(CaseEntry.objects.filter(by_id=user_id).exclude(side=Side.MODERATOR.value))
            for entry in written:
                ledger.erase(entry.ledger)
            CaseEntry.objects.filter(pk__in=[entry.pk for entry in written]).update(words="", told={})
            CaseFile.objects.filter(uploader_id=user_id).update(uploader=None)
            CaseFile.objects.filter(holder_id=user_id).update(holder=None)
        return len(written)
