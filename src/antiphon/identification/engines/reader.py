"""Reading an index that another process may be writing to: each view is of one moment, and none waits."""

from pathlib import Path

from antiphon.identification.core import journal
from antiphon.identification.core.layout import damaged
from antiphon.identification.core.manifest import FILE, Manifest, manifest_of
from antiphon.identification.engines.segments import Segment
from antiphon.identification.engines.state import State
from antiphon.identification.engines.views import View
from antiphon.kernel.errors import NotFound

_TRIES = 100


class Reader:
    """An index in a folder, opened for reading. Raises `NotFound` when there is none."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._seen: tuple[bytes, int] = (b"", 0)
        self._good = self._batches = 0
        self._state, self._view = self._load()

    def view(self) -> View:
        """Return the index as it is now; the same view when nothing has changed. Raises `Damaged`, `Newer`."""
        if self._look() != self._seen:
            self._state, self._view = self._load()
        return self._view

    @property
    def segments(self) -> list[Segment]:
        """The files of the last view."""
        return [living.segment for living in self._state.segments.values() if living.segment is not None]

    def _look(self) -> tuple[bytes, int]:
        raw = self._manifest()
        try:
            return raw, (self.folder / manifest_of(raw).journal).stat().st_size
        except FileNotFoundError:
            return raw, -1

    def _load(self) -> tuple[State, View]:
        # Between reading the manifest and opening what it lists, the writer may have replaced both.
        raw = self._manifest()
        for _ in range(_TRIES):
            try:
                return self._open(raw)
            except FileNotFoundError as error:
                before, raw = raw, self._manifest()
                if raw == before:
                    name = Path(str(error.filename)).name
                    raise damaged(name, f"it is missing, and {FILE} lists it.") from error
        raise damaged(FILE, "it changes faster than it can be read.")

    def _open(self, raw: bytes) -> tuple[State, View]:
        manifest = manifest_of(raw)
        same = raw == self._seen[0]
        done = (self.folder / manifest.journal).read_bytes()
        state = self._state if same else State.open(self.folder, manifest, self._known(manifest))
        read = journal.read(
            done, manifest.journal, start=self._good if same else 0, number=self._batches if same else 0
        )
        for batch in read.batches:
            state.apply(batch)
        self._seen = (raw, len(done))
        self._good, self._batches = read.good, len(read.batches) + (self._batches if same else 0)
        return state, state.view()

    def _known(self, manifest: Manifest) -> dict[str, Segment]:
        if not self._seen[0]:
            return {}
        return {segment.name: segment for segment in self.segments}

    def _manifest(self) -> bytes:
        try:
            return (self.folder / FILE).read_bytes()
        except (FileNotFoundError, NotADirectoryError) as error:
            raise NotFound(
                "There is no index in this folder.",
                subject=str(self.folder),
                hint="Make one: antiphon fingerprint index DIR",
            ) from error
