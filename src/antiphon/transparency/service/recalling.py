"""Calling files of datasets back: each recipient is told what to drop, in a signed notice that is in the ledger."""

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _
from pyroaring import BitMap

from antiphon.accounts import service as accounts
from antiphon.consent import service as consent
from antiphon.kernel import clock
from antiphon.kernel.errors import NotFound
from antiphon.ledger import service as ledger
from antiphon.mail import service as mail
from antiphon.transparency.core import letters
from antiphon.transparency.models import Dataset, DatasetFile, RecallNotice
from antiphon.transparency.service import dataset_folder as folders


def lose(artefact: str, lost: BitMap) -> str:
    """The remedy for artefacts of kind `dataset`: tell its recipient. Returns in words what was done."""
    row = Dataset.objects.filter(artefact=artefact).first()
    if row is None:
        raise LookupError(f"no dataset is artefact {artefact}")
    if row.state == Dataset.State.ENDED and row.files.filter(recalled_at=None).exists():
        return _("It was given up before anybody had it.")
    notice, is_told = _notice(row, lost)
    if notice is None:
        return _("It had been called back before.")
    if not is_told:
        return _("Nobody has it yet, and it is given up before anybody does.")
    return _("%(who)s was told to delete %(count)d files.") % {"who": row.actor, "count": len(notice.recordings)}


def recall_dataset(uid: str) -> RecallNotice | None:
    """Tell a dataset's recipient of every file that is not allowed any more; None when there is none to tell of.

    Of one that has no name yet, nobody has a file: then the notice is in the ledger alone, and no letter is sent.

    Raises `NotFound`.
    """
    row = Dataset.objects.filter(uid=uid, state=Dataset.State.PUBLISHED).first()
    if row is None:
        raise NotFound(_("There is no such dataset."), subject=uid[:40])
    held = BitMap(row.files.filter(recalled_at=None).values_list("recording_id", flat=True))
    allowed = consent.allowed_subjects(row.purpose, actor=row.actor).filter(pk__in=list(held))
    return _notice(row, held - BitMap(allowed.values_list("pk", flat=True)))[0]


def _notice(row: Dataset, lost: Iterable[int]) -> tuple[RecallNotice | None, bool]:
    """Write a notice of what is lost and was not called back before; return it, and whether anybody was written to."""
    now = clock.now()
    with transaction.atomic():
        # Whoever gives the folder its name holds this row too: it leaves before, and is told of, or not at all.
        row = Dataset.objects.select_for_update().get(pk=row.pk)
        somebody_has_it = not _waits_for_its_name(row)
        files = list(
            DatasetFile.objects.select_for_update()
            .filter(dataset=row, recording_id__in=list(lost), recalled_at=None)
            .order_by("recording_id")
        )
        if not files:
            return None, False
        note = ledger.sign_statement(letters.recall(row.uid, now, [(file.name, file.sha256) for file in files]))
        recordings = [file.recording_id for file in files]
        public = {"dataset": row.uid, "files": len(files), "manifest_sha256": row.manifest_sha256}
        notice = RecallNotice.objects.create(
            dataset=row, recordings=recordings, sent_to=_contact(row) if somebody_has_it else "", note=note, at=now,
            entry=ledger.append("recall", {"recordings": recordings}, public),
        )  # fmt: skip
        DatasetFile.objects.filter(pk__in=[file.pk for file in files]).update(recalled_at=now)
        if not row.files.filter(recalled_at=None).exists():
            row.state = Dataset.State.ENDED
            row.save(update_fields=["state"])
        if somebody_has_it:
            _mail(row, notice, len(files))
    _lay_beside(row, notice)
    return notice, somebody_has_it


def _waits_for_its_name(row: Dataset) -> bool:
    """Tell whether nobody can have a file of it: it is entered and lies where it was made."""
    return folders.part_of(row).exists()


def _contact(row: Dataset) -> str:
    return "" if row.actor == consent.SITE else consent.actor_ever(row.actor).contact


def _mail(row: Dataset, notice: RecallNotice, count: int) -> None:
    body = _(
        "Rights holders took back what they had allowed. Delete these %(count)d files of dataset %(uid)s, and whatever "
        "was made from them and can be made without them. Tell us when it is done.\n\n%(note)s"
    ) % {"count": count, "uid": row.uid, "note": notice.note}
    for address in [notice.sent_to] if notice.sent_to else accounts.operator_addresses():
        mail.post(address, _("Delete %d files of a dataset") % count, body, key=f"dataset:{notice.pk}:{address}")


def _lay_beside(row: Dataset, notice: RecallNotice) -> None:
    """A copy of the dataset that still stands where it was made carries the notice from now on."""
    # The folder that waits for its name comes first: when it gets it meanwhile, it is found under its name after.
    for folder in (folders.part_of(row), Path(row.folder)):
        if folder.is_dir():
            with suppress(FileNotFoundError):
                (folder / f"RECALL-{notice.pk}.note").write_text(notice.note, encoding="utf-8")
