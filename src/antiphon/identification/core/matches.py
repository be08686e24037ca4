"""What is answered: which stretch of which track this is, how it was altered, and how likely it is to be chance."""

import math
from dataclasses import dataclass

from antiphon.identification.core.prints import FRAMES_PER_SECOND, HOP, RATE_HZ, Postings, Prints
from antiphon.identification.core.search import Found, search
from antiphon.identification.core.sweep import BINS_A_SEMITONE
from antiphon.identification.core.uploads import scan
from antiphon.identification.core.verify import Line

LONGEST_CLIP_MS = 16_000  # a longer sound may hold more than one thing, and is asked about by windows
POSSIBLE, CERTAIN = 0.01, 0.0025  # chances: for a person's eyes; and for an answer without one
# What agrees along less than this is for a person's eyes, whatever its score: of clips for tuning, four of the six
# false answers with a score that would do were shorter, and 3 in 1,000 of the true ones.
SHORTEST_CERTAIN_MS = 1_500
# How the best score of a clip of unknown music is spread, on the packages for tuning: one in a hundred is above `_AT`,
# and one in e as many for each `_SCALE` more, among so many tracks. A larger catalogue has as many more to resemble.
_AT, _SCALE, _AMONG = 4.0, 0.57, 106
_WINDOWS_MS = 12_000  # a long sound has one more chance for so much of it


@dataclass(frozen=True)
class Match:
    """A stretch of what was asked about that sounds like a stretch of a track.

    track: the index's number. at_ms, length_ms: where in what was asked about. track_at_ms, track_length_ms: where in
    the track. tempo: how much faster it runs than the track; pitch: by how many semitones it is higher. A record played
    faster has both. score: deviations from chance, comparable across lengths (`verify.score`). chance: the probability
    that music that is not in the index gets this score. alternatives: what else the same stretch may be, best first;
    with loops and copies they may be as right.
    """

    track: int
    at_ms: int
    length_ms: int
    track_at_ms: int
    track_length_ms: int
    tempo: float
    pitch: float
    score: float
    chance: float
    alternatives: tuple["Match", ...] = ()

    @property
    def is_certain(self) -> bool:
        return self.chance <= CERTAIN and self.length_ms >= SHORTEST_CERTAIN_MS

    @property
    def is_possible(self) -> bool:
        return self.chance <= POSSIBLE

    @property
    def starts_at_ms(self) -> float:
        """Where in the track the beginning of what was asked about would be: negative if before it."""
        return self.track_at_ms - self.tempo * self.at_ms


def identify(asked: Prints, postings: Postings, *, wide: bool = True) -> list[Match]:
    """Return every stretch that was found, the likeliest first, each with its alternatives.

    Nothing is left out for its score: see `is_possible` and `is_certain`. wide: whether a clip is also looked for at
    half to one and a half of its speed and from nine semitones down to twelve up. Deterministic, and bounded: the work
    of a clip has a limit, the work of a long sound has one for each three seconds.
    """
    if asked.duration_ms <= LONGEST_CLIP_MS:
        found = search(asked, postings, wide=wide)
        chances = 1.0
    else:
        found = scan(asked, postings)
        chances = 1 + asked.duration_ms / _WINDOWS_MS
    return _grouped([_match(one, postings.tracks, chances) for one in found])


def chance(score: float, tracks: int) -> float:
    """Return the probability that the best of so many tracks, none of which it is, gives music this score."""
    one = 0.01 * math.exp(min(700.0, (_AT - score) / _SCALE)) * max(1.0, tracks / _AMONG)
    return -math.expm1(-one)


def _match(found: Found, tracks: int, chances: float) -> Match:
    # So many attempts find so much higher scores by chance: taken off, a score means the same for a clip and an upload.
    score = found.score - _SCALE * math.log(chances)
    at_ms, track_at_ms = _milliseconds(found.line, found.first)
    end_ms, track_end_ms = _milliseconds(found.line, found.last)
    return Match(
        track=found.track,
        at_ms=round(at_ms),
        length_ms=round(end_ms - at_ms),
        track_at_ms=round(track_at_ms),
        track_length_ms=round(track_end_ms - track_at_ms),
        tempo=found.line.tempo,
        pitch=found.line.bins / BINS_A_SEMITONE,
        score=score,
        chance=chance(score, tracks),
    )


def _milliseconds(line: Line, frame: float) -> tuple[float, float]:
    """Return (ms in the clip, ms in the track) of a frame of the clip: the middle of its window, in both."""
    half = 4 * HOP / RATE_HZ
    return (
        1000 * (frame / FRAMES_PER_SECOND + half),
        1000 * ((line.start + line.tempo * frame) / FRAMES_PER_SECOND + half),
    )


def _grouped(matches: list[Match]) -> list[Match]:
    """Put every match that lies, for the most part, within a better one's stretch among its alternatives."""
    groups: list[tuple[Match, list[Match]]] = []
    for one in sorted(matches, key=lambda match: (-match.score, match.track, match.at_ms)):
        home = next((rest for best, rest in groups if _within(one, best)), None)
        if home is None:
            groups.append((one, []))
        else:
            home.append(one)
    return [Match(**{**best.__dict__, "alternatives": tuple(rest)}) for best, rest in groups]


def _within(one: Match, other: Match) -> bool:
    shared = min(one.at_ms + one.length_ms, other.at_ms + other.length_ms) - max(one.at_ms, other.at_ms)
    return shared > one.length_ms / 2 or one.length_ms == 0
