"""The open systems that install, each behind the same three verbs as ours.

A system that is not here is left out with a word. Each is given the same sound and may answer every question with the
best it has; how sure it must be is decided afterwards, for each alike (`scoring`).
"""

import ctypes
import ctypes.util
import importlib.util
import os
import subprocess
import zlib
from collections import Counter
from collections.abc import Callable
from importlib.metadata import version
from inspect import getsource
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import numpy.typing as npt

from bench.identification.music import CACHE
from bench.identification.systems import F32, HZ, NOTHING, Answer, System


class Audfprint:
    """audfprint2 from PyPI (MIT): landmarks in linear frequency. Dense: more peaks, more pairs, four shifts."""

    def __init__(self, *, dense: bool) -> None:
        from audfprint2 import Analyzer, HashTable, Matcher

        self.name = "audfprint, dense" if dense else "audfprint"
        self._analyzer: Any = Analyzer(70.0 if dense else 20.0)
        self._analyzer.maxpairsperpeak = 8 if dense else 3
        self._shifts = 4 if dense else 1
        self._table: Any = HashTable(hashbits=20, depth=100, maxtime=16384)
        self._matcher: Any = Matcher()
        self._matcher.threshcount, self._matcher.max_returns, self._matcher.window = 1, 1, 2
        self._folder = TemporaryDirectory()
        self._minutes = 0.0
        self._occurrences = 0

    def mark(self) -> int:
        return zlib.crc32((getsource(type(self)) + version("audfprint2")).encode())

    def _hashes(self, sound: F32, shifts: int) -> Any:
        from scipy.io import wavfile

        path = Path(self._folder.name) / f"{os.getpid()}.wav"
        wavfile.write(path, HZ, (np.clip(sound, -1, 1) * 32767).astype(np.int16))
        self._analyzer.shifts = shifts
        hashes = self._analyzer.wavfile2hashes(str(path))
        path.unlink()
        return hashes

    def add(self, name: str, sound: F32) -> None:
        hashes = self._hashes(sound, 1)
        self._table.store(name, hashes)
        self._occurrences += len(hashes)
        self._minutes += len(sound) / HZ / 60

    def close(self) -> float:
        return 4 * self._occurrences / 1000 / self._minutes

    def ask(self, sound: F32) -> Answer:
        hashes = self._hashes(sound, 4)
        if not len(hashes):
            return NOTHING
        found = self._matcher.match_hashes(self._table, hashes)
        if not len(found):
            return NOTHING
        number, votes, offset = (int(value) for value in found[0][:3])
        return Answer(self._table.names[number], float(votes), offset * 256 / HZ)


class Chromaprint:
    """Chromaprint from Debian (LGPL), with a matcher of our own for stretches, which its own service does not have.

    Words of 32 bits, eight a second; equal ones and those that differ in one bit vote for a start, and the best starts
    are compared bit by bit: the score is the share of bits that agree. A question is listened to four times, each a
    quarter of a step later, since a word's place may lie half a step beside those of the index.
    """

    name = "Chromaprint"
    STEP_S = 1365 / HZ
    SHIFTS = 4

    def __init__(self, library: Path) -> None:
        self._lib = ctypes.CDLL(str(library))
        self._lib.chromaprint_new.restype = ctypes.c_void_p
        self._names: list[str] = []
        self._words: list[npt.NDArray[np.uint32]] = []

    def mark(self) -> int:
        return zlib.crc32(getsource(type(self)).encode())

    def _listen(self, sound: F32) -> npt.NDArray[np.uint32]:
        lib, context = self._lib, ctypes.c_void_p(self._lib.chromaprint_new(1))
        samples = (np.clip(sound, -1, 1) * 32767).astype(np.int16)
        raw, size = ctypes.POINTER(ctypes.c_uint32)(), ctypes.c_int()
        lib.chromaprint_start(context, HZ, 1)
        lib.chromaprint_feed(context, samples.ctypes.data_as(ctypes.c_void_p), len(samples))
        lib.chromaprint_finish(context)
        lib.chromaprint_get_raw_fingerprint(context, ctypes.byref(raw), ctypes.byref(size))
        words = np.array(raw[: size.value], np.uint32) if size.value else np.zeros(0, np.uint32)
        lib.chromaprint_dealloc(raw)
        lib.chromaprint_free(context)
        return words

    def add(self, name: str, sound: F32) -> None:
        self._names.append(name)
        self._words.append(self._listen(sound))

    def close(self) -> float:
        words = np.concatenate(self._words)
        track = np.repeat(np.arange(len(self._words)), [len(w) for w in self._words])
        place = np.concatenate([np.arange(len(w)) for w in self._words])
        order = np.argsort(words, kind="stable")
        self._sorted, self._track, self._place = words[order], track[order], place[order]
        return 12 * len(words) / 1000 / (len(words) * self.STEP_S / 60)

    def ask(self, sound: F32) -> Answer:
        best = NOTHING
        for shift in range(self.SHIFTS):
            one = self._ask(self._listen(sound[1365 * shift // self.SHIFTS :]))
            if one.score > best.score:
                best = Answer(one.track, one.score, one.start_s - shift / self.SHIFTS * self.STEP_S)
        return best

    def _ask(self, asked: npt.NDArray[np.uint32]) -> Answer:
        flips = np.concatenate(([0], 1 << np.arange(32))).astype(np.uint32)
        wanted = (asked[:, None] ^ flips).ravel()
        low, high = np.searchsorted(self._sorted, wanted, "left"), np.searchsorted(self._sorted, wanted, "right")
        votes: Counter[tuple[int, int]] = Counter()
        for i in np.flatnonzero((high > low) & (high - low < 500)):
            at = slice(low[i], high[i])
            starts = self._place[at] - i // len(flips)
            votes.update(zip(self._track[at].tolist(), starts.tolist(), strict=True))
        best = NOTHING
        for (track, start), _count in votes.most_common(40):
            words = self._words[track]
            first, last = max(0, -start), min(len(asked), len(words) - start)
            if 2 * (last - first) < len(asked):
                continue
            different = int(np.bitwise_count(asked[first:last] ^ words[start + first : start + last]).sum())
            score = 1 - different / (32 * (last - first))
            if score > best.score:
                best = Answer(self._names[track], score, start * self.STEP_S)
        return best


def peers() -> dict[str, Callable[[], System]]:
    """Return the others that are here, and say which are not."""
    found: dict[str, Callable[[], System]] = {}
    if importlib.util.find_spec("audfprint2"):
        found["audfprint, dense"] = lambda: Audfprint(dense=True)
        found["audfprint"] = lambda: Audfprint(dense=False)
    else:
        print("audfprint is not here (`make ready-bench` installs it): left out.")
    if (library := _chromaprint()) is not None:
        found[Chromaprint.name] = lambda: Chromaprint(library)
    else:
        print("Chromaprint's library is not here and cannot be had from Debian's packages: left out.")
    return found


def _chromaprint() -> Path | None:
    if named := ctypes.util.find_library("chromaprint"):
        return Path(named)
    folder = CACHE / "packages"
    folder.mkdir(parents=True, exist_ok=True)
    if not list(folder.glob("libchromaprint1_*.deb")):
        subprocess.run(["apt-get", "download", "-qq", "libchromaprint1"], cwd=folder, check=False)
    for package in folder.glob("libchromaprint1_*.deb"):
        subprocess.run(["dpkg", "-x", package, folder / "libchromaprint1"], check=True)
    for library in (folder / "libchromaprint1").rglob("libchromaprint.so.1"):
        try:
            ctypes.CDLL(str(library))
        except OSError as missing:
            print(f"Chromaprint's library does not load: {missing}")
            return None
        return library
    return None
