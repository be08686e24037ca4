"""Datasets: permitted recordings as a folder for one actor and one purpose, and nothing that is not permitted.

The gate is asked before the first file, before each, and before the folder gets its name. A build that was cut off
goes on where it was; nothing stands under the folder's own name before it is whole and in the register of artefacts.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _
from pyroaring import BitMap

from antiphon.catalogue import service as catalogue
from antiphon.consent import service as consent
from antiphon.consent.service import Permit
from antiphon.identification import service as identification
from antiphon.kernel import clock, ids
from antiphon.kernel.errors import BadInput, Conflict, Unavailable
from antiphon.ledger import service as ledger
from antiphon.transparency.core.croissant import Song
from antiphon.transparency.models import Dataset, DatasetFile
from antiphon.transparency.service import dataset_folder as folders
from antiphon.transparency.service.recalling import recall_dataset
from antiphon.transparency.systems import SYSTEMS

Tell = Callable[[str], None]
KIND = "dataset"


def build_dataset(purpose: str, actor: str, out: Path, tell: Tell) -> Dataset:
    """Make a dataset of every public track that allows this use; go on where an earlier build was cut off.

    Raises `BadInput` for a purpose that no dataset is made for, `Conflict` when the folder is taken, `NotFound` for an
    actor nobody knows, and `Refused` when nothing is allowed, or not all that waits for the folder's name any more.
    """
    out = out.absolute()
    if purpose not in SYSTEMS:
        raise BadInput(
            _("No dataset is made for this purpose."), subject=purpose, hint=_("One of: %s.") % ", ".join(SYSTEMS)
        )
    if actor != consent.SITE:
        consent.actor(actor)
    row = _begun(purpose, actor, out)
    try:
        return _named(row) if row.state == Dataset.State.PUBLISHED else _built(row, tell)
    except consent.Refused:
        _give_up(row)
        raise


def _begun(purpose: str, actor: str, out: Path) -> Dataset:
    """The row to go on with: that of a build which was cut off, or a new one under a new permit."""
    for ended in Dataset.objects.filter(folder=str(out), state=Dataset.State.ENDED):
        folders.remove(ended)  # what was called back while it waited for its name
    row = Dataset.objects.filter(folder=str(out)).exclude(state=Dataset.State.ENDED).last()
    cut_off = row is not None and (row.state == Dataset.State.BUILDING or folders.part_of(row).exists())
    if row is not None and cut_off and (row.purpose, row.actor) == (purpose, actor):
        return row
    if cut_off or out.exists():
        raise Conflict(_("There is something in this place already."), subject=str(out), hint=_("Name a new folder."))
    wanted = catalogue.listenable(None).exclude(recording=None).values_list("recording_id", flat=True)
    permit = consent.ask(wanted, purpose, SYSTEMS[purpose].name, actor=actor)
    return Dataset.objects.create(
        uid=ids.new_uid().hex, purpose=purpose, actor=actor, folder=str(out), asked=permit.uid
    )


def _named(row: Dataset) -> Dataset:
    """Give the folder of a build that was cut off after it was entered its name, if all of it is still allowed.

    Raises `Refused`; what is not allowed any more is called back first, since the log says that it was made.
    """
    entered = dict(row.files.values_list("recording_id", "name"))
    kept = BitMap(row.files.filter(recalled_at=None).values_list("recording_id", flat=True))
    try:
        allowed = consent.permit_again(row.asked).allowed
    except consent.Refused:
        allowed = BitMap()
    if BitMap(entered) - (kept & allowed) or folders.names_in(row) != set(entered.values()):
        recall_dataset(row.uid)
        raise consent.Refused(
            _(
                "This build was cut off, and what is in it is not all allowed any more. It was given up. "
                "Run the same command again to build it without that."
            ),
            reasons={},
        )
    _hand_over(row)
    return row


def _built(row: Dataset, tell: Tell) -> Dataset:
    permit = consent.permit_again(row.asked)
    part = folders.part_of(row)
    folders.make(part)
    songs = list(_files(row, permit, part, tell))
    while True:
        # The manifest that the log holds must name these files and no others, so what was lost is asked for anew.
        left = consent.recheck(replace(permit, allowed=BitMap(song.recording for song in songs)))
        songs = [song for song in songs if left.covers(song.recording)]
        if BitMap.deserialize(bytes(consent.asked_at(permit.uid).bitmap)) == left.allowed:
            break
        permit = consent.ask(left.allowed, row.purpose, permit.system, actor=row.actor)
        Dataset.objects.filter(pk=row.pk).update(asked=permit.uid)
        row.asked = permit.uid
    folders.drop_others(part, songs)
    row.manifest_sha256 = _describe(row, permit, part, songs)
    _publish(row, left, songs)
    tell(_("%d files are in the dataset.") % len(songs))
    return row


def _files(row: Dataset, permit: Permit, part: Path, tell: Tell) -> Iterable[Song]:
    """Copy what is allowed at the moment of copying; of the rest, nothing stays."""
    every = list(permit.allowed)
    for start in range(0, len(every), 500):
        tracks = catalogue.listenable(None).filter(recording_id__in=every[start : start + 500])
        for track in tracks.order_by("recording_id"):
            if track.recording is None:
                continue
            if consent.is_matching():
                # By its sound, too: what was never resolved must not leave under somebody else's yes.
                identification.compare_again(track.recording.pk)
            if _still(permit, track.recording.pk):
                yield folders.copy(track.recording, track, part)
            else:
                said = consent.explain(track.recording.pk, row.purpose, actor=row.actor)
                tell(_("“%(title)s” is left out: %(rule)s.") % {"title": track.title, "rule": said.rule})
        tell(_("%(done)d of %(all)d") % {"done": min(start + 500, len(every)), "all": len(every)})


def _still(permit: Permit, recording_id: int) -> bool:
    try:
        return consent.recheck(replace(permit, allowed=BitMap([recording_id]))).covers(recording_id)
    except consent.Refused:
        return False


def _describe(row: Dataset, permit: Permit, part: Path, songs: list[Song]) -> str:
    asked = consent.asked_at(permit.uid)
    ledger.publish()
    receipt = ledger.receipt_of(asked.entry) if asked.entry is not None else None
    if receipt is None:
        raise Unavailable(
            _("The question to the gate is not in the public log yet."), hint=_("Run the same command again.")
        )
    return folders.describe(row, permit, bytes(asked.salt), receipt, part, songs)


def _publish(row: Dataset, permit: Permit, songs: list[Song]) -> None:
    """Enter the dataset, and only then let it have its name: what nobody can call back must not leave."""
    with transaction.atomic():
        consent.recheck(permit)
        public = {
            "dataset": row.uid, "job": row.asked, "purpose": row.purpose, "actor": row.actor, "files": len(songs),
            "manifest_sha256": row.manifest_sha256,
        }  # fmt: skip
        row.artefact = consent.keep_artefact(KIND, permit, note=f"{row.uid} for {row.actor}")
        row.entry = ledger.append(KIND, {"folder": row.folder}, public)
        row.state, row.published_at = Dataset.State.PUBLISHED, clock.now()
        row.files.all().delete()
        DatasetFile.objects.bulk_create(
            (
                DatasetFile(
                    dataset=row, recording_id=song.recording, name=song.name, sha256=song.sha256,
                    size_bytes=song.size_bytes,
                )
                for song in songs
            ),
            batch_size=1000,
        )  # fmt: skip
        row.save()
    # An answer that was taken back while this was being committed met no artefact to recall.
    if consent.recheck(permit).allowed != permit.allowed:
        consent.end_artefact(row.artefact)
        raise consent.Refused(_("An answer changed while this was published. Build it again."), reasons={})
    _hand_over(row)


def _hand_over(row: Dataset) -> None:
    """Let a dataset have its name, unless a file of it was called back meanwhile. Raises `Refused`."""
    with transaction.atomic():
        held = Dataset.objects.select_for_update().get(pk=row.pk)
        if held.state != Dataset.State.PUBLISHED or held.files.exclude(recalled_at=None).exists():
            raise consent.Refused(_("An answer changed while this was published. Build it again."), reasons={})
        # While the row is held, so that a recall comes before and keeps it in, or after and is told to its recipient.
        folders.give_name(row)


def _give_up(row: Dataset) -> None:
    if row.artefact:
        consent.end_artefact(row.artefact)
    Dataset.objects.filter(pk=row.pk).update(state=Dataset.State.ENDED)
    folders.remove(row)


def datasets() -> list[Dataset]:
    """Return every dataset, the latest first."""
    return list(Dataset.objects.order_by("-pk"))
