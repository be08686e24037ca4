"""Our witnesses: who looks at this log's checkpoints, asking them, and serving what they cosigned.

A witness that does not answer delays nothing and is complained of once: the checkpoint is served without it, and a
receipt then says that it goes by this site's own clock.
"""

import logging
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from http.client import HTTPException
from typing import Any
from urllib.parse import urlsplit

from django.db import transaction

from antiphon.jobs import service as jobs
from antiphon.kernel import clock
from antiphon.kernel.errors import BadInput, Conflict, NotFound
from antiphon.ledger import sequencing, shelf
from antiphon.ledger.core import checkpoints, cosigning, encoding, merkle, notes, tiles
from antiphon.ledger.core.errors import BadProof
from antiphon.ledger.core.notes import Signature
from antiphon.ledger.models import Witness
from antiphon.ledger.service.reading import checkpoint
from antiphon.ledger.service.witnessing import Answer

log = logging.getLogger(__name__)

ANSWER_S = 5.0
ALL_S = 30.0
MOST_ANSWER_BYTES = 64 * 1024
Send = Callable[[str, bytes], Answer]


def add_witness(url: str, vkey: str) -> Witness:
    """Ask this witness from now on. url: its submission prefix. Raises `BadInput` or `Conflict`."""
    url = url.strip().rstrip("/")
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise BadInput("A witness is asked at an address that starts with http:// or https://.", subject=url[:200])
    key = notes.verifier_key(vkey.strip())
    if key.kind != notes.COSIGNATURE:
        raise BadInput("This is not the key of a witness.", subject=key.name, hint="It has type 4 (cosignature/v1).")
    if Witness.objects.filter(vkey=str(key)).exclude(url=url).exists():
        raise Conflict("This witness is asked at another address already.", subject=key.name)
    with transaction.atomic():
        witness, _ = Witness.objects.update_or_create(
            url=url, defaults={"vkey": str(key), "seen_size": 0, "seen_at": None, "failure": ""}
        )
        # Publishing asks the witnesses after it, also where nothing new waits: a quiet site is cosigned at once too.
        jobs.enqueue("ledger.publish", key="ledger.publish")
    return witness


def remove_witness(url: str) -> None:
    """Ask this witness no more. What it has cosigned stays. Raises `NotFound`."""
    if not Witness.objects.filter(url=url.strip().rstrip("/")).delete()[0]:
        raise NotFound("No such witness is asked.", subject=url[:200])


def witnesses() -> list[Witness]:
    """Who is asked, in the order in which they were named."""
    return list(Witness.objects.order_by("pk"))


def witness_keys() -> list[str]:
    """The verifier keys of our witnesses."""
    return [witness.vkey for witness in witnesses()]


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    # A witness is at the address that the operator gave, and nowhere that somebody else names.
    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


def post(url: str, body: bytes) -> Answer:
    """Ask over HTTP, a few seconds at most. Raises `OSError` when nobody answers."""
    request = urllib.request.Request(url, data=body, headers={"Content-Type": "text/plain"})  # noqa: S310  (see add_witness)
    opener = urllib.request.build_opener(_NoRedirects)
    try:
        with opener.open(request, timeout=ANSWER_S) as reply:
            raw = reply.read(MOST_ANSWER_BYTES)
            return Answer(reply.status, raw.decode(), reply.headers.get("content-type", ""))
    except urllib.error.HTTPError as error:
        with error:
            raw = error.read(MOST_ANSWER_BYTES)
        return Answer(error.code, raw.decode(errors="replace"), error.headers.get("content-type", ""))
    except (HTTPException, UnicodeDecodeError) as error:
        raise OSError(f"The answer cannot be read: {error}") from error


def ask_witnesses(send: Send = post) -> int:
    """Have the served checkpoint cosigned by all who have not yet; return how many did now.

    Never raises for what a witness does.
    """
    raw = checkpoint()
    if not raw:
        return 0
    note = notes.note_from(raw)
    found = checkpoints.checkpoint_in(note.text)
    read = tiles.reader(shelf.tile, found.size)
    there = {(signature.name, signature.key_id) for signature in note.signatures}
    gained: list[Signature] = []
    began = time.monotonic()
    for witness in witnesses():
        key = notes.verifier_key(witness.vkey)
        if (key.name, key.key_id) in there or time.monotonic() - began > ALL_S:
            continue
        try:
            gained.append(_ask(witness, key, note, found, read, send))
        except (OSError, BadProof) as error:
            _note_failure(witness, str(error))
        else:
            if witness.failure:
                log.info("the witness %s answers again", witness.url)
            Witness.objects.filter(pk=witness.pk).update(seen_size=found.size, seen_at=clock.now(), failure="")
    if gained:
        _serve(note, found, gained)
    return len(gained)


def _ask(
    witness: Witness,
    key: notes.VerifierKey,
    note: notes.Note,
    found: checkpoints.Checkpoint,
    read: merkle.Read,
    send: Send,
) -> Signature:
    old = min(witness.seen_size, found.size)
    for _ in range(2):
        proof = merkle.consistency(read, old, found.size)
        answer = send(f"{witness.url}/add-checkpoint", str(cosigning.Asked(old, tuple(proof), str(note))).encode())
        if answer.status != 409:
            break
        old = encoding.number_from(answer.body.strip())
        if old > found.size:
            # Either this log was set back, or somebody else signs in its name.
            raise BadProof(f"It has cosigned {old} entries of this log, and there are only {found.size}.")
    if answer.status != 200:
        raise BadProof(f"It answered {answer.status}: {answer.body.strip()[:200]}")
    lines = [notes.signature_at(line) for line in answer.body.split("\n") if line]
    for signature in lines:
        if (signature.name, signature.key_id) == (key.name, key.key_id):
            key.time_of(note.text, signature.raw)
            return signature
    raise BadProof("It answered without its own cosignature.")


def _note_failure(witness: Witness, words: str) -> None:
    if not witness.failure:
        log.warning("the witness %s did not cosign: %s", witness.url, words)
    Witness.objects.filter(pk=witness.pk).update(failure=words[:500])


def _serve(note: notes.Note, found: checkpoints.Checkpoint, gained: list[Signature]) -> None:
    """Put the cosignatures under the served checkpoint, if it is still this one, and keep the cosigned one."""
    with sequencing.alone():
        served = notes.note_from(shelf.checkpoint())
        if served.text == note.text:
            note = served
        cosigned = notes.Note(note.text, (*note.signatures, *gained))
        if served.text == note.text:
            sequencing.serve(str(cosigned))
        shelf.put(shelf.WITNESSED, str(cosigned).encode())
