"""A long sound: its windows are asked about one by one, and what lies along one line of one track is one stretch.

A sample may be five seconds of a minute, and an upload may hold the whole of a track, sped up: a window finds a line,
the line is followed both ways for as long as it explains more than chance, and fitted again as it grows.
"""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from antiphon.identification.core import sweep, verify
from antiphon.identification.core.prints import FRAMES_PER_SECOND, Postings, Prints
from antiphon.identification.core.search import CLEAR, FEWEST_PEAKS, Found, Search
from antiphon.identification.core.sweep import PLAIN
from antiphon.identification.core.verify import Line, Peaks

WINDOW_S, STEP_S = 6.0, 3.0
MOST_SWEPT = 100  # windows that are asked about as altered: the first pass sees all of them, the sweep as many as this
LONGEST_GROWN = 12  # times that a line may double
SHORTEST_S = 1.5  # a stretch that is told from chance, and is no shorter
_MOST_LINES = 60  # that are followed, and one more for every four windows: a mix of hours has a hundred tracks
_FOLLOWED = 3  # guesses of each window


def scan(upload: Prints, postings: Postings, *, sweeping: bool = True) -> list[Found]:
    """Return the stretches of an upload that lie in tracks of the index, the best first; never two of one line.

    Every window is asked about as it is. Up to `MOST_SWEPT` windows, evenly spread, are asked about as altered, too,
    where nothing clear was found in them.
    """
    if len(upload) < FEWEST_PEAKS or not postings.tracks:
        return []
    asking, whole = Search.of(postings), Peaks.of(upload)
    parts = list(windows(upload))
    lines: list[tuple[float, Found, Peaks]] = []
    clear = np.zeros(len(parts), np.bool_)
    for number, (clip, peaks) in enumerate(parts):
        found = asking.look(peaks, asking.guess(clip, [PLAIN]))[:_FOLLOWED]
        lines += [(one.score, one, peaks) for one in found]
        clear[number] = bool(found) and found[0].score >= CLEAR
    for number in spread(np.flatnonzero(~clear), MOST_SWEPT) if sweeping else ():
        clip, peaks = parts[number]
        found = asking.look(peaks, asking.guess(clip, sweep.near()))[:_FOLLOWED]
        lines += [(one.score, one, peaks) for one in found]
    return _followed(asking, whole, lines, _MOST_LINES + len(parts) // 4)


def windows(upload: Prints) -> Iterator[tuple[Prints, Peaks]]:
    """Cut an upload into stretches of six seconds, three apart, that have enough peaks to be asked about."""
    size, step = round(WINDOW_S * FRAMES_PER_SECOND), round(STEP_S * FRAMES_PER_SECOND)
    last = int(upload.frame[-1])
    for start in range(int(upload.frame[0]) // step * step, max(last - size, 0) + step, step):
        low, high = np.searchsorted(upload.frame, (start, start + size))
        if high - low >= FEWEST_PEAKS:
            part = Prints(upload.frame[low:high], upload.bin[low:high], upload.strength[low:high], upload.duration_ms)
            yield part, Peaks.of(part)


def spread(numbers: npt.NDArray[np.intp], most: int) -> list[int]:
    """Return so many of the numbers, evenly spread, or all of them."""
    if len(numbers) <= most:
        return [int(number) for number in numbers]
    return [int(number) for number in numbers[np.linspace(0, len(numbers) - 1, most).astype(np.int64)]]


def _followed(asking: Search, whole: Peaks, lines: list[tuple[float, Found, Peaks]], most: int) -> list[Found]:
    kept: list[Found] = []
    for _score, one, peaks in sorted(lines, key=lambda line: (-line[0], line[1].track, line[1].first)):
        if len(kept) == most:
            break
        if not any(_same(one, other) for other in kept):
            kept.append(_grown(asking, whole, one, peaks))
    best: list[Found] = []
    for one in sorted(kept, key=lambda found: (-found.score, found.track, found.first)):
        if not any(_same(one, other) for other in best):
            best.append(one)
    return best


def _same(one: Found, other: Found) -> bool:
    """Say whether two finds are one stretch: of one track, about one time, along about one line."""
    if one.track != other.track or one.last < other.first or other.last < one.first:
        return False
    middle = (one.first + one.last) / 2
    apart = (one.line.start - other.line.start) + (one.line.tempo - other.line.tempo) * middle
    return abs(apart) < 6 and abs(one.line.bins - other.line.bins) < 2


def _grown(asking: Search, whole: Peaks, one: Found, window: Peaks) -> Found:
    """Follow a line beyond its window while more and more agrees, and return the stretch that it explains."""
    track = asking.track(one.track)
    line, first, last = one.line, float(window.frame[0]), float(window.frame[-1])
    for _ in range(LONGEST_GROWN):
        size = last - first
        part = whole.between(first, last + 1)
        line = verify.refined(part, verify.beside(track, part, line), line)
        first, last = first - size / 2, last + size / 2
        wider = whole.between(first, last + 1)
        flags = verify.agreeing(wider, verify.beside(track, wider, line), line)
        inner = verify.longest(wider, flags, 0.0)
        if inner[0] > first + size / 4 and inner[1] < last - size / 4:
            break
        first, last = max(first, float(whole.frame[0])), min(last, float(whole.frame[-1]))
        if last - first <= size:
            break
    part = whole.between(first, last + 1)
    return _settled(asking, part, one.track, line) or one


def _settled(asking: Search, part: Peaks, number: int, line: Line) -> Found | None:
    """Return what a line explains of a part of an upload, or None where that is too short to be told from chance."""
    track = asking.track(number)
    near = verify.beside(track, part, line)
    first, last = verify.longest(part, verify.agreeing(part, near, line), 0.0)
    clip = part.between(first, last + 1)
    if len(clip) < FEWEST_PEAKS or verify.seconds(last - first) < SHORTEST_S:
        return None
    near = verify.beside(track, clip, line)
    line = verify.refined(clip, near, line)
    deviance, matches, _chance = verify.deviance(clip, near, line)
    return Found(number, line, first, last, verify.score(deviance, verify.seconds(last - first)), matches)
