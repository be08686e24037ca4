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
from antiphon.catalogue.core.elsewhere import MANIFESTS, File, Plan
from antiphon.catalogue.core.manifests import LONGEST_TEXT
from antiphon.catalogue.models import Recording
from antiphon.catalogue.service.bringing import plan_bringing, reason
from antiphon.catalogue.service.uploads import begin_upload, cancel_upload, receive, unfinished_upload
from antiphon.kernel.errors import AntiphonError, BadInput
from antiphon.storage import service as storage

_CHUNK = 1024 * 1024
_UNREAD = ("manifest-unread", "manifest-too-long", "manifest-unreadable", "manifest-unknown")
_OF_LISTS = ("wrong-", "no-file-for", "not-fetched", *_UNREAD)


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


@dataclass(frozen=True)
class Planned:
    """What an import would bring: the plan, its batch, and where each file of it lies."""

    batch: uuid.UUID
    plan: Plan
    files: list[tuple[Path, str]]

    def pictures(self) -> dict[str, Path]:
        """Return the pictures that belong to something, by their path in the plan."""
        wanted = {song.artwork for song in self.plan.songs} | {album.artwork for album in self.plan.albums}
        here = {_below(path, folder): path for path, folder in self.files}
        return {key: here[key] for key in sorted(wanted) if key in here}

    def used(self) -> set[str]:
        """Return the paths of pictures and lists that say something of the music: they are no music, and not lost."""
        read = {_below(path, folder) for path, folder in self.files if words.suffix_of(path.name) in MANIFESTS}
        return set(self.pictures()) | (read - {left.path for left in self.plan.left_out if left.code in _UNREAD})


def plan_import(profile: accounts.Profile, paths: list[Path]) -> Planned:
    """Find out what is below these paths and what their names and manifests say of it; nothing comes in yet."""
    batch = uuid.uuid5(uuid.NAMESPACE_URL, f"import:{profile.pk}:" + "|".join(str(p.resolve()) for p in paths))
    found = find_files(paths)
    files, texts = [], {}
    for path, folder in found:
        try:
            size = path.stat().st_size
            if words.suffix_of(path.name) in MANIFESTS and size <= LONGEST_TEXT:
                texts[_below(path, folder)] = path.read_text(encoding="utf-8-sig", errors="replace")
        except OSError:
            continue  # the import itself says that it cannot be read
        files.append(File(_below(path, folder), size))
    batch, plan = plan_bringing(profile.owner, files, texts, batch=batch)
    return Planned(batch, plan, found)


def import_folder(
    profile: accounts.Profile, paths: list[Path], *, attested: bool, planned: Planned | None = None
) -> Iterator[Event]:
    """Bring every music file below these paths in; yield what happens. A second run goes on where the first ended."""
    planned = planned or plan_import(profile, paths)
    batch, used = planned.batch, planned.used()
    for left in planned.plan.left_out:
        if left.code.startswith(_OF_LISTS):
            yield Skipped(Path(left.path), reason(left), left.code)
    for path, folder in planned.files:
        if _below(path, folder) in used or (words.suffix_of(path.name) in MANIFESTS):
            continue
        try:
            yield from _import_one(profile, path, folder, batch, attested)
        except AntiphonError as error:
            yield Skipped(path, f"{error.message} {error.hint}".strip(), error.code)
        except OSError as error:
            yield Skipped(path, _("It cannot be read: %s.") % error.strerror, "unreadable")


def _below(path: Path, folder: str) -> str:
    return f"{folder}/{path.name}".lstrip("/")


def _import_one(
    profile: accounts.Profile, path: Path, folder: str, batch: uuid.UUID, attested: bool
) -> Iterator[Event]:
    if not words.may_be_music(path.name) or not words.suffix_of(path.name):
        yield Skipped(path, _("It is not a kind of file that can be played here."), "not-music")
        return
    size = path.stat().st_size
    if _here_already(profile, path, size):
        yield Skipped(path, _("It is here already."), "here")
        return
    # A run that was killed left its upload open; going on with that one keeps the file from coming in twice.
    upload = unfinished_upload(profile, path.name, size, folder, batch) or begin_upload(
        profile.owner,
        file_name=path.name,
        size_bytes=size,
        folder=folder,
        batch=batch,
        profile_id=profile.pk,
        attested=attested,
    )
    partial = settings.DATA / "incoming" / upload.pk.hex
    copied = partial.with_name(f"{partial.name}.copying")
    digest = hashlib.sha256()
    done = 0
    try:
        with path.open("rb") as read, copied.open("wb") as write:
            while chunk := read.read(_CHUNK):
                write.write(chunk)
                digest.update(chunk)
                done += len(chunk)
                yield Progress(path, done, size)
            write.flush()
            os.fsync(write.fileno())
        # Renamed and never written over: a server may be filing a complete one of the killed run at this moment.
        copied.replace(partial)
        recording = receive(upload.pk, partial, sha256=digest.hexdigest())
    except BaseException:
        cancel_upload(profile.owner, upload.pk)
        copied.unlink(missing_ok=True)
        partial.unlink(missing_ok=True)
        raise
    yield Imported(path, recording.track_id, recording.pk)


def _here_already(profile: accounts.Profile, path: Path, size: int) -> bool:
    rows = Recording.objects.filter(track__profile__owner_id=profile.owner_id, size_bytes=size)
    here = list(rows.exclude(state=Recording.State.FAILED).values_list("sha256", "original_key"))
    if not here:
        return False
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return any((sha256 or _digest_of(key)) == digest for sha256, key in here)


def _digest_of(key: str) -> str:
    """Return the hash of an original whose row does not have it yet: its ingest has not begun."""
    files, digest = storage.files(), hashlib.sha256()
    if not files.exists(key):
        return ""
    with files.open(key) as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
