"""`antiphon identify` and `antiphon fingerprint make | index | query`: whose sound this is, without a site."""

import argparse
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from antiphon.cli.printing import add_json, show_json, show_table, tell
from antiphon.identification import offline
from antiphon.identification.offline import Answer
from antiphon.kernel.errors import AntiphonError

BAD_USE = 2
_NOTHING = "-\t0\t0"


def register(subparsers: Any) -> None:
    parser = subparsers.add_parser("identify", help="say which tracks of an index a sound file is, and where in them")
    parser.add_argument("file", type=Path, help="a sound file, or a fingerprint of one")
    parser.add_argument("--index", type=Path, default=None, metavar="DIR", help="the index; this site's own")
    add_json(parser)
    parser.set_defaults(run=identify)
    verbs = subparsers.add_parser(
        "fingerprint", help="make fingerprints, keep them in an index, ask it"
    ).add_subparsers(dest="what", metavar="WHAT", required=True)
    parser = verbs.add_parser("make", help="make the fingerprint of a sound file; the sound cannot be made from it")
    parser.add_argument("file", type=Path, help="the sound file")
    parser.add_argument("--out", type=Path, default=None, metavar="PATH", help="where to write it; standard output")
    parser.set_defaults(run=make)
    parser = verbs.add_parser("index", help="keep the fingerprints of many files in an index")
    parser.add_argument("folder", type=Path, metavar="DIR", help="the index; it is made where there is none")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, metavar="N", help="files decoded at once")
    parser.add_argument("--again", action="store_true", help="first make its tables anew, from the prints it keeps")
    parser.set_defaults(run=index)
    parser = verbs.add_parser("rebuild", help="make this site's own index anew from its database")
    parser.set_defaults(run=rebuild)
    parser = verbs.add_parser("query", help="ask an index about many files, each answered at once")
    parser.add_argument("folder", type=Path, metavar="DIR", help="the index")
    parser.set_defaults(run=query)


def identify(args: argparse.Namespace) -> int:
    """0: it is one of the tracks, or part of it may be. 1: it is not known here."""
    folder = args.index or Path(os.environ.get("ANTIPHON_DATA") or "var") / "identification"
    view = offline.open_index(folder).view()
    found = offline.ask(offline.read(args.file), view)
    known = [one for one in found if one.match.is_possible]
    if args.json:
        show_json({"known": bool(known), "tracks": view.living, "matches": [_row(one) for one in found]})
    elif known:
        columns = ("track", "in the file", "in the track", "speed", "semitones", "chance")
        show_table(columns, [_cells(one) for one in known])
    else:
        print("Not known here.")
    return 0 if known else 1


def rebuild(args: argparse.Namespace) -> int:
    """The one verb of these that is about a site, and so the one that loads it."""
    from antiphon.cli.main import set_up_django

    set_up_django()
    from antiphon.identification import service as identification

    tell(f"{identification.rebuild()} recordings are in the index.")
    return 0


def make(args: argparse.Namespace) -> int:
    packed = offline.fingerprint(args.file)
    if args.out is None:
        sys.stdout.buffer.write(packed)
        sys.stdout.buffer.flush()
    else:
        args.out.write_bytes(packed)
    return 0


def index(args: argparse.Namespace) -> int:
    """0: every file is in the index. 1: some are not, each with its reason. 2: a line was not understood."""
    if args.workers < 1:
        sys.stderr.write("antiphon: at least one worker is needed.\n")
        return BAD_USE
    if args.again:
        tell(f"{offline.renew(args.folder)} tracks made anew.")
    lines = _Lines()
    seconds, failed = 0, 0
    for done in offline.index_files(args.folder, lines.files(), workers=args.workers):
        if done.error is None:
            seconds += done.duration_ms // 1000
        else:
            failed += 1
            tell(f"antiphon: {done.name}: {done.error}")
    tell(f"{lines.read - lines.bad - failed} files indexed, {seconds} s of sound; {failed + lines.bad} left out.")
    return BAD_USE if lines.bad else int(bool(failed))


def query(args: argparse.Namespace) -> int:
    """0: every file was asked about, whatever the answer. 1: some could not be. 2: a line was not understood."""
    reader, lines, failed = offline.open_index(args.folder), _Lines(), False
    for name, path in lines.named():
        answer = _NOTHING
        if path is not None:
            try:
                answer = _line(offline.ask(offline.read(path), reader.view()))
            except AntiphonError as error:
                failed = True
                tell(f"antiphon: {name}: {error}")
        print(f"{name}\t{answer}", flush=True)
    return BAD_USE if lines.bad else int(failed)


class _Lines:
    """Lines NAME<tab>PATH of standard input, read one by one, and how many there were."""

    def __init__(self) -> None:
        self.read = self.bad = 0

    def named(self) -> Iterator[tuple[str, Path | None]]:
        """Every line that is not empty; without a path where it has none."""
        while line := sys.stdin.readline():
            line = line.rstrip("\r\n")
            if not line:
                continue
            self.read += 1
            name, _, path = line.partition("\t")
            if not name or not path:
                self.bad += 1
                tell(f"antiphon: line {self.read} is not NAME<tab>PATH.")
            yield name, Path(path) if name and path else None

    def files(self) -> Iterator[tuple[str, Path]]:
        return ((name, path) for name, path in self.named() if path is not None)


def _line(found: list[Answer]) -> str:
    if not found:
        return _NOTHING
    best = found[0]
    return f"{best.kept.name}\t{best.match.score:.4f}\t{best.match.starts_at_ms / 1000:.3f}"


def _row(one: Answer) -> dict[str, Any]:
    match = one.match
    return {
        "track": one.kept.name,
        "at_ms": match.at_ms,
        "length_ms": match.length_ms,
        "track_at_ms": match.track_at_ms,
        "track_length_ms": match.track_length_ms,
        "track_duration_ms": one.kept.duration_ms,
        "tempo": round(match.tempo, 4),
        "pitch": round(match.pitch, 2),
        "score": round(match.score, 4),
        "chance": match.chance,
        "certain": match.is_certain,
        "possible": match.is_possible,
        "alternatives": [_row(other) for other in one.alternatives],
    }


def _cells(one: Answer) -> tuple[str, ...]:
    match = one.match
    return (
        one.kept.name,
        _span(match.at_ms, match.length_ms),
        _span(match.track_at_ms, match.track_length_ms),
        f"{100 * (match.tempo - 1):+.1f} %",
        f"{match.pitch:+.2f}",
        f"{match.chance:.1e}",
    )


def _span(start_ms: int, length_ms: int) -> str:
    return f"{start_ms / 1000:.1f}–{(start_ms + length_ms) / 1000:.1f} s"
