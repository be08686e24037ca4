"""The programme: three artists, their sets, and every piece with its labels. What the site prints comes from here."""

from antiphon.audio.engines.songs.piece import Artist, Piece, Release
from antiphon.audio.engines.songs.room import Room
from antiphon.audio.engines.songs.scores import harbour_morning, harbour_night, osier_trio, quire_and_stair

QUIRE = Artist(
    "quire-and-stair", "Quire and Stair", "A staircase, nowhere",
    "Quire and Stair are two groups of voices who stand at the two ends of a staircase and answer each other. "
    "They are imaginary, and so is the staircase: this music is part of the software that runs this site. It was "
    "composed note by note for it and is played by synthesis; no singer was recorded, no recording was sampled, and "
    "no model was trained.",
)  # fmt: skip
HARBOUR = Artist(
    "harbour-office", "Harbour Office", "A pier, nowhere",
    "Harbour Office play the night shift: an electric piano, some boxes with lights, a window on the water. They are "
    "imaginary. Their pieces come with the software that runs this site, so that a new one is not silent; they were "
    "composed for it and are made by arithmetic, without samples and without any model.",
)  # fmt: skip
OSIER = Artist(
    "the-osier-trio", "The Osier Trio", "Two bridges, nowhere",
    "The Osier Trio play lute, cittern, marimba, recorder and whatever is lying about. Three people could not do "
    "that, and these three are imaginary: the music belongs to the software that runs this site, was written for it, "
    "and is synthesised on your own machine when the site starts for the first time.",
)  # fmt: skip

STAIRS = Release(
    "two-ends-of-a-stair", QUIRE, "Two Ends of a Stair", "ep", "2026-03-21", "stair",
    "Three ways to ask and be answered: in turn, one behind the other, and from under water.",
)  # fmt: skip
LAMP = Release("small-lamp", QUIRE, "Small Lamp", "single", "2025-12-13", "lamp", "One lullaby, said three times.")
WATCH = Release(
    "night-watch", HARBOUR, "Night Watch", "album", "2026-09-04", "harbour",
    "One night from the first fog to the morning, in the order in which it happened.",
)  # fmt: skip
CALL = Release(
    "call-the-wire", OSIER, "Call the Wire", "ep", "2024-06-24", "wire",
    "Strings that are called and strings that answer; a walk in sevens; a dance.",
)  # fmt: skip
RELEASES = (STAIRS, LAMP, WATCH, CALL)
ARTISTS = (QUIRE, HARBOUR, OSIER)

PIECES = (
    Piece(
        "versicle-and-response", "Versicle and Response", STAIRS, 1, "Dm", 66, "free", 77, "Chant",
        ("organum", "voices", "a cappella", "dorian"),
        "A low voice asks, high voices answer in fourths and fifths, as one sang about the year 900. The third time "
        "they no longer wait for each other. D, with the sixth raised (dorian).",
        "cc-by", 901, quire_and_stair.versicle, "D3 C3 D3 F3 G3 A3",
        Room(decay_s=4.2, warmth=1.25, air=0.3, before_s=0.035, build_s=0.05, level=1.15),
        ((70, 66), (77, 52)),
    ),
    Piece(
        "stair-canon", "Stair Canon", STAIRS, 2, "Gm", 100, "4/4", 79, "Baroque",
        ("canon", "ground bass", "organ", "recorder"),
        "Three players and one melody: each begins sixteen beats after the one before, and all of it fits over a bass "
        "that says the same eight notes seven times.",
        "cc-by", 902, quire_and_stair.canon, "Bb4 A4 G4 F4 Eb4 D4",
        Room(decay_s=2.4, warmth=1.15, air=0.35, before_s=0.022, build_s=0.02), ((108, 100), (116, 66)),
    ),
    Piece(
        "the-bell-under-the-water", "The Bell under the Water", STAIRS, 3, "C", 50, "free", 84, "Drone",
        ("drone", "just intonation", "overtones", "bell"),
        "One low string that never stops. The melody is made of its own overtones, eighth to sixteenth, so it is in "
        "tune with whole numbers and not with a piano. A bell answers from below.",
        "cc0", 903, quire_and_stair.bell, "C4 D4 E4 G4 E4 C4",
        Room(decay_s=5.0, warmth=1.3, air=0.25, before_s=0.03, build_s=0.06, level=1.1),
    ),
    Piece(
        "small-lamp", "Small Lamp", LAMP, 1, "F", 48, "6/8", 76, "Lullaby",
        ("lullaby", "music box", "humming", "6/8"),
        "A music box has a tune, somebody hums it back, then hums another one under it. At the end the spring runs "
        "down.",
        "cc-by-nc", 904, quire_and_stair.lamp, "C5 A4 F4 G4 A4 C5",
        Room(decay_s=1.6, warmth=1.1, air=0.4, level=0.9), ((150, 144), (168, 92)), beat=3.0,
    ),
    Piece(
        "fog-signal", "Fog Signal", WATCH, 1, "Eb", 56, "4/4", 88, "Ambient",
        ("ambient", "pads", "harbour", "slow"),
        "Two horns a long way apart, one near on the left, one far on the right. What lies between them is water, "
        "and chords that take eight beats to breathe.",
        "cc-by-nc", 905, harbour_night.fog, "G5 D5 F5 Bb4 C5 G5",
        Room(decay_s=3.6, warmth=1.2, air=0.3, before_s=0.03, build_s=0.045, echo_s=0.8036, echo_keep=0.45),
    ),
    Piece(
        "answering-machine", "Answering Machine", WATCH, 2, "Am", 84, "4/4", 65, "Dub",
        ("dub", "melodica", "echo", "bass"),
        "Nobody is home, so the echo answers. The drum falls on the third beat, where it belongs.",
        "cc-by", 906, harbour_night.machine, "E5 D5 C5 D5 A4 G4",
        Room(decay_s=1.5, warmth=0.9, air=0.4, echo_s=0.5357, echo_keep=0.6, echo_cut_hz=2400, echo_floor_hz=260),
    ),
    Piece(
        "left-pier-right-pier", "Left Pier, Right Pier", WATCH, 3, "F#m", 112, "4/4", 78, "Electronic",
        ("synth", "arpeggio", "night drive"),
        "Two sequencers blink at each other across the water: a bar each, then half a bar each, then both at once.",
        "all-rights-reserved", 907, harbour_night.piers, "F#4 A4 C#5 F#5 C#5 A4",
        Room(decay_s=1.9, warmth=0.9, air=0.45, echo_s=0.4018, echo_keep=0.42, echo_cut_hz=4200), downloads="nobody",
    ),
    Piece(
        "last-ferry-waltz", "Last Ferry Waltz", WATCH, 4, "Bb", 132, "3/4", 62, "Jazz",
        ("waltz", "electric piano", "double bass", "brushes"),
        "An electric piano, a double bass and brushes on the last boat. When the right hand holds its breath, the left "
        "has something to say.",
        "cc-by-nc", 908, harbour_morning.waltz, "F5 D5 A5 G5 C5 Eb5",
        Room(decay_s=1.3, warmth=1.0, air=0.45, level=0.9), ((112, 132), (122, 88)),
    ),
    Piece(
        "breakwater", "Breakwater", WATCH, 5, "Db", 69, "4/4", 78, "Piano",
        ("felt piano", "choir", "morning"),
        "Morning. A soft piano says something once, alone; voices give it back; then it is said by both.",
        "cc-by", 909, harbour_morning.breakwater, "Ab4 F4 Eb4 F4 Ab4 Bb4",
        Room(decay_s=2.6, warmth=1.15, air=0.35, before_s=0.025, build_s=0.03), ((60, 69), (74, 48)),
    ),
    Piece(
        "call-the-wire", "Call the Wire", CALL, 1, "Em", 96, "4/4", 72, "Folk",
        ("lute", "cittern", "call and response"),
        "A lute on the left asks, a wire-strung cittern on the right answers. The second time round they interrupt "
        "each other, and at the end they say the same thing.",
        "cc-by", 910, osier_trio.wire, "E4 G4 A4 B4 A4 G4",
        Room(decay_s=1.2, warmth=0.9, air=0.45, level=0.9), ((98, 96), (104, 70)),
    ),
    Piece(
        "seven-steps-apart", "Seven Steps Apart", CALL, 2, "Bm", 126, "7/8", 70, "Minimal",
        ("marimba", "phasing", "7/8", "minimalism"),
        "Two marimbas play one pattern of fourteen notes. Every four bars the right one steps two notes ahead, until "
        "it has gone all the way round and they meet again.",
        "cc-by-nc", 911, osier_trio.seven, "B3 F#4 D4 E4 B4 F#4",
        Room(decay_s=1.5, warmth=0.9, air=0.45, level=0.9),
    ),
    Piece(
        "market-day-at-two-bridges", "Market Day at Two Bridges", CALL, 3, "G", 112, "6/8", 60, "Folk dance",
        ("jig", "recorder", "fiddle", "frame drum"),
        "A jig. The recorder plays each strain, the fiddle answers it, and at the end nobody waits for anybody.",
        "cc0", 912, osier_trio.market, "G4 B4 D5 G5 D5 B4",
        Room(decay_s=0.9, warmth=0.8, air=0.5, level=0.85), beat=1.5,
    ),
)  # fmt: skip

# In which order a new site makes them: every artist is heard early, and the first is there soon.
ORDER = (
    "call-the-wire", "answering-machine", "stair-canon", "last-ferry-waltz", "seven-steps-apart", "breakwater",
    "market-day-at-two-bridges", "versicle-and-response", "left-pier-right-pier", "small-lamp", "fog-signal",
    "the-bell-under-the-water",
)  # fmt: skip


def piece_at(slug: str) -> Piece:
    """Return a piece. Raises `KeyError` for a slug that is not in the programme."""
    for piece in PIECES:
        if piece.slug == slug:
            return piece
    raise KeyError(slug)
