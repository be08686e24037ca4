"""The Osier Trio: plucked strings, marimbas, a recorder and a drum; tunes that are called and answered."""

from antiphon.audio.engines.songs.instruments import beaten, blown, plucked, struck
from antiphon.audio.engines.songs.instruments.beaten import frame_drum
from antiphon.audio.engines.songs.stage import Seat, Stage

CALLS = (
    ("E4:.5 G4 A4 B4:1 A4:.5 G4 A4:1 r:3.5", "r:4.5 B3:.5 D4 E4:1 D4:.5 B3 E4:.5"),
    ("E4:.5 G4 A4 B4 D5:1 B4:.5 A4 G4:1 r:3", "r:5 F#4:.5 E4 D4 B3 A3:1"),
    ("B4:.5 D5 E5:1 D5:.5 B4 A4 G4 F#4:1 r:3", "r:5 D4:.5 E4 F#4 A4 B4:1"),
    ("G4:.5 A4 B4 A4 G4 F#4 E4:1 D4:.5 E4:.5 r:3", "r:5 B3:.5 A3 B3 D4 E4:1"),
)


def wire(stage: Stage) -> None:
    """A lute asks, a cittern answers; they interrupt each other, and end up saying the same."""
    lute = stage.seat("lute", plucked.LUTE, pan=-0.6, gain_db=-2.5, room=0.3, loose_ms=6, keep=2)
    wires = stage.seat("cittern", plucked.CITTERN, pan=0.6, gain_db=-3, room=0.3, loose_ms=6, keep=2)
    low = stage.seat("bass", plucked.UPRIGHT_BASS, pan=0.05, gain_db=-5.5, room=0.15, loose_ms=5, keep=2)
    strum = stage.seat("strings", plucked.HARP, pan=-0.1, gain_db=-11, room=0.4, loose_ms=5, keep=2)
    palm = stage.seat("palm", frame_drum(105, 0.4, 0.16), pan=-0.05, gain_db=-3, room=0.2, loose_ms=5, keep=3)
    # Free, each alone: question and answer over two bars.
    for number, (ask, reply) in enumerate(CALLS):
        lute.line(8 * number, ask, 0.66 + 0.04 * number)
        wires.line(8 * number, reply, 0.66 + 0.04 * number)
        lute.chord(8 * number, "E2 B2", 4, 0.5, strum_ms=25)
    # With bass: the harmony moves under the same questions.
    roots = ("E2:1.5 E2:.5 B2:1 E2 G2:1.5 G2:.5 D2:1 E2", "C2:1.5 C2:.5 G2:1 C3 D2:1.5 D2:.5 A2:1 D3",
             "G2:1.5 G2:.5 D2:1 F#2 B1:1.5 B1:.5 F#2:1 B2", "C2:1.5 C2:.5 D2:1 D2 E2:1.5 E2:.5 B1:1 E2")  # fmt: skip
    chords = (("E3 G3 B3", "G3 B3 D4"), ("C3 E3 G3", "D3 F#3 A3"), ("G3 B3 D4", "B2 D3 F#3"), ("C3 E3 A3", "E3 G3 B3"))
    for round_ in range(2):
        for number, (ask, reply) in enumerate(CALLS):
            at = 32 + 32 * round_ + 8 * number
            low.line(at, roots[number], 0.7, hold=0.9)
            for half, names in enumerate(chords[number]):
                for late, loud in ((1, 0.5), (2.5, 0.45), (3, 0.6)):
                    strum.chord(at + 4 * half + late, names, 0.8, loud, strum_ms=14)
                for late, loud in ((0, 0.75), (1.5, 0.4), (2, 0.5), (3.5, 0.4)):
                    palm.strike(at + 4 * half + late, loud)
            lute.line(at, ask, 0.74, shift=12 if round_ and number in (1, 2) else 0)
            wires.line(at, reply, 0.76)
            if round_:  # the second time they no longer wait
                wires.line(at, "B3:.5 r G3 r B3 r:1 G3:.5" if number % 2 == 0 else "G3:.5 r E3 r G3 r:1 E3:.5", 0.5)
                lute.line(at + 5, "r:.5 F#4 r A4:1 B4:1" if number % 2 == 0 else "r:.5 D4 r E4:1 F#4:1", 0.55)
    end = 96
    for seat, shift in ((lute, 0), (wires, -12)):
        seat.line(end, "E4:.5 G4 A4 B4 D5:1 B4:.5 A4 G4 A4 F#4 D4 E4:1.5", 0.78, shift=shift)
    low.line(end, "E2:2 G2:2 D2:2 E2:2", 0.7)
    strum.chord(end + 6.5, "E2 B2 E3 G3 B3 E4", 6, 0.75, strum_ms=45)
    lute.line(end + 8.5, "B4:.5 A4 G4 E4:4", 0.5)
    wires.line(end + 9.5, "r:1 B3:.5 D4 E4:4", 0.42)


# Fourteen half-quarters: two bars' worth of seven, read as one bar of seven quarters' halves.
PATTERN = ("B3", "F#4", "D4", "E4", "B4", "F#4", "A4", "D4", "E4", "B3", "A4", "F#4", "E4", "A3")
PHASES = ("B1 F#2 B2", "G1 D2 B2", "D2 A2 D3", "A1 E2 A2", "E2 B2 E3", "G1 D2 G2", "F#1 C#2 F#2", "B1 F#2 B2")
LONG = ("F#4 B4", "G4 B4", "F#4 A4", "E4 A4", "G4 B4", "D4 B4", "C#4 A4", "D4 F#4")


def seven(stage: Stage) -> None:
    """Two marimbas with one pattern of fourteen; one of them steps ahead, and meets the other again at the end."""
    left = stage.seat("marimba left", struck.MARIMBA, pan=-0.7, gain_db=-4, room=0.28, loose_ms=2, keep=2)
    right = stage.seat("marimba right", struck.MARIMBA, pan=0.7, gain_db=-4, room=0.28, loose_ms=2, keep=2)
    deep = stage.seat("low marimba", struck.LOW_MARIMBA, gain_db=-3.5, room=0.25, loose_ms=2, keep=2)
    vibes = stage.seat("vibraphone", struck.VIBRAPHONE, pan=0.15, gain_db=-2.5, room=0.55, keep=2)
    seeds = stage.seat("shaker", beaten.shaker, pan=0.3, gain_db=-8, room=0.2, loose_ms=3, keep=3)
    bar = 3.5

    def pattern(seat: Seat, start: float, step: int, strength: float, *, thin: bool = False) -> None:
        for k in range(14):
            name = PATTERN[(k + step) % 14]
            if thin and k % 14 not in (0, 4, 6, 10):
                continue
            loud = strength * (1.12 if k in (0, 4, 8) else 0.88)
            seat.line(start + k * 0.25, f"{name}:.25", min(1.0, loud))

    at = 0.0
    for number in range(3):  # one alone, then the other beside it
        pattern(left, at, 0, 0.5 + 0.07 * number, thin=number == 0)
        if number == 2:
            pattern(right, at, 0, 0.6)
        at += bar
    for phase, (roots, high) in enumerate(zip(PHASES, LONG, strict=True)):
        ahead = (phase * 2) % 14
        for number in range(4):
            swell = 0.6 + 0.1 * (phase / 7) + 0.03 * number
            pattern(left, at, 0, swell)
            pattern(right, at, ahead, swell)
            low, fifth, eighth = roots.split()
            deep.line(
                at, f"{low}:1 {fifth}:1 {eighth}:1.5" if number % 2 == 0 else f"{low}:1.5 {eighth}:1 {fifth}:1", 0.62
            )
            if phase >= 2:
                for k in range(7):
                    seeds.strike(at + k * 0.5, 0.75 if k in (0, 2, 4) else 0.45)
            if number == 0:
                vibes.chord(at, high, 7, 0.5 + 0.03 * phase, strum_ms=40)
            elif number == 2 and phase >= 3:
                vibes.line(at, ("A4:1 B4:1 D5:1.5", "D5:1 B4:1 A4:1.5")[phase % 2], 0.5)
            at += bar
    for number in range(2):
        pattern(left, at, 0, 0.66 - 0.14 * number)
        pattern(right, at, 0, 0.66 - 0.14 * number, thin=number == 1)
        deep.line(at, "B1:1.5 F#2:1 B2:1", 0.55)
        at += bar
    left.line(at, "B3:3.5", 0.6)
    right.line(at, "F#4:3.5", 0.55)
    deep.line(at, "B1:3.5", 0.6)
    vibes.chord(at, "D4 F#4 B4", 7, 0.55, strum_ms=50)


JIG_A = (
    "G4:.5 B4 D5 G5 D5 B4 C5 E5 C5 B4 D5 B4 A4 B4 C5 B4 A4 G4 F#4 A4 D5 C5 A4 F#4 "
    "G4 B4 D5 G5 D5 B4 C5 E5 G5 F#5 E5 D5 C5 B4 A4 D5 C5 F#4"
)
JIG_B = (
    "G5:1 F#5:.5 G5 D5 B4 E5:1 D5:.5 E5 C5 A4 D5 C5 B4 A4 B4 C5 B4 G4 B4 A4 F#4 D4 "
    "G5:1 F#5:.5 G5 D5 B4 E5:1 F#5:.5 G5 E5 C5 B4 A4 G4 F#4 A4 F#4"
)
MINOR = (
    "E4:.5 B4 B4 B4 A4 G4 F#4 A4 A4 A4 G4 F#4 G4 B4 E5 D5 B4 G4 F#4 G4 A4 B4:1.5 "
    "E4:.5 B4 B4 B4 A4 G4 F#4 A4 D5 D5 C5 A4 G4 F#4 E4 D4 E4 F#4"
)
CHORDS_A = ("G3 B3 D4", "C3 E3 G3|G3 B3 D4", "A2 C3 E3", "D3 F#3 A3", "G3 B3 D4", "C3 E3 G3", "A2 C3 E3|D3 F#3 A3",
            "G3 B3 D4")  # fmt: skip
CHORDS_B = ("G3 B3 D4", "C3 E3 A3", "G3 B3 D4|A2 C3 E3", "E3 G3 B3|D3 F#3 A3", "G3 B3 D4", "C3 E3 G3",
            "G3 B3 D4|D3 F#3 A3", "G3 B3 D4")  # fmt: skip
CHORDS_M = ("E3 G3 B3", "D3 F#3 A3", "E3 G3 B3", "D3 F#3 A3|B2 D3 F#3", "E3 G3 B3", "D3 F#3 A3", "C3 E3 G3|D3 F#3 A3",
            "E3 G3 B3")  # fmt: skip


def market(stage: Stage) -> None:
    """A jig: the recorder plays each strain, the fiddle answers it, and at the end nobody waits."""
    pipe = stage.singer("recorder", blown.RECORDER, pan=-0.5, gain_db=-2.5, room=0.28)
    fiddle = stage.singer("fiddle", blown.VIOL, pan=0.5, gain_db=-3.0, room=0.28)
    wires = stage.seat("cittern", plucked.CITTERN, pan=0.3, gain_db=-10, room=0.2, loose_ms=5, keep=2)
    low = stage.seat("bass", plucked.UPRIGHT_BASS, pan=-0.1, gain_db=-6, room=0.12, loose_ms=5, keep=2)
    drum = stage.seat("drum", frame_drum(88, 0.6, 0.26), pan=0.0, gain_db=-2, room=0.25, loose_ms=5, keep=4)
    plates = stage.seat("jingles", beaten.jingles, pan=-0.35, gain_db=-5, room=0.25, loose_ms=5, keep=4)
    hands = stage.seat("hands", beaten.clap, pan=0.2, gain_db=-3, room=0.35, loose_ms=8, keep=4)

    def back(start: float, chords: tuple[str, ...], strength: float, *, full: bool = True) -> None:
        for number, names in enumerate(chords):
            at = start + 3 * number
            halves = names.split("|")
            for half in range(2):
                here = at + 1.5 * half
                now = halves[min(half, len(halves) - 1)]
                root = now.split()[0]
                low.line(here, f"{root}:1 r:.5", strength * (1.0 if half == 0 else 0.85), shift=-12)
                wires.chord(here + 0.5, now, 0.45, strength * 0.7, strum_ms=12)
                wires.chord(here + 1.0, now, 0.45, strength * 0.85, strum_ms=8)
            for late, loud in ((0, 0.95), (0.5, 0.35), (1, 0.5), (1.5, 0.7), (2, 0.35), (2.5, 0.55)):
                drum.strike(at + late, loud * strength * 1.15)
            if full:
                for late in (0.5, 1.0, 2.0, 2.5):
                    plates.strike(at + late, 0.7 if late in (1.0, 2.5) else 0.45)

    def strain(start: float, who: str, text: str, last: str, strength: float) -> None:
        if who in ("pipe", "both"):
            pipe.sing(start, f"{text} {last}", strength, shift=12 if who == "pipe" else 0)
        if who in ("fiddle", "both"):
            fiddle.sing(start, f"{text} {last}", strength)

    for beat, loud in ((0, 0.9), (0.5, 0.4), (1, 0.5), (1.5, 0.8), (2, 0.4), (2.5, 0.6), (3, 0.95), (3.5, 0.4),
                       (4, 0.5), (4.5, 0.8), (5, 0.7), (5.5, 0.8)):  # fmt: skip
        drum.strike(beat, loud)
    end_g, end_up = "G4:1 B4:.5 G4:1 r:.5", "G4:1 D5:.5 G5:1 r:.5"
    strain(6, "pipe", JIG_A, end_g, 0.72)
    back(6, CHORDS_A, 0.62, full=False)
    strain(30, "fiddle", JIG_A, end_up, 0.78)
    back(30, CHORDS_A, 0.7)
    strain(54, "pipe", MINOR, "E4:1 B4:.5 E4:1 r:.5", 0.72)
    back(54, CHORDS_M, 0.66)
    strain(78, "fiddle", JIG_B, end_g, 0.82)
    back(78, CHORDS_B, 0.74)
    for number in range(8):
        hands.strike(78 + 3 * number + 1.5, 0.7)
    strain(102, "both", JIG_A, end_up, 0.85)
    back(102, CHORDS_A, 0.8)
    strain(126, "both", JIG_B, end_g, 0.9)
    back(126, CHORDS_B, 0.85)
    for number in range(16):
        hands.strike(102 + 3 * number + 1.5, 0.8)
    pipe.sing(150, "G5:1.5 D5:.5 B4 D5 G5:3", 0.85)
    fiddle.sing(150, "G4:1.5 B4:.5 D5 B4 G4:3", 0.85)
    low.line(150, "G2:1.5 D2:1.5 G1:3", 0.8)
    wires.chord(153, "G3 B3 D4 G4", 3, 0.8, strum_ms=22)
    drum.strike(150, 0.9)
    drum.strike(151.5, 0.8)
    drum.strike(153, 1.0)
    plates.strike(153, 0.9)
