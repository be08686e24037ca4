"""Which files the audio room counts on: renditions and download copies. For the doctor and for backups."""

from collections.abc import Iterator

from antiphon.audio.models import DownloadCopy, Rendition
from antiphon.storage.core.kept import KeptFile


def kept_files() -> Iterator[KeptFile]:
    """Yield every file that a row names, without holding them all in memory."""
    for table in (Rendition, DownloadCopy):
        rows = table.objects.values_list("recording_id", "key", "size_bytes", "sha256")
        for recording_id, key, size, sha256 in rows.iterator():
            yield KeptFile(key, f"recording:{recording_id}", size, sha256)
