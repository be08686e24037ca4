"""Asking: a question is taken in and written down; a job answers it. Nothing is decoded or searched here."""

import hashlib
import tempfile
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from antiphon.accounts import service as accounts
from antiphon.audio.core.kinds import HEAD_BYTES, Kind, kind_of
from antiphon.consent.service import enquiries
from antiphon.identification.core.saying import Asker
from antiphon.identification.lookup_models import Lookup
from antiphon.identification.service.registry import pace
from antiphon.jobs import service as jobs
from antiphon.kernel import ids
from antiphon.kernel.errors import BadInput, NotFound, NotMusic, TooLarge, Unavailable
from antiphon.storage import service as storage

ANSWER = "identification.answer_lookup"
LARGEST_BYTES = 20 * 1024 * 1024
LARGEST_PRINTS = 2 * 1024 * 1024  # ten minutes are 60 kB
MOST_WAITING = 500  # single questions; more are told to come back
FOLDER = "registry"  # of the file store: sound that waits to be heard
Viewer = accounts.User | None


def asker_of(user: Viewer, *, is_program: bool = False) -> Asker:
    """Return whom an answer names as its asker: an actor of the gate by name, a person as they call themselves."""
    if user is None:
        return Asker("anyone")
    actor = enquiries.asker_of(user)
    if actor is not None:
        return Asker("actor", actor.name[:120], actor.slug)
    profiles = accounts.profiles_of(user)
    return Asker("program" if is_program else "person", profiles[0].name if profiles else "")


def ask_by_file(
    pieces: Iterable[bytes], user: Viewer, *, counted_as: str, is_program: bool = False, how: str = "file"
) -> Lookup:
    """Take in sound; a job hears it, deletes it, and answers.

    Raises `TooLarge`, `NotMusic` for what is no sound, `TooMany`, `Unavailable` while too many wait.
    """
    _admit(user, counted_as)
    with tempfile.NamedTemporaryFile(dir=settings.DATA / "tmp", prefix="registry-", delete=False) as file:
        path = Path(file.name)
    try:
        sha256, head = _kept(pieces, path)
        kind = kind_of(head)
        if not isinstance(kind, Kind):
            raise NotMusic(
                _("This is not a sound file that we read."), hint=_("Send WAV, AIFF, FLAC, MP3, AAC, M4A, Ogg or Opus.")
            )
        key = f"{FOLDER}/{ids.new_uid().hex}"
        with transaction.atomic():
            # Before the file is there: whatever happens in between, nobody's sound is forgotten in the store.
            row = _written(user, how, is_program=is_program, key=key, sha256=sha256)
        storage.files().put(key, path)
    finally:
        path.unlink(missing_ok=True)
    jobs.enqueue(ANSWER, subject=f"lookup:{row.pk}", key=f"{ANSWER}:{row.pk}", lookup_id=row.pk)
    return row


def ask_by_prints(packed: bytes, user: Viewer, *, counted_as: str, is_program: bool = False) -> Lookup:
    """Take in a fingerprint that was made in the asker's house. Raises `BadPrints`, `TooLarge`, and as above."""
    duration_ms = check_prints(packed)
    _admit(user, counted_as)
    with transaction.atomic():
        row = _written(
            user, "prints", is_program=is_program, prints=packed, duration_ms=duration_ms,
            sha256=hashlib.sha256(packed).hexdigest(),
        )  # fmt: skip
        jobs.enqueue(ANSWER, subject=f"lookup:{row.pk}", key=f"{ANSWER}:{row.pk}", lookup_id=row.pk)
    return row


def ask_by_link(link: str, user: Viewer, *, counted_as: str, is_program: bool = False) -> Lookup:
    """Ask about the track at an address here. Whatever stands there, it is found out later, by the same job."""
    link = link.strip()
    if not link or len(link) > 300 or not link.isprintable():
        raise BadInput(_("This is not the address of a track."), fields={"link": _("the whole address of its page")})
    _admit(user, counted_as)
    with transaction.atomic():
        row = _written(user, "link", is_program=is_program, link=link)
        jobs.enqueue(ANSWER, subject=f"lookup:{row.pk}", key=f"{ANSWER}:{row.pk}", lookup_id=row.pk)
    return row


def lookup(uid: str) -> Lookup:
    """Return a question by its name, which nobody guesses: whoever knows it may read the answer. Raises `NotFound`."""
    row = Lookup.objects.filter(uid=uid).defer("prints").first()
    if row is None:
        raise NotFound(_("There is no such question."), hint=_("Answers are kept for a while, and then deleted."))
    return row


def check_prints(packed: bytes) -> int:
    """Return how long the sound of a fingerprint is, in ms. Raises `BadPrints` for what no sound can have given."""
    # Here and not on top: a server that is never sent fingerprints does not load NumPy.
    from antiphon.identification.core import prints

    if len(packed) > LARGEST_PRINTS:
        raise prints.BadPrints(_("This fingerprint is longer than any sound that is answered here."))
    found = prints.unpack(packed)
    longest = int(settings.ANTIPHON.registry_seconds)
    if found.duration_ms > longest * 1000:
        raise TooLarge(
            _("This is longer than %(longest)s seconds, which is as much as is looked for here.")
            % {"longest": longest},
            hint=_("A minute is plenty; ten seconds will do."),
        )
    return found.duration_ms


def _admit(user: Viewer, counted_as: str) -> None:
    pace.count_asked(counted_as, is_known=user is not None)
    if Lookup.objects.filter(state=Lookup.State.WAITING, batch=None).count() >= MOST_WAITING:
        raise Unavailable(_("Too many questions are waiting."), hint=_("Try again in a few minutes."))


def _kept(pieces: Iterable[bytes], path: Path) -> tuple[str, bytes]:
    """Write what comes into a file; return its SHA-256 and how it begins. Raises `TooLarge`."""
    digest, size, head = hashlib.sha256(), 0, b""
    with path.open("wb") as file:
        for piece in pieces:
            size += len(piece)
            if size > LARGEST_BYTES:
                raise TooLarge(_("This file has more than 20 MB."), hint=_("Send a minute of it; ten seconds will do."))
            head += piece[: max(0, HEAD_BYTES - len(head))]
            digest.update(piece)
            file.write(piece)
    return digest.hexdigest(), head


def _written(
    user: Viewer, how: str, *, is_program: bool, key: str = "", link: str = "", prints: bytes | None = None,
    sha256: str = "", duration_ms: int | None = None,
) -> Lookup:  # fmt: skip
    by = asker_of(user, is_program=is_program)
    return Lookup.objects.create(
        uid=ids.new_uid().hex, user=user, by_kind=by.kind, by_name=by.name, by_actor=by.slug,
        how=how, key=key, link=link, prints=prints, sha256=sha256, duration_ms=duration_ms,
    )  # fmt: skip
