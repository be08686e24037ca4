"""What the room does without a site: hear a file, keep it in an index in a folder, ask the index. Knows no Django.

The command line stands on it, and whoever makes fingerprints in their own house.
"""

from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from threading import Event, Thread

from antiphon.identification.core import parts, peaks, prints
from antiphon.identification.core.matches import Match, identify
from antiphon.identification.core.prints import BadPrints, Prints
from antiphon.identification.engines.hearing import Heard, hear
from antiphon.identification.engines.reader import Reader
from antiphon.identification.engines.views import Kept, View
from antiphon.identification.engines.writer import Writer
from antiphon.kernel.errors import AntiphonError, NotFound

_LARGEST_PRINTS = 64 << 20  # bytes: twelve hours are a third of it


@dataclass(frozen=True)
class Answer:
    """A match with what is known of its track, and what else the same stretch may be."""

    match: Match
    kept: Kept
    alternatives: list["Answer"]


@dataclass(frozen=True)
class Indexed:
    """What became of one file. error: why it is not in the index."""

    name: str
    duration_ms: int = 0
    error: AntiphonError | None = None


def fingerprint(path: Path) -> bytes:
    """Return the packed prints of a file, as a question has them. Raises as `hear` does."""
    return prints.pack(read(path))


def read(path: Path) -> Prints:
    """Return the prints in a file that `fingerprint` made, or those of a sound file. Raises `NotFound`, as `hear`."""
    try:
        with path.open("rb") as file:
            start = file.read(4)
            packed = start + file.read(_LARGEST_PRINTS) if start == prints.MAGIC else b""
    except OSError as error:
        raise NotFound(f"The file cannot be opened: {error.strerror}.", subject=str(path)) from error
    if len(packed) > _LARGEST_PRINTS:
        raise BadPrints("The fingerprint is longer than any sound has.", subject=str(path))
    return prints.unpack(packed) if packed else hear(path).prints


def open_index(folder: Path) -> Reader:
    """Return an index to be asked. Raises `NotFound`, `Damaged`, `Newer`."""
    return Reader(folder)


def ask(asked: Prints, view: View) -> list[Answer]:
    """Return what a sound may be, the likeliest first. Nothing is left out for its score. Raises `Damaged`."""
    return _answers(identify(asked, view), view)


def _answers(matches: Iterable[Match], view: View) -> list[Answer]:
    return [Answer(one, view.kept(one.track), _answers(one.alternatives, view)) for one in matches]


def renew(folder: Path) -> int:
    """Make an index's tables anew from its own prints, after the method has changed; return of how many tracks."""
    with Writer(folder, any_method=True) as writer:
        return writer.renew()


def index_files(folder: Path, files: Iterable[tuple[str, Path]], *, workers: int) -> Iterator[Indexed]:
    """Keep files in an index, each in place of the one of its name; say of each when it is on the disk.

    Files are decoded in up to `workers` processes, a few ahead; segments are merged meanwhile.
    """
    with Writer(folder) as writer, _Merging(writer) as merging, ThreadPoolExecutor(workers) as pool:
        for name, heard in _ahead(pool, files, 2 * workers):
            try:
                parts.check_name(name)
                done = heard.result()
                writer.add([parts.entry(name, done.sound, peaks.stored(done.prints))])
            except AntiphonError as error:
                yield Indexed(name, error=error)
            else:
                merging.look()
                yield Indexed(name, done.prints.duration_ms)
        writer.flush()


def _ahead(
    pool: ThreadPoolExecutor, files: Iterable[tuple[str, Path]], most: int
) -> Iterator[tuple[str, Future[Heard]]]:
    files = iter(files)
    waiting = [(name, pool.submit(_hear, path)) for name, path in islice(files, most)]
    while waiting:
        yield waiting.pop(0)
        waiting += [(name, pool.submit(_hear, path)) for name, path in islice(files, 1)]


def _hear(path: Path) -> Heard:
    if not path.is_file():
        raise NotFound("There is no such file.", subject=str(path))
    return hear(path)


class _Merging:
    """Merges beside the one who writes. What goes wrong in it is raised when it ends."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._due, self._ends = Event(), False
        self._error: BaseException | None = None
        self._thread = Thread(target=self._run, name="merging")

    def __enter__(self) -> "_Merging":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ends = True
        self._due.set()
        self._thread.join()
        if self._error is not None:
            raise self._error

    def look(self) -> None:
        """Say that something may be due."""
        self._due.set()

    def _run(self) -> None:
        try:
            while not self._ends:
                self._due.wait()
                self._due.clear()
                while self._writer.merge() and not self._ends:
                    pass
        except (AntiphonError, OSError) as error:
            self._error = error
