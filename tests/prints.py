"""Fingerprints of no music, made from a seed, and what an index says of them: for whatever stores or finds prints."""

from collections.abc import Iterable, Mapping
from hashlib import sha256

import numpy as np

from antiphon.identification.core import parts
from antiphon.identification.core.blocks import BLOCK
from antiphon.identification.core.parts import Entry
from antiphon.identification.core.prints import BIN_ONE, BINS, Kind, Postings, Prints, pack

KINDS: tuple[Kind, ...] = ("pairs", "triples")


def made(seed: int, seconds: float = 4.0) -> Prints:
    """Prints that pass every check: a peak every six frames, and no two alike."""
    dice = np.random.default_rng(seed)
    frame = np.arange(0, int(seconds * 43), 6, dtype=np.uint32)
    return Prints(
        frame,
        dice.integers(0, BINS * BIN_ONE, len(frame)).astype(np.uint16),
        dice.integers(1, 31, len(frame)).astype(np.uint8),
        int(seconds * 1000) + 500,
    )


def an_entry(name: str, seed: int, seconds: float = 4.0) -> Entry:
    return parts.entry(name, sha256(f"{name} {seed}".encode()).digest(), made(seed, seconds))


Said = dict[str, tuple[bytes, dict[Kind, list[tuple[int, int]]]]]


def said(view: Postings, names: Mapping[int, str], hashes: Mapping[Kind, np.ndarray]) -> Said:
    """Everything an index answers when it is asked for these hashes: by name, the prints, and each (hash, frame)."""
    answers: Said = {name: (pack(view.peaks(track)), {kind: [] for kind in KINDS}) for track, name in names.items()}
    for kind in KINDS:
        cells = view.postings(kind)
        offsets, track, frame = cells.look_up(hashes[kind])
        # Nothing is opened to count: each part of the table may err by two blocks.
        assert (np.diff(offsets) <= cells.count(hashes[kind]) + 16 * BLOCK).all()
        # Counted before, some of them out of order give the same.
        some = hashes[kind][::-3]
        sizes, at, _ = cells.look_up(some)
        assert np.diff(sizes).tolist() == np.diff(offsets)[::-3].tolist()
        assert len(at) == sizes[-1]
        for i, hashed in enumerate(hashes[kind].tolist()):
            found = list(
                zip(
                    track[offsets[i] : offsets[i + 1]].tolist(),
                    frame[offsets[i] : offsets[i + 1]].tolist(),
                    strict=True,
                )
            )
            assert found == sorted(found)
            for number, at in found:
                answers[names[number]][1][kind].append((hashed, at))
    return answers


def expected(entries: Iterable[Entry], hashes: Mapping[Kind, np.ndarray]) -> Said:
    """What `said` would be of these tracks, found without any index."""
    answers: Said = {}
    for one in entries:
        found: dict[Kind, list[tuple[int, int]]] = {}
        for kind in KINDS:
            hashed, frame = parts.HASHES[kind](one.prints)
            all_of_it = sorted(zip(hashed.tolist(), frame.tolist(), strict=True))
            wanted = set(hashes[kind].tolist())
            found[kind] = [pair for pair in all_of_it if pair[0] in wanted]
        answers[one.name] = (one.packed, found)
    return answers


def hashes_of(entries: Iterable[Entry]) -> dict[Kind, np.ndarray]:
    """Every hash of these tracks, once and ascending, and some that none of them has."""
    extra = np.arange(0, 1 << 19, 5003, dtype=np.uint32)
    entries = list(entries)
    return {
        kind: np.unique(np.concatenate([extra, *(parts.HASHES[kind](e.prints)[0] for e in entries)])) for kind in KINDS
    }
