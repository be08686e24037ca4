"""Pieces to files: FLAC at 44.1 kHz and 16 bits through PyAV, tags and cover by mutagen, progress as lines of JSON."""

import argparse
import json
import os
import resource
import sys
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import mutagen.flac
import numpy as np
from numpy.typing import NDArray

from antiphon.audio.engines.songs import covers, master
from antiphon.audio.engines.songs.piece import Piece
from antiphon.audio.engines.songs.programme import ARTISTS, ORDER, PIECES, RELEASES, piece_at
from antiphon.audio.engines.songs.stage import Stage
from antiphon.audio.engines.songs.tones import RATE, Samples

_FRAMES = 4096
_flac: Any = mutagen.flac  # it has no types
_CPU_S = 600
_MEMORY_BYTES = 3 << 30  # of address space; what is really used is a tenth of it


@dataclass(frozen=True)
class Rendered:
    """A finished piece in memory. samples: float32, shape (2, frames)."""

    samples: Samples
    levels: master.Levels
    stage: Stage


def render(piece: Piece, *, until_s: float | None = None) -> Rendered:
    """Play a piece and bring it to its loudness; the same seed gives the same samples on the same machine.

    until_s: only its beginning, for a quick look.
    """
    stage = Stage(piece.seconds, piece.tempo_curve, piece.seed, until_s=until_s)
    piece.score(stage)
    samples = stage.mixed(piece.room)
    levels = master.finish(samples, piece.fade_s if until_s is None else 0.05)
    return Rendered(samples, levels, stage)


def encode(path: Path, samples: NDArray[np.int16]) -> None:
    """Write interleaved 16-bit stereo, shape (1, 2 * frames), as FLAC."""
    with av.open(str(path), "w", format="flac") as container:
        stream = container.add_stream("flac", rate=RATE, layout="stereo", format="s16")
        for start in range(0, samples.shape[1], _FRAMES * 2):
            part = np.ascontiguousarray(samples[:, start : start + _FRAMES * 2])
            frame = av.AudioFrame.from_ndarray(part, format="s16", layout="stereo")
            frame.sample_rate = RATE
            frame.pts = start // 2
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def write_tags(path: Path, piece: Piece) -> None:
    """Say in the file what it is, and put its cover in."""
    file = _flac.FLAC(path)
    release = piece.release
    file.update(
        {
            "TITLE": piece.title,
            "ARTIST": release.artist.name,
            "ALBUMARTIST": release.artist.name,
            "ALBUM": release.title,
            "TRACKNUMBER": str(piece.number),
            "DATE": release.date,
            "GENRE": piece.genre,
            "BPM": f"{piece.bpm:g}",
            "INITIALKEY": piece.key,
            "COMMENT": piece.description,
        }
    )
    picture = _flac.Picture()
    picture.type, picture.mime = 3, "image/png"
    picture.width = picture.height = covers.SIZE
    picture.depth = 24
    picture.data = covers.piece_cover(piece)
    file.add_picture(picture)
    file.save()


def write_piece(piece: Piece, folder: Path) -> dict[str, Any]:
    """Render a piece into a folder; return what to tell of it. A file is there whole or not at all."""
    rendered = render(piece)
    path = folder / f"{piece.title}.flac"
    part = path.with_name(f".{piece.slug}.part.flac")
    encode(part, master.to_16_bit(rendered.samples, piece.seed))
    write_tags(part, piece)
    part.replace(path)
    levels = rendered.levels
    return {
        "event": "piece",
        "slug": piece.slug,
        "path": str(path),
        "seconds": piece.seconds,
        "loudness_lufs": round(levels.loudness_lufs, 2),
        "true_peak_dbtp": round(levels.true_peak_dbtp, 2),
        "limited_db": round(levels.limited_db, 2),
    }


def programme() -> dict[str, Any]:
    """Return the whole programme in JSON types: artists, their sets, and in each the pieces."""
    return {
        "event": "programme",
        "order": list(ORDER),
        "artists": [
            {"slug": a.slug, "name": a.name, "place": a.place, "biography": a.biography} for a in ARTISTS
        ],
        "sets": [
            {
                "slug": r.slug,
                "artist": r.artist.slug,
                "title": r.title,
                "kind": r.kind,
                "date": r.date,
                "description": r.description,
                "pieces": [_labels(piece) for piece in PIECES if piece.release is r],
            }
            for r in RELEASES
        ],
    }  # fmt: skip


def _labels(piece: Piece) -> dict[str, Any]:
    return {
        "slug": piece.slug,
        "title": piece.title,
        "number": piece.number,
        "key": piece.key,
        "bpm": piece.bpm,
        "genre": piece.genre,
        "tags": list(piece.tags),
        "description": piece.description,
        "licence": piece.licence,
        "year": piece.year,
        "downloads": piece.downloads,
    }


def pictures(folder: Path, slugs: Collection[str]) -> Iterator[dict[str, Any]]:
    """Draw the portraits and the covers of these artists and sets; yield where each is."""
    for artist in ARTISTS:
        if artist.slug in slugs:
            path = folder / f"artist-{artist.slug}.png"
            path.write_bytes(covers.portrait(artist))
            yield {"event": "picture", "of": "artist", "slug": artist.slug, "path": str(path)}
    for release in RELEASES:
        if release.slug in slugs:
            path = folder / f"set-{release.slug}.png"
            path.write_bytes(covers.release_cover(release, next(p for p in PIECES if p.release is release)))
            yield {"event": "picture", "of": "set", "slug": release.slug, "path": str(path)}


def be_modest() -> None:
    """Give way to everybody else, and stop rather than grow without end."""
    os.nice(10)
    for limit, most in ((resource.RLIMIT_CPU, _CPU_S), (resource.RLIMIT_AS, _MEMORY_BYTES)):
        try:
            resource.setrlimit(limit, (most, most))
        except (ValueError, OSError):
            continue  # a lower limit stands already, or this system has none


def main(argv: list[str] | None = None) -> int:
    """`python -m antiphon.audio.engines.songs OUT_DIR [--only SLUG …] [--pictures SLUG …]`, or `--programme`."""
    parser = argparse.ArgumentParser(prog="python -m antiphon.audio.engines.songs")
    parser.add_argument("folder", type=Path, nargs="?", metavar="OUT_DIR")
    parser.add_argument("--only", nargs="*", default=None, metavar="SLUG", help="these pieces; default: all")
    parser.add_argument("--pictures", nargs="*", default=(), metavar="SLUG", help="of these artists and sets")
    parser.add_argument("--programme", action="store_true", help="print the programme and write nothing")
    args = parser.parse_args(argv)
    if args.programme:
        _tell(programme())
        return 0
    if args.folder is None:
        parser.error("a folder to write to is missing")
    be_modest()
    args.folder.mkdir(parents=True, exist_ok=True)
    for picture in pictures(args.folder, args.pictures):
        _tell(picture)
    wanted = PIECES if args.only is None else tuple(piece_at(slug) for slug in args.only)
    for number, piece in enumerate(wanted, 1):
        _tell({"event": "begun", "slug": piece.slug, "title": piece.title, "number": number, "of": len(wanted)})
        _tell(write_piece(piece, args.folder))
    return 0


def _tell(event: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(event, ensure_ascii=False) + "\n")
    sys.stdout.flush()
