"""Whose is this clip? Guess by votes, look closely, and look again as if it had been altered; the work is capped."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from antiphon.identification.core import sweep, verify, votes
from antiphon.identification.core.peaks import thinned
from antiphon.identification.core.prints import Kind, Postings, Prints
from antiphon.identification.core.sweep import PLAIN, Hypothesis
from antiphon.identification.core.verify import Line, Peaks

# Pairs tell little each, and are the more robust: above this many tracks one hash has too many occurrences.
SMALL = 2_000
FIRST_BORDER, SWEEP_BORDER = 0.2, 0.1
# A question of triples has as many peaks a second as this: more of them cost the square, and name no more tracks.
TRIPLE_PEAKS = 44
FIRST_VOTES, SWEEP_VOTES = 1_000_000, 120_000  # occurrences that one hypothesis may look at
FIRST_GUESSES, SWEEP_GUESSES, LOOKED_AT = 20, 8, 40
HELD = 256  # tracks whose peaks are kept in memory: about 100 kB each
FEWEST_PEAKS = 8  # less is no question
CLEAR = 8.0  # a score at which nobody looks for another


@dataclass(frozen=True)
class Found:
    """A line that was looked at closely. first, last: the clip's frames that it explains."""

    track: int
    line: Line
    first: float
    last: float
    score: float
    matches: int


@dataclass
class Search:
    """One question to one index. Holds the peaks of the tracks that were looked at, and counts its own work."""

    postings: Postings
    kind: Kind
    looked_at: int = 0
    _tracks: dict[int, Peaks] = field(default_factory=dict)

    @classmethod
    def of(cls, postings: Postings) -> "Search":
        return cls(postings, "pairs" if postings.tracks <= SMALL else "triples")

    def track(self, number: int) -> Peaks:
        """Return a track’s peaks, from memory if it was looked at lately: a long upload looks at it again and again."""
        if number not in self._tracks:
            while len(self._tracks) >= HELD:
                del self._tracks[next(iter(self._tracks))]
            self._tracks[number] = Peaks.of(self.postings.peaks(number))
        return self._tracks[number]

    def guess(self, clip: Prints, hypotheses: Sequence[Hypothesis]) -> list[tuple[votes.Guess, Hypothesis]]:
        """Return the best starts under each hypothesis. What they have in common is looked up once."""
        plain = PLAIN in hypotheses
        border = FIRST_BORDER if plain else SWEEP_BORDER
        question = clip if self.kind == "pairs" else thinned(clip, TRIPLE_PEAKS)
        asked = [sweep.asked(question, hypothesis, self.kind, border) for hypothesis in hypotheses]
        most = (FIRST_VOTES, FIRST_GUESSES) if plain else (SWEEP_VOTES, SWEEP_GUESSES)
        counted = votes.count_each(self.postings.postings(self.kind), asked, *most)
        return [(g, hypothesis) for hypothesis, some in zip(hypotheses, counted, strict=True) for g in some]

    def look(self, clip: Peaks, guesses: Sequence[tuple[votes.Guess, Hypothesis]]) -> list[Found]:
        """Return the guesses with the most votes, looked at closely, the best first; no two of one line."""
        found: dict[tuple[int, int, int], Found] = {}
        seen: set[tuple[int, int, int, int]] = set()
        for guess, hypothesis in sorted(guesses, key=lambda pair: -pair[0].votes):
            altered = (round(math.log(hypothesis.tempo) / 0.06), round(hypothesis.bins / 5))
            key = (guess.track, round(guess.start / 10), *altered)
            if key in seen:
                continue
            seen.add(key)
            one = self._close(clip, guess.track, Line(guess.start, hypothesis.tempo, hypothesis.bins))
            place = (one.track, round((one.line.start + one.line.tempo * clip.frame[-1] / 2) / 8), round(one.line.bins))
            if place not in found or found[place].score < one.score:
                found[place] = one
            if len(seen) == LOOKED_AT:
                break
        return sorted(found.values(), key=lambda one: (-one.score, one.track, one.first))

    def _close(self, clip: Peaks, number: int, line: Line) -> Found:
        self.looked_at += 1
        track = verify.beside(self.track(number), clip, line)
        line = verify.refined(clip, track, line)
        deviance, matches, chance = verify.deviance(clip, track, line)
        first, last = verify.longest(clip, verify.agreeing(clip, track, line), chance / len(clip))
        length = verify.seconds(clip.frame[-1] - clip.frame[0])
        return Found(number, line, first, last, verify.score(deviance, length), matches)


def search(clip: Prints, postings: Postings, *, wide: bool = True) -> list[Found]:
    """Return what a clip of some seconds may be, the best first: as it is, else altered a little, else a lot.

    A clear answer ends the search. Deterministic; never more than `LOOKED_AT` close looks in each of three rounds.
    """
    if len(clip) < FEWEST_PEAKS or not postings.tracks:
        return []
    asking, peaks = Search.of(postings), Peaks.of(clip)
    guesses = asking.guess(clip, [PLAIN])
    found = asking.look(peaks, guesses)
    for hypotheses in (sweep.near(), sweep.wide() if wide else []):
        if not hypotheses or (found and found[0].score >= CLEAR):
            break
        guesses += asking.guess(clip, hypotheses)
        found = asking.look(peaks, guesses)
    return found
