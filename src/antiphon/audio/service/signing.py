"""Signing a download copy: one at a time, in the process that may, when the tags are in. Owns who waits for whom."""

import base64
import fcntl
import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.conf import settings

import antiphon
from antiphon.audio import registry, sandbox
from antiphon.audio.core import manifests
from antiphon.audio.core.failures import Failure
from antiphon.audio.core.limits import MOST_SIGNED_BYTES, Limits
from antiphon.audio.core.rights import InTheFile, Signatory
from antiphon.jobs.service import JobContext
from antiphon.kernel.errors import Unavailable

log = logging.getLogger(__name__)
_TURN_S = 0.2


def signatory() -> Signatory | None:
    """Return what copies are signed with; None without a certificate, and while its files are broken."""
    try:
        return registry.rights().signatory()
    except Unavailable as error:
        log.warning("copies are not signed: %s (%s)", error.message, error.subject)
        return None


def signatory_name(otherwise: str) -> str:
    """Return the name of what copies are signed with, or `otherwise` while its files are broken."""
    try:
        return registry.rights().signatory_name()
    except Unavailable:
        return otherwise


def signed(
    made: dict[str, Any],
    folder: Path,
    signatory: Signatory | None,
    rights: InTheFile,
    title: str,
    original: Path,
    ctx: JobContext,
) -> dict[str, Any]:
    """Return what was made, signed: `file`, `suffix`, `size_bytes`, `sha256`, and `manifest` where it is detached.

    Without a certificate, and where signing fails, it goes out with its tags and without a signature: whoever may
    keep a file is not refused it because of ours. Raises `Failure` when interrupted.
    """
    unsigned = {**made, "manifest": b""}
    if signatory is None or made["suffix"] not in manifests.FORMATS:
        return unsigned
    if made["size_bytes"] > MOST_SIGNED_BYTES:
        log.warning("%s bytes are too many to sign: the copy goes out with its tags alone", made["size_bytes"])
        return unsigned
    # A large original around little sound would want its memory too.
    keeps_past = original.stat().st_size <= MOST_SIGNED_BYTES
    extra = {
        "signatory": asdict(signatory),
        "suffix": made["suffix"],
        "definition": manifests.definition(rights, title, antiphon.__version__),
        "also": [str(original)] if keeps_past else [],
        "original_suffix": made["original_suffix"],
    }
    limits = Limits.for_signing(max(made["size_bytes"], original.stat().st_size if keeps_past else 0))
    watch = sandbox.Watch(should_stop=lambda: not ctx.heartbeat())
    try:
        with _turn(ctx):
            told = sandbox.run("sign", folder / made["file"], folder, limits, watch=watch, extra=extra)
    except Failure as failure:
        if failure.code == "interrupted":
            raise
        log.warning("a copy could not be signed and goes out with its tags alone: %s", failure.code)
        return unsigned
    return {**made, **told, "manifest": base64.b64decode(told["manifest"])}


@contextmanager
def _turn(ctx: JobContext) -> Iterator[None]:
    """Wait until nobody else signs, in any process of this installation: signing holds a whole file in memory."""
    with (Path(settings.DATA) / "tmp" / "signing.lock").open("w") as file:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if not ctx.heartbeat():
                    raise Failure("interrupted") from None
                time.sleep(_TURN_S)  # a lock on a file wakes nobody; the lease is kept alive between the looks
        yield
