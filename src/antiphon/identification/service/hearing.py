"""Making fingerprints under a permit, and letting go of them. What they are compared with is `comparing`.

Asked when the job starts (`ask`), before the sound is given out and before the prints are stored (`recheck`). The
purpose is one of the pair that nobody can switch off; what the gate refuses is music that was withdrawn.
"""

import logging
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Iterable
from typing import Any

from django.db import transaction

from antiphon.audio import service as audio
from antiphon.audio.core.failures import Failure
from antiphon.catalogue import service as catalogue
from antiphon.consent import service as consent
from antiphon.consent.service import Permit
from antiphon.identification.core.use import ARTEFACT, ENGINE, PURPOSE, SYSTEM
from antiphon.identification.models import Comparison, Fingerprint, Match
from antiphon.identification.service import shelving
from antiphon.jobs import service as jobs
from antiphon.kernel import clock
from antiphon.kernel.errors import BadInput

log = logging.getLogger(__name__)
HEAR = "identification.hear"
_AT_ONCE = 2000
_TRIES = 4
_WAIT_S = 20.0
_Recording = catalogue.Recording


class Listener:
    """`audio.ports.Subscriber`: every recording that can be heard is compared."""

    purpose = PURPOSE

    def recording_ready(self, recording_id: int) -> None:
        enqueue([recording_id])


def enqueue(recording_ids: Iterable[int]) -> None:
    """Enqueue hearing and comparing, once however often it is asked for."""
    for recording_id in sorted(recording_ids):
        jobs.enqueue(HEAR, subject=f"recording:{recording_id}", key=f"{HEAR}:{recording_id}", recording_id=recording_id)


def standing_changed(recording_ids: list[int]) -> None:
    """Music was withdrawn, or is back: forget what may not be looked at any more, and hear what may be again."""
    allowed = set(consent.allowed_subjects(PURPOSE).filter(pk__in=recording_ids).values_list("pk", flat=True))
    let_go(set(recording_ids) - allowed)
    enqueue(_heard().filter(pk__in=allowed).exclude(pk__in=_kept()).values_list("pk", flat=True))


def let_go(recording_ids: Iterable[int]) -> int:
    """Forget fingerprints, and that they were compared; return how many had one. What people decided stays."""
    ids = list(recording_ids)
    Comparison.objects.filter(recording_id__in=ids).delete()
    return shelving.forget(ids)


def drop_deleted(recording_ids: Iterable[int]) -> None:
    """Forget everything about those of these recordings that are deleted."""
    ids = list(recording_ids)
    there = set(_Recording.objects.filter(pk__in=ids).values_list("pk", flat=True))
    gone = [pk for pk in ids if pk not in there]
    if gone:
        with transaction.atomic():
            consent.hold()
            let_go(gone)
            Match.objects.filter(recording_id__in=gone).delete()
            left = Match.objects.filter(other_id__in=gone, state=Match.State.OPEN)
            uploads = sorted(set(left.values_list("recording_id", flat=True)))
            left.delete()  # nobody is there any more whose music it would be
            if uploads:
                consent.match_changed(uploads)
                catalogue.refresh_held(uploads)


def hear(recording_id: int, ctx: jobs.JobContext) -> bool:
    """Make and store the prints of a recording, if there are none; say whether there are any now."""
    if Fingerprint.objects.filter(recording_id=recording_id).exists():
        return True
    if not _Recording.objects.filter(pk=recording_id).exists():
        return False
    try:
        permit = consent.ask([recording_id], PURPOSE, SYSTEM)
        heard = audio.listen(
            permit, ENGINE, ctx=ctx, on_result=lambda recording, found: _store(permit, recording, found)
        )
    except consent.Refused:
        with transaction.atomic():
            let_go([recording_id])
        return False
    except Failure as failure:
        raise _again(failure, ctx) from failure
    if heard.strikes:
        raise jobs.GiveUp(f"The engine reached {heard.strikes} times for what it was not given.")
    for why in heard.failed.values():
        if why != "missing" or _Recording.objects.filter(pk=recording_id).exists():
            raise jobs.GiveUp(f"It could not be heard: {why}")
    return Fingerprint.objects.filter(recording_id=recording_id).exists()


def unheard() -> list[int]:
    """Return recordings that can be heard and have no fingerprint, or were never compared; the latest first."""
    ready = Comparison.objects.exclude(state=Comparison.State.WAITING).values("recording_id")
    failed = Comparison.objects.filter(state=Comparison.State.FAILED).values("recording_id")
    rows = _heard().filter(consent.permitted(PURPOSE, path="id")).exclude(pk__in=failed)
    rows = rows.exclude(pk__in=_kept(), id__in=ready)
    return list(rows.order_by("-pk").values_list("pk", flat=True)[:_AT_ONCE])


def _heard() -> Any:
    return _Recording.objects.filter(state__in=(_Recording.State.PLAYABLE, _Recording.State.COMPLETE))


def _kept() -> Any:
    return Fingerprint.objects.values("recording_id")


def _again(failure: Failure, ctx: jobs.JobContext) -> Exception:
    if failure.code == "interrupted" or (failure.of_the_moment and ctx.attempt < _TRIES):
        return jobs.TryAgain(failure.in_english(), _WAIT_S)
    return jobs.GiveUp(failure.in_english())


def _store(permit: Permit, recording_id: int, found: dict[str, Any]) -> None:
    """Keep prints, if the permit still stands. What was heard is not trusted: it has to be what sound can give."""
    from antiphon.identification.engines.shelf import duration_ms_of

    try:
        packed, sound = b64decode(found["prints"], validate=True), bytes.fromhex(found["sound"])
        duration_ms = duration_ms_of(packed)
        version = int(found["version"])
    except (KeyError, TypeError, ValueError, NotBase64, BadInput) as error:
        raise jobs.GiveUp(f"The engine said what no fingerprint is: {error}") from error
    if len(sound) != 32:
        raise jobs.GiveUp("The engine said what no fingerprint is: the hash of the sound.")
    with transaction.atomic():
        if not consent.recheck(permit).covers(recording_id):
            return
        uid = consent.keep_artefact(ARTEFACT, permit, note=f"recording {recording_id}, version {version}")
        for before in Fingerprint.objects.filter(recording_id=recording_id):
            consent.end_artefact(before.artefact_uid)
            before.delete()
        Fingerprint.objects.create(
            recording_id=recording_id,
            prints=packed,
            sound=sound,
            duration_ms=duration_ms,
            version=version,
            purpose=permit.purpose,
            permit_uid=permit.uid,
            artefact_uid=uid,
            made_at=clock.now(),
        )
