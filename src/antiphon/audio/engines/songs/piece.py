"""What a piece, a release and an artist of the demo catalogue are. Plain values; nothing sounds here."""

from collections.abc import Callable
from dataclasses import dataclass, field

from antiphon.audio.engines.songs.room import Room
from antiphon.audio.engines.songs.stage import Stage, Tempo


@dataclass(frozen=True)
class Artist:
    """One who never lived; the biography says so."""

    slug: str
    name: str
    place: str
    biography: str


@dataclass(frozen=True)
class Release:
    """A set of pieces by one artist, with the look of its cover."""

    slug: str
    artist: Artist
    title: str
    kind: str  # album, ep, single
    date: str  # year-month-day
    cover: str  # a design in `covers.DESIGNS`
    description: str


@dataclass(frozen=True)
class Piece:
    """A composition with its exact labels: what a key or tempo estimate has to find."""

    slug: str
    title: str
    release: Release
    number: int
    key: str  # "Dm", "Eb", "F#m": tonic and third
    bpm: float
    metre: str
    seconds: float
    genre: str
    tags: tuple[str, ...]
    description: str
    licence: str
    seed: int
    score: Callable[[Stage], None]
    motif: str  # the opening as notation: the neumes on the cover
    room: Room = field(default_factory=Room)
    tempo: tuple[tuple[float, float], ...] = ()  # further points of the tempo curve: beat, beats per minute
    beat: float = 1.0  # written beats in one beat of the label: 3 where a 6/8 is written in eighths
    downloads: str = "anyone"
    fade_s: float = 3.0

    @property
    def year(self) -> int:
        return int(self.release.date[:4])

    @property
    def tempo_curve(self) -> Tempo:
        return Tempo(self.bpm * self.beat, self.tempo)
