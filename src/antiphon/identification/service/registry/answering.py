"""Answering: the sound is heard in the limited process and deleted, what is public is searched, the answer is frozen.

What is not public is not there for this search: it costs nothing, and "not known here" is said of it by the same work
as of anything unknown. `unreleased` looks there later, for the owners alone.
"""

import logging
from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from antiphon.audio.core.failures import Failure
from antiphon.audio.service.workspace import local_file, workspace
from antiphon.identification.core import saying, statements
from antiphon.identification.core.saying import Asker, Question, Stretch
from antiphon.identification.lookup_models import Lookup
from antiphon.identification.service.registry import composing, counting, finding, index
from antiphon.jobs.service import JobContext, TryAgain
from antiphon.kernel import clock
from antiphon.kernel.errors import BadInput, Unavailable
from antiphon.ledger import service as ledger
from antiphon.ledger.core import commitments
from antiphon.storage import service as storage

if TYPE_CHECKING:
    from antiphon.identification.engines.views import Masked

log = logging.getLogger(__name__)


def answer(lookup_id: int, ctx: JobContext) -> None:
    """Answer one question. May run twice and be killed anywhere: the sound goes first, the answer is written once."""
    row = Lookup.objects.filter(pk=lookup_id, state=Lookup.State.WAITING).first()
    if row is None:
        return
    try:
        if row.key and row.prints is None:
            _hear(row)
        _forget_sound(row)
        answer_row(row, index.public())
    except BadInput as error:
        _forget_sound(row)
        fail(row.pk, " ".join(part for part in (error.message, error.hint) if part))
    except Unavailable as error:
        raise TryAgain(error.message, 10) from error


def died(lookup_id: int, reason: str) -> None:
    """The job was given up: nobody waits any longer, and nothing of the sound stays."""
    row = Lookup.objects.filter(pk=lookup_id, state=Lookup.State.WAITING).first()
    if row is not None:
        _forget_sound(row)
        fail(row.pk, _("The site could not work on this. Send it again later."))


def answer_row(row: Lookup, view: "Masked") -> None:
    """Find what a question is about among what is public, and write the answer down."""
    freeze(row, search(row, view))


def search(row: Lookup, view: "Masked") -> list[Stretch]:
    """Return what the prints of a question may be, in this view of the index; of a link what stands there."""
    if row.how == "link":
        return []
    if row.prints is None:
        return []
    from antiphon.identification.core import matches, prints

    found = matches.identify(prints.unpack(bytes(row.prints)), view)
    said = [saying.stretch(view.kept(one.track).name, one) for best in found for one in (best, *best.alternatives)]
    return saying.worth_saying(said, matches.POSSIBLE)


def freeze(row: Lookup, stretches: Iterable[Stretch]) -> None:
    """Write the answer, signed, and count it for the creators, in one transaction. A second time changes nothing."""
    if not ledger.verifier_keys():
        ledger.rotate()  # a site that has published nothing yet has no key
    with transaction.atomic():
        held = Lookup.objects.select_for_update().filter(pk=row.pk, state=Lookup.State.WAITING).first()
        if held is None:
            return
        now = clock.now()
        tracks = finding.at_link(held.link) if held.how == "link" else finding.tracks_of(stretches)
        said = saying.answer(
            settings.SITE_URL, _question(held), composing.matches_said(tracks), at=now,
            checkpoint=composing.checkpoint(),
        )  # fmt: skip
        counting.count(held, [track.recording_id or 0 for _one, track in tracks], day=now.date(), released=True)
        held.answer = commitments.canonical(said).decode()
        held.note = ledger.sign_statement(statements.statement(said))
        held.state, held.answered_at = Lookup.State.ANSWERED, now
        if held.prints is None:
            held.looked_further_at = now  # nothing to look for
        held.save(update_fields=["answer", "note", "state", "answered_at", "looked_further_at"])


def fail(lookup_id: int, words: str) -> None:
    """Say why a question cannot be answered."""
    waiting = Lookup.objects.filter(pk=lookup_id, state=Lookup.State.WAITING)
    now = clock.now()
    waiting.update(state=Lookup.State.FAILED, failure=words[:500], answered_at=now, looked_further_at=now, prints=None)


def signed_file(row: Lookup) -> bytes:
    """Return the signed answer as a file that whoever asked can show later."""
    said = composing.read(row.answer)
    return statements.to_bytes(said, row.note, composing.signers_of(row.note))


def _question(row: Lookup) -> Question:
    by = Asker(row.by_kind, row.by_name)
    return Question(row.uid, by, row.how, row.asked_at, row.sha256, row.link, row.duration_ms, row.ref or "")


def _hear(row: Lookup) -> None:
    """Make the prints of what was sent, in the limited process, and keep these. Raises as `hear` does."""
    from antiphon.identification.core import prints
    from antiphon.identification.engines.hearing import hear

    try:
        with workspace(f"registry-{row.pk}") as folder:
            heard = hear(local_file(row.key, folder), longest_s=int(settings.ANTIPHON.registry_seconds))
    except Failure as failure:
        raise Unavailable(failure.in_english()) from failure
    packed = prints.pack(heard.prints)
    Lookup.objects.filter(pk=row.pk).update(prints=packed, duration_ms=heard.prints.duration_ms)
    row.prints, row.duration_ms = packed, heard.prints.duration_ms


def _forget_sound(row: Lookup) -> None:
    """Delete what was sent: only its prints are needed any more. Deleting it twice does nothing."""
    if row.key:
        storage.files().delete(row.key)
        Lookup.objects.filter(pk=row.pk).update(key="")
        row.key = ""
