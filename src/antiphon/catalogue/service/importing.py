"""Folders on this machine, brought in without a browser: the same verbs as an upload, and resumable."""

import hashlib
import os
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from antiphon.accounts import service as accounts
from antiphon.catalogue.core import words
from antiphon.catalogue.models import Recording
from antiphon.catalogue.service.uploads import begin_upload, cancel_upload, receive
from antiphon.kernel.errors import AntiphonError, BadInput

_CHUNK = 1024 * 1024


@dataclass(frozen=True)
class Progress:
    """Bytes of one file are copied."""

    path: Path
    done_bytes: int
    total_bytes: int


@dataclass(frozen=True)
class Imported:
    path: Path
    track_id: int
    recording_id: int


@dataclass(frozen=True)
class Skipped:
    path: Path
    reason: str
    code: str  # "here" and "not-music" lose nothing; others are the codes of errors


Event = Progress | Imported | Skipped


def find_files(paths: list[Path]) -> list[tuple[Path, str]]:
    """Return every file below these paths with its folder as the set will be named; hidden ones are left out."""
    found: list[tuple[Path, str]] = []
    for path in paths:
        if path.is_file():
            found.append((path, ""))
            continue
        if not path.is_dir():
            raise BadInput(_("There is nothing at %s.") % path, hint=_("Check the path."))
        for folder, folders, names in os.walk(path):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            below = Path(folder).relative_to(path.parent if path.name else path).as_posix()
            found += [(Path(folder) / name, below) for name in sorted(names) if not name.startswith(".")]
    return found


def import_folder(profile: accounts.Profile, paths: list[Path], *, attested: bool) -> Iterator[Event]:
    """Bring every music file below these paths in; yield what happens. A second run goes on where the first ended."""
    batch = uuid.uuid5(uuid.NAMESPACE_URL, f"import:{profile.pk}:" + "|".join(str(p.resolve()) for p in paths))
    for path, folder in find_files(paths):
        try:
            yield from _import_one(profile, path, folder, batch, attested)
        except AntiphonError as error:
            yield Skipped(path, f"{error.message} {error.hint}".strip(), error.code)
        except OSError as error:
            yield Skipped(path, _("It cannot be read: %s.") % error.strerror, "unreadable")


def _import_one(
    profile: accounts.Profile, path: Path, folder: str, batch: uuid.UUID, attested: bool
) -> Iterator[Event]:
    if not words.may_be_music(path.name) or not words.suffix_of(path.name):
        yield Skipped(path, "It is not a kind of file that can be played here.", "not-music")
        return
    size = path.stat().st_size
    if _here_already(profile, path, size):
        yield Skipped(path, "It is here already.", "here")
        return
    upload = begin_upload(
        profile.owner,
        file_name=path.name,
        size_bytes=size,
        folder=folder,
        batch=batch,
        profile_id=profile.pk,
        attested=attested,
    )
    partial = settings.DATA / "incoming" / upload.pk.hex
    digest = hashlib.sha256()
    done = 0
    try:
        with path.open("rb") as read, partial.open("wb") as write:
            while chunk := read.read(_CHUNK):
                write.write(chunk)
                digest.update(chunk)
                done += len(chunk)
                yield Progress(path, done, size)
            write.flush()
            os.fsync(write.fileno())
        recording = receive(upload.pk, partial, sha256=digest.hexdigest())
    except BaseException:
        cancel_upload(profile.owner, upload.pk)
        partial.unlink(missing_ok=True)
        raise
    yield Imported(path, recording.track_id, recording.pk)


def _here_already(profile: accounts.Profile, path: Path, size: int) -> bool:
    rows = Recording.objects.filter(track__profile__owner_id=profile.owner_id, size_bytes=size)
    rows = rows.exclude(state=Recording.State.FAILED).exclude(sha256="")
    if not rows.exists():
        return False
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return rows.filter(sha256=digest).exists()
