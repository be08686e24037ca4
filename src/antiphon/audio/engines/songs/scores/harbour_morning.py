"""Harbour Office, the end of the night: a waltz on the last ferry, and the breakwater in the morning."""

from antiphon.audio.engines.songs.instruments import beaten, blown, held, plucked, struck
from antiphon.audio.engines.songs.stage import Seat, Stage

WALTZ = (
    ("Bb2", "F3 A3 D4", "F5:1.5 D5:.5 A5:1"), ("G2", "F3 Bb3 D4", "G5:3"), ("C3", "Eb3 G3 Bb3", "C5:1 Eb5 G5"),
    ("F2", "Eb3 A3 C4", "F5:2 Eb5:1"), ("D3", "F3 A3 C4", "D5:1.5 C5:.5 A4:1"), ("G2", "F3 Ab3 B3", "B4:1 D5 Ab5"),
    ("C3", "Eb3 G3 Bb3", "G5:2 Eb5:1"), ("F2", "Eb3 A3 C4", "C5:1 A4 F5"),
    ("Bb2", "F3 Bb3 D4", "F5:1.5 D5:.5 A5:1"), ("G2", "F3 Bb3 D4", "Bb5:3"), ("C3", "Eb3 G3 Bb3", "C6:1 Bb5 G5"),
    ("F2", "Eb3 A3 D4", "D5:2 C5:1"), ("Eb3", "G3 Bb3 D4", "Bb4:1 D5 G5"), ("E3", "G3 Bb3 Db4", "Bb5:1 G5 E5"),
    ("F2", "Eb3 A3 C4", "F5:1.5 D5:.5 C5:1"), ("Bb2", "F3 G3 D4", "Bb4:3"),
)  # fmt: skip
BRIDGE = (
    ("Eb3", "G3 Bb3 D4", "D4:1 F4 G4"), ("Eb3", "Gb3 Bb3 C4", "Gb4:2 Bb4:1"), ("D3", "F3 A3 C4", "A4:1.5 G4:.5 F4:1"),
    ("G2", "F3 B3 Eb4", "Eb4:2 D4:1"), ("C3", "Eb3 G3 Bb3", "C4:1 Eb4 G4"), ("F2", "Eb3 A3 C4", "A4:2 C5:1"),
    ("D3", "F3 Ab3 C4", "Ab4:1.5 F4:.5 D4:1"), ("G2", "F3 Ab3 B3", "F4:2 G4:1"),
    ("C3", "Eb3 G3 Bb3", "Bb4:3"), ("F2", "Eb3 G3 C4", "C5:2 F5:1"),
)  # fmt: skip


def waltz(stage: Stage) -> None:
    """The last ferry goes at a quarter to one: right hand at one end of the deck, left hand at the other."""
    right = stage.seat("right hand", struck.electric_piano, pan=-0.3, gain_db=-4.0, room=0.35, loose_ms=6, keep=2)
    left = stage.seat("left hand", struck.electric_piano, pan=0.25, gain_db=-9.5, room=0.3, loose_ms=7, keep=2)
    tenor = stage.seat("answer", struck.electric_piano, pan=0.45, gain_db=-3.5, room=0.4, loose_ms=6, keep=2)
    bass = stage.seat("bass", plucked.UPRIGHT_BASS, pan=0.0, gain_db=-5.5, room=0.15, loose_ms=5, keep=2)
    wires = stage.seat("brush", beaten.brush, pan=-0.15, gain_db=-8, room=0.2, loose_ms=6, keep=4)
    air = stage.seat("strings", held.pad, gain_db=-10, room=0.5)

    def bar(at: float, root: str, names: str, tune: str, strength: float, *, by: Seat, drums: bool) -> None:
        bass.line(at, f"{root}:1.4", strength, shift=-12 if root[-1] == "3" else 0)
        left.chord(at + 1, names, 0.7, strength * 0.72, strum_ms=8)
        left.chord(at + 2, names, 0.6, strength * 0.62, strum_ms=8)
        by.line(at, tune, strength, hold=1.05)
        if drums:
            wires.strike(at + 1, 0.6)
            wires.strike(at + 2, 0.75)

    at = 0.0
    for root, names in (("Bb2", "F3 A3 D4"), ("G2", "F3 Bb3 D4"), ("C3", "Eb3 G3 Bb3"), ("F2", "Eb3 A3 C4")):
        bar(at, root, names, "r:3", 0.55, by=right, drums=False)
        at += 3
    for number, (root, names, tune) in enumerate(WALTZ):
        bar(at, root, names, tune, 0.64 + 0.05 * (number >= 8), by=right, drums=number >= 4)
        if tune.endswith(":3"):  # where the tune holds its breath, the other hand has something to say
            tenor.line(at + 1, "D4:.5 F4 A4:1" if number == 1 else "G4:.5 F4 D4:1", 0.5)
        at += 3
    for number, (root, names, tune) in enumerate(BRIDGE):
        bar(at, root, names, tune, 0.66, by=tenor, drums=True)
        if number % 2 == 1:
            right.line(at + 1, "r:.5 Eb5:.5 F5:1" if number < 5 else "r:.5 C5:.5 D5:1", 0.45)
        air.chord(at, names, 3, 0.5)
        at += 3
    for number, (root, names, tune) in enumerate(WALTZ[8:]):
        bar(at, root, names, tune, 0.72 - 0.02 * number, by=right, drums=number < 6)
        air.chord(at, names, 3, 0.55)
        at += 3
    right.line(at, "r:1 D5:1 F5:1 Bb5:1 C6:2", 0.5)
    left.chord(at, "F3 Bb3 C4 D4", 6, 0.55, strum_ms=50)
    tenor.line(at + 3, "G4:1 F4:4", 0.42)
    bass.line(at, "Bb1:5", 0.6)
    air.chord(at, "F3 Bb3 C4 D4", 5, 0.5)


SHORE = (
    ("Db2 Ab2 F3 Db4", "Ab4:1 F4:.5 Eb4:.5 F4:2"), ("C2 Ab2 Eb3 C4", "r:1 Ab4:.5 Bb4 C5:1 Ab4:1"),
    ("Bb1 F2 Db3 Ab3", "Bb4:1.5 Ab4:.5 F4:2"), ("Gb1 Db2 Bb2 F3", "r:1 F4:.5 Gb4 Ab4:2"),
    ("F2 Db3 Ab3 Db4", "Db5:1.5 C5:.5 Ab4:1 F4:1"), ("Gb2 Db3 Bb3 F4", "Bb4:1 Db5:1 F5:2"),
    ("Eb2 Bb2 Gb3 Db4", "Eb5:1.5 Db5:.5 Bb4:1 Gb4:1"), ("Ab1 Eb2 C3 Gb3", "Ab4:1.5 Bb4:.5 C5:2"),
)  # fmt: skip
SHORE_REPLY = (
    "r:1 C5:1 Ab4:1 F4:1", "Eb5:2 C5:2", "Db5:1.5 C5:.5 Bb4:1 Ab4:1", "Bb4:3 r:1", "r:1 F5:1 Eb5:1 Db5:1",
    "Db5:2 Bb4:2", "Gb5:1.5 F5:.5 Db5:2", "C5:2 Eb5:2",
)  # fmt: skip


def breakwater(stage: Stage) -> None:
    """A soft piano says it once, alone; the voices give it back; then it is said by both."""
    keys = stage.seat("felt piano", plucked.FELT, pan=-0.15, gain_db=0, room=0.35, loose_ms=7, keep=2)
    low = stage.seat("left hand", plucked.FELT, pan=0.12, gain_db=-8.5, room=0.3, loose_ms=7, keep=2)
    bed = stage.seat("pads", held.pad, gain_db=-10, room=0.5)
    choir = [
        stage.singer(f"voice {n}", blown.CHOIR_HIGH, pan=p, gain_db=-14.5, room=0.8)
        for n, p in ((0, -0.7), (1, 0.7), (2, 0.35))
    ]
    if not stage.silent:
        stage.bed("water", held.sea(stage.until_s, stage.rng, wave_s=9), -28, 0.1)

    def left(at: float, names: str, strength: float, *, wide: bool) -> None:
        notes = names.split()
        steps = (0, 1, 2, 3, 2, 1, 2, 3) if wide else (0, 1, 2, 1)
        beats = 4 / len(steps)
        for k, step in enumerate(steps):
            low.line(at + k * beats, f"{notes[step]}:{beats * (2 if k else 3)}", strength * (1 if k == 0 else 0.78))

    for number, (names, tune) in enumerate(SHORE):
        at = 4.0 * number
        left(at, names, 0.5 + 0.012 * number, wide=False)
        keys.line(at, tune, 0.58 + 0.012 * number, hold=1.15)
        if number >= 4:
            bed.chord(at, " ".join(names.split()[1:]), 4, 0.4)
    for number, (names, tune) in enumerate(SHORE):
        at = 32 + 4.0 * number
        left(at, names, 0.58 + 0.016 * number, wide=True)
        bed.chord(at, " ".join(names.split()[1:]), 4, 0.55)
        for seat in choir:
            late, apart = abs(stage.rng.normal(0.01, 0.012)), stage.rng.normal(0, 0.04)
            louder = 0.6 + 0.02 * number
            seat.sing(at, SHORE_REPLY[number], louder, vowels="ouoa", late_s=float(late), shift=float(apart))
        if number >= 4:
            keys.line(at, tune, 0.6, hold=1.15)
    left(64, "Gb1 Db2 Bb2 F3", 0.55, wide=False)
    keys.line(64, "F5:1.5 Eb5:.5 Db5:1 Bb4:1", 0.55, hold=1.2)
    left(68, "Ab1 Eb2 C3 Gb3", 0.48, wide=False)
    keys.line(68, "Ab4:1.5 Bb4:.5 C5:2", 0.48, hold=1.2)
    low.chord(72, "Db2 Ab2 F3", 8, 0.5, strum_ms=70)
    keys.chord(72, "Db4 Eb4 Ab4", 8, 0.45, strum_ms=90)
    keys.line(74, "Ab5:1 F5:5", 0.36)
    bed.chord(64, "Db3 Bb3 F4", 4, 0.45)
    bed.chord(68, "Eb3 Gb3 C4", 4, 0.4)
    bed.chord(72, "Db3 Ab3 F4", 6, 0.4)
