"""The folder of a dataset: copied files, what describes them, and the name it gets when it is whole."""

import csv
import hashlib
import io
import json
import os
import shutil
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from antiphon.accounts.core.names import slug_of
from antiphon.catalogue.service import Recording, Track
from antiphon.consent.core.purposes import BY_SLUG
from antiphon.consent.service import Permit
from antiphon.kernel import clock
from antiphon.kernel.errors import Conflict
from antiphon.ledger import service as ledger
from antiphon.ledger.core import commitments, encoding
from antiphon.storage import service as storage
from antiphon.transparency.core import croissant, letters
from antiphon.transparency.core.croissant import Described, Song
from antiphon.transparency.models import Dataset

_BLOCK = 1 << 20
# Container, as the catalogue names it: how its files end, and their media type.
_KINDS = {
    "wav": ("wav", "audio/wav"), "aiff": ("aiff", "audio/aiff"), "flac": ("flac", "audio/flac"),
    "mp3": ("mp3", "audio/mpeg"), "mp4": ("m4a", "audio/mp4"), "aac": ("aac", "audio/aac"),
    "ogg": ("ogg", "audio/ogg"),
}  # fmt: skip
_UNKNOWN = ("bin", "application/octet-stream")


def part_of(row: Dataset) -> Path:
    """Where a dataset is made: beside its place, so that giving it its name is one step."""
    out = Path(row.folder)
    return out.with_name(f".{out.name}.{row.uid[:8]}.part")


def make(part: Path) -> None:
    (part / "data").mkdir(parents=True, exist_ok=True)


def names_in(row: Dataset) -> set[str]:
    """Return the files that lie where a dataset is made, as its table calls them."""
    data = part_of(row) / "data"
    return {f"data/{path.name}" for path in data.iterdir()} if data.is_dir() else set()


def remove(row: Dataset) -> None:
    """Remove what was made of a dataset before it had its place."""
    shutil.rmtree(part_of(row), ignore_errors=True)


def copy(recording: Recording, track: Track, part: Path) -> Song:
    """Copy the original, unless an earlier run has. Raises `Conflict` when it is not what was uploaded."""
    ending, mime = _KINDS.get(recording.container, _UNKNOWN)
    name = f"data/{recording.pk}-{slug_of(track.title, fallback='track')}.{ending}"
    target = part / name
    sha256 = _hash(target) if target.exists() else _copied(recording.original_key, target)
    if recording.sha256 and sha256 != recording.sha256:
        target.unlink(missing_ok=True)
        raise Conflict(_("A stored file is not what was uploaded."), subject=f"recording:{recording.pk}")
    return Song(
        recording=recording.pk,
        name=name,
        sha256=sha256,
        size_bytes=target.stat().st_size,
        mime=mime,
        title=track.title,
        artists=track.artists or track.profile.name,
        license=track.license,
        address=f"{settings.SITE_URL}{track.get_absolute_url()}",
        isrc=track.isrc,
    )


def _copied(key: str, target: Path) -> str:
    digest, partial = hashlib.sha256(), target.with_name(target.name + ".part")
    with storage.files().open(key) as source, partial.open("wb") as file:
        while block := source.read(_BLOCK):
            digest.update(block)
            file.write(block)
        file.flush()
        os.fsync(file.fileno())
    partial.rename(target)
    return digest.hexdigest()


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def drop_others(part: Path, songs: list[Song]) -> None:
    """Remove every file that is not of these songs: what an earlier run copied and is not allowed any more."""
    kept = {part / song.name for song in songs}
    for path in (part / "data").iterdir():
        if path not in kept:
            path.unlink()


def describe(row: Dataset, permit: Permit, salt: bytes, receipt: ledger.Receipt, part: Path, songs: list[Song]) -> str:
    """Write README, table, Croissant metadata and the signed manifest; return the manifest's SHA-256."""
    said = Described(
        uid=row.uid,
        site=settings.SITE_URL,
        purpose=row.purpose,
        purpose_words=BY_SLUG[row.purpose].words,
        actor=row.actor,
        job_address=f"{settings.SITE_URL}/transparency/ledger/{receipt.index}",
        made_on=clock.now().date().isoformat(),
        manifest_root=permit.manifest_root,
    )
    table = io.StringIO(newline="")
    csv.writer(table, lineterminator="\n").writerows(croissant.table_of(songs))
    raw = table.getvalue().encode()
    _write(part / "tracks.csv", raw)
    metadata = croissant.describe(said, songs, hashlib.sha256(raw).hexdigest(), len(raw))
    _write(part / "croissant.json", json.dumps(metadata, indent=1, ensure_ascii=False).encode() + b"\n")
    _write(part / "README.md", letters.readme(said, songs).encode())
    manifest = commitments.canonical(_manifest(row, permit, salt, receipt, songs)) + b"\n"
    _write(part / "manifest.json", manifest)
    sha256 = hashlib.sha256(manifest).hexdigest()
    _write(part / "manifest.note", ledger.sign_statement(letters.statement(row.uid, sha256)).encode())
    return sha256


def _manifest(row: Dataset, permit: Permit, salt: bytes, receipt: ledger.Receipt, songs: list[Song]) -> dict[str, Any]:
    return {
        "format": letters.STATEMENT,
        "dataset": row.uid,
        "purpose": row.purpose,
        "actor": row.actor,
        "manifest": {"root": permit.manifest_root, "salt": salt.hex()},
        "job": {
            "entry": json.loads(receipt.entry),
            "private": dict(receipt.private),
            "salt": encoding.to_base64(receipt.salt),
            "proof": receipt.tlog_proof,
        },
        "log": ledger.verifier_keys(),
        "checkpoint": ledger.checkpoint(),
        "files": [
            {
                "recording": song.recording, "name": song.name, "sha256": song.sha256, "size_bytes": song.size_bytes,
                "title": song.title, "artists": song.artists, "license": song.license, "address": song.address,
            }
            for song in songs
        ],
    }  # fmt: skip


def _write(path: Path, raw: bytes) -> None:
    with path.open("wb") as file:
        file.write(raw)
        file.flush()
        os.fsync(file.fileno())


def give_name(row: Dataset) -> None:
    """Let a whole dataset have its place; twice is the same as once."""
    part = part_of(row)
    if part.exists():
        part.rename(row.folder)
