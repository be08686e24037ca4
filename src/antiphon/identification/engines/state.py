"""What an index is at a moment, whoever holds it: its segments, what was deleted of them, and the newest part."""

from collections.abc import Mapping
from pathlib import Path

from antiphon.identification.core.journal import Batch
from antiphon.identification.core.layout import damaged
from antiphon.identification.core.manifest import FILE, Listed, Manifest, listed
from antiphon.identification.engines.recent import Recent
from antiphon.identification.engines.segments import Segment
from antiphon.identification.engines.views import Living, View


class State:
    """Segments by their file, and the newest part."""

    def __init__(self, manifest: Manifest, segments: Mapping[str, Living]) -> None:
        self.manifest = manifest
        self.segments = dict(segments)
        self.recent = Recent(manifest.kinds)

    @classmethod
    def open(
        cls, folder: Path, manifest: Manifest, known: Mapping[str, Segment] | None = None, *, any_method: bool = False
    ) -> "State":
        """Open the files that a manifest lists. known: segments that are open already.

        Raises `FileNotFoundError`, `Damaged`, `Newer`.
        """
        segments = {}
        for one in manifest.segments:
            segment = (known or {}).get(one.file) or Segment.open(folder, one.file, any_method=any_method)
            if segment.head.kinds != manifest.kinds:
                raise damaged(one.file, f"it has not the tables that {FILE} says.")
            segments[one.file] = Living(segment.part, one.alive(segment.head.tracks), segment)
        return cls(manifest, segments)

    def apply(self, batch: Batch) -> None:
        """Do what a batch says. Doing it again changes nothing."""
        for name in batch.deleted:
            self._delete(name)
        for one in batch.added:
            self._delete(one.name)
            self.recent.add(one)

    def has(self, name: str) -> bool:
        return self.recent.has(name) or any(living.find(name) >= 0 for living in self.segments.values())

    def listed(self) -> tuple[Listed, ...]:
        """Return the segments as a manifest lists them, with what was deleted since."""
        return tuple(listed(file, living.alive) for file, living in self.segments.items())

    def view(self) -> View:
        pieces = [living.piece() for living in self.segments.values() if living.alive.any()]
        return View([*pieces, *self.recent.pieces()])

    def _delete(self, name: str) -> None:
        if self.recent.delete(name):
            return
        for living in self.segments.values():
            if (track := living.find(name)) >= 0:
                living.delete(track)
