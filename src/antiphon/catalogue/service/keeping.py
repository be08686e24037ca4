"""Which files the catalogue counts on: originals, waveforms, artwork. For the doctor and for backups."""

from collections.abc import Iterator

from antiphon.catalogue.models import MusicSet, Recording, Track
from antiphon.storage.core.kept import KeptFile


def kept_files() -> Iterator[KeptFile]:
    """Yield every file that a row names, without holding them all in memory."""
    for pk, key, size, sha256, waveform in Recording.objects.values_list(
        "pk", "original_key", "size_bytes", "sha256", "waveform_key"
    ).iterator():
        yield KeptFile(key, f"recording:{pk}", size, sha256)
        if waveform:
            yield KeptFile(waveform, f"recording:{pk}")
    for kind, rows in (("track", Track.objects), ("set", MusicSet.objects)):
        for pk, key in rows.exclude(artwork_key="").values_list("pk", "artwork_key").iterator():
            yield KeptFile(key + "/", f"{kind}:{pk}")
