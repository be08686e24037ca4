"""Quire and Stair: two groups of voices at two ends of a staircase, an organ, a bell, a music box."""

import numpy as np

from antiphon.audio.engines.songs.instruments import blown, held, struck
from antiphon.audio.engines.songs.instruments.blown import Breath
from antiphon.audio.engines.songs.notation import hz_of
from antiphon.audio.engines.songs.stage import Seat, Stage
from antiphon.audio.engines.songs.tones import RATE, STEP, unfold


def _voices(
    stage: Stage, name: str, singer: Breath, places: tuple[float, ...], gain_db: float, room: float
) -> list[Seat]:
    """Seat some singers beside each other: a choir is people who nearly agree."""
    return [
        stage.singer(f"{name} {number}", singer, pan=place, gain_db=gain_db, room=room)
        for number, place in enumerate(places)
    ]


def _together(seats: list[Seat], beat: float, text: str, strength: float, vowels: str) -> None:
    for number, seat in enumerate(seats):
        apart = float(seat.stage.rng.normal(0, 0.05))
        late = float(abs(seat.stage.rng.normal(0.012, 0.012)))
        seat.sing(beat, text, strength * (1 - 0.04 * number), vowels=vowels, shift=apart, late_s=late)


def versicle(stage: Stage) -> None:
    """A low voice asks three times; high voices answer in organum, each time more richly."""
    low = _voices(stage, "cantor", blown.CANTOR, (-0.6,), -3.5, 0.55)
    high = _voices(stage, "answer", blown.CHOIR_HIGH, (0.35, 0.6, 0.85), -5.5, 0.95)
    under = _voices(stage, "organum", blown.CHOIR_HIGH, (0.2, 0.5, 0.75), -6.5, 0.95)
    ground = _voices(stage, "ground", blown.CHOIR_LOW, (-0.5, -0.1, 0.3), -7, 0.8)
    # First question and answer: fourths and fifths that close on the unison.
    _together(low, 1, "D3:.75 C3:.5 D3 F3 G3 A3:1.5 A3:.5 C4 B3 A3 G3 A3:1.75 r:.25 "
              "G3:.5 A3 F3 E3 D3 F3 G3 A3:2", 0.75, "aoeoaao")  # fmt: skip
    at = 14.25
    _together(ground, at, "D3:4 r:.25 D3:6", 0.5, "oo")
    _together(high, at, "A4:.5 G4 A4 C5 A4 G4 F4:1 r:.25 G4:.5 A4 G4 F4 E4 F4 E4 D4:2.5", 0.62, "aaoaaoe")
    _together(under, at, "D4:.5 C4 D4 F4 D4 C4 C4:1 r:.25 C4:.5 D4 C4 C4 A3 C4 C4 D4:2.5", 0.56, "aaoaaoe")
    # Second: the question climbs; the answer winds itself about a slow tenor.
    at = 26.0
    _together(low, at, "A3:.5 C4 D4:1 C4:.5 D4 E4 D4 C4 A3:1.5 r:.25 G3:.5 A3 C4 A3 G3 E3 G3 A3:2",
              0.82, "aeaoaae")  # fmt: skip
    at = 38.0
    _together(ground, at, "D3:4 C3:4 r:.5 F3:3 G3:3 A3:2 D3:4", 0.6, "aaooaa")
    _together(under, at, "A3:4 G3:4 r:.5 C4:3 D4:3 E4:2 D4:4", 0.42, "ooooaa")
    _together(high, at, "A4:.5 B4 C5 D5:1 C5:.5 A4 B4 G4:1 A4:.5 G4 E4:.75 G4:.25 F4:.5 E4:1 r:.5 "
              "F4:.5 G4 A4 C5:1 A4:.5 B4 C5 D5:1 C5:.5 B4 A4:1 G4:.5 E4 F4 E4 D4:3", 0.72, "aaaaaoaae")  # fmt: skip
    # Third: a short question, and both ends of the stair together.
    at = 60.0
    _together(low, at, "D3:.5 F3 G3 A3:1.5 G3:.5 A3:2", 0.7, "aoa")
    at = 66.0
    _together(low, at, "D4:.75 C4:.5 D4 E4 D4 C4 A3:1.5 G3:.5 A3 C4 D4:5", 0.8, "aaoae")
    _together(ground, at, "D3:4.75 A2:1.5 C3:.5 D3:5", 0.75, "aoaa")
    _together(under, at, "A4:.75 G4:.5 A4 B4 A4 G4 E4:1.5 D4:.5 E4 G4 A4:5", 0.62, "aaoaa")
    _together(high, at, "D5:.75 C5:.5 D5 E5 D5 C5 A4:1.5 G4:.5 A4 C5 D5:5", 0.7, "aaoaa")


GROUND = "G2:2 F2 Eb2 D2 C2 Bb1 C2 D2"
THEMES = (
    "Bb4:2 A4 G4 F4 Eb4 D4 Eb4 F#4:1 A4",
    "D5:1 C5:.5 Bb4 A4:1 D5 G5 F5:.5 Eb5 F5:1 D5 Eb5:1 C5 D5 Bb4 C5 Eb5 D5 A4",
    "G4:.5 A4 Bb4 C5 D5 C5 A4 F4 G4 Bb4 Eb5 D5 D5 C5 Bb4 F4 G4 Eb4 F4 G4 Bb4 A4 G4 D4 Eb4 G4 C5 Bb4 A4 G4 F#4 D4",
    "G5:3 F5:2 Eb5 D5 C5 Bb4:1 C5:2 G4:1 F#4",
    "Bb4:.5 D5 G5 D5 A4 D5 F5 D5 Bb4 Eb5 G5 Eb5 Bb4 D5 F5 D5 C5 Eb5 G5 Eb5 Bb4 D5 G5 D5 C5 Eb5 A5 G5 F#5 Eb5 D5 C5",
)


def canon(stage: Stage) -> None:
    """Three players, one melody, each sixteen beats behind the other, over a ground that never stops."""
    first = stage.singer("flute", blown.FLUTE, pan=-0.65, gain_db=-3.5, room=0.55)
    second = stage.singer("recorder", blown.RECORDER, pan=0.65, gain_db=-3.0, room=0.55)
    third = stage.singer("viol", blown.VIOL, pan=0.05, gain_db=-4.5, room=0.5)
    pipes = stage.seat("organ", held.organ, pan=-0.1, gain_db=-12, room=0.7)
    bass = stage.seat("pedal", held.pedal, gain_db=-3.5, room=0.35)
    chords = ("G3+Bb3+D4", "F3+A3+D4", "G3+Bb3+Eb4", "F3+Bb3+D4", "G3+C4+Eb4", "G3+Bb3+D4", "G3+C4+Eb4", "F#3+A3+D4")
    for round_ in range(7):
        start = 16.0 * round_
        bass.line(start, GROUND, 0.62 if round_ else 0.55, hold=0.96)
        for number, names in enumerate(chords):
            pipes.chord(start + 2 * number, names, 1.96, 0.5 + 0.03 * round_)
        for behind, (seat, shift) in enumerate(((first, 0), (second, 0), (third, -12))):
            if 0 <= round_ - behind < len(THEMES):
                strength = 0.6 + 0.05 * (round_ - behind)
                seat.sing(start, THEMES[round_ - behind], strength, shift=shift)
    # The bass has said it seven times; everybody agrees on G, with a major third, as one did.
    bass.line(112, "G2:3 D2:1 G1:6", 0.7)
    first.sing(112, "G5:2 A5:1 F#5:1 G5:6", 0.75)
    second.sing(112, "D5:1 Eb5:.5 C5:.5 C5:2 B4:6", 0.7)
    third.sing(112, "Bb3:1 C4:1 D4:2 D4:6", 0.7)
    pipes.line(112, "G3+Bb3+D4:2 F#3+C4+D4:2 G3+B3+D4:6", 0.6)


def bell(stage: Stage) -> None:
    """One low string, its own overtones as a melody, and a bell that answers from below the water."""
    seconds = stage.seconds
    rng = stage.rng
    over = stage.seat("overtones", held.warm, gain_db=4, pan=0.45, room=0.8)
    bowls = stage.seat("bowls", struck.BOWL, gain_db=-3, pan=-0.55, room=0.7)
    bells = stage.seat("bell", struck.BELL, gain_db=1.5, pan=-0.2, room=0.85)
    deep = stage.singer("deep voice", blown.CHOIR_LOW, gain_db=-2, pan=0.1, room=0.6)
    root = hz_of(36)  # C2
    if not stage.silent:
        harmonics = {1: -13, 2: -11, 3: -15, 4: -17, 5: -27, 6: -23, 8: -26, 9: -35, 10: -33, 12: -32, 16: -38}
        sound = held.drone(root, min(seconds, stage.until_s), {h: float(v) for h, v in harmonics.items()}, rng)
        frames = sound.shape[1]
        at = np.arange(frames // STEP + 2) * STEP / RATE
        sound *= unfold(np.interp(at, [0, 9, 26, 50, 66, seconds], [0.0, 0.8, 0.9, 1.25, 1.0, 0.35]), frames)
        stage.bed("wheel", sound, 0.0, 0.35)
    # Melody in whole-number ratios to the drone: the eighth to the sixteenth overtone, beats and harmonics.
    for start, tune in (
        (8, ((0, 8, 3), (3, 9, 2), (5, 10, 4))),
        (20, ((0, 10, 2), (2, 12, 3), (5, 10, 1), (6, 9, 1.5), (7.5, 8, 4))),
        (34, ((0, 12, 2), (2, 13.5, 2), (4, 12, 1.5), (5.5, 10, 1.5), (7, 12, 1), (8, 16, 4))),
        (50, ((0, 16, 1.5), (1.5, 15, 1.5), (3, 12, 2), (5, 10, 1.5), (6.5, 9, 1.5), (8, 8, 6))),
    ):
        for late, ratio, beats in tune:
            midi = 36 + 12 * float(np.log2(ratio))
            over.play(start + late, midi, beats * 1.05, 0.75)
    for beat, name, strength in ((2, 48, 0.55), (15, 55, 0.55), (29, 48, 0.7), (46, 52, 0.65), (60, 48, 0.6)):
        bells.play(beat, name + 12, 6, strength)
    for beat, midi in ((0, 60), (12, 67), (26, 64), (33, 72), (42, 67), (56, 72), (63, 60)):
        bowls.play(beat, midi, 8, 0.6)
    for beat, text in ((17, "C3:3 D3:1 C3:4"), (31, "G2:2 A2:1 C3:4"), (47, "E3:2 D3:1 C3:1 D3:1 C3:5")):
        deep.sing(beat, text, 0.6, vowels="ouo")


TUNE = (
    "C5:2 A4:1 F4:2 G4:1 A4:2 C5:1 C5:3 D5:2 Bb4:1 G4:2 A4:1 Bb4:2 G4:1 C5:3 "
    "F5:2 E5:1 D5:2 C5:1 D5:2 Bb4:1 A4:3 G4:2 A4:1 Bb4:2 E4:1 F4:6"
)
ANSWER = "r:6 F4:3 E4:3 D4:3 F4:3 E4:3 G4:2 r:1 A4:3 F4:2 E4:1 F4:3 C4:3 D4:3 C4:2 Bb3:1 A3:5 r:1"
HARMONY = ("F2 C3 A3", "F2 C3 A3", "Bb2 F3 D4", "C3 G3 E4", "D3 A3 F4", "Bb2 F3 D4", "C3 G3 Bb3", "F2 C3 A3")


def lamp(stage: Stage) -> None:
    """A music box, a hum, a kalimba: the tune three times, then the spring runs down."""
    box = stage.seat("music box", struck.MUSIC_BOX, pan=-0.4, gain_db=-4, room=0.4, loose_ms=4, keep=2)
    thumb = stage.seat("kalimba", struck.KALIMBA, pan=0.3, gain_db=-10, room=0.3, loose_ms=7, keep=2)
    mother = stage.singer("hum", blown.HUMMING, pan=0.35, gain_db=-10.5, room=0.45)
    bed = stage.seat("bed", held.warm, gain_db=-13, room=0.5)

    def rock(start: float, strength: float) -> None:
        for bar, names in enumerate(HARMONY):
            low, fifth, third = names.split()
            at = start + 6 * bar
            for late, note, loud in (
                (0, low, 1.0),
                (1, fifth, 0.7),
                (2, third, 0.8),
                (3, fifth, 0.75),
                (4, third, 0.8),
            ):
                thumb.line(at + late, f"{note}:1", strength * loud)
            bed.chord(at, names, 6, 0.55)

    bar = 6.0
    thumb.line(0, "F2:1 C3 A3 C3 A3 r F2:1 C3 A3 C3 A3 r", 0.5)
    rock(2 * bar, 0.62)
    box.line(2 * bar, TUNE, 0.66)
    rock(10 * bar, 0.66)
    mother.sing(10 * bar, TUNE, 0.66, vowels="mumo", shift=-12)
    for at, text in ((11.5, "A5:1 C6 F6"), (13.5, "E6:1 D6 C6"), (15.5, "F6:1 D6 C6"), (17.5, "C6:1 A5 F5")):
        box.line(at * bar, text, 0.5)
    rock(18 * bar, 0.6)
    box.line(18 * bar, TUNE, 0.6)
    mother.sing(18 * bar, ANSWER, 0.58, vowels="mmum")
    box.line(26 * bar, "C5:2 A4:1 F4:2 G4:1 A4:3 r:2 F5:6", 0.5)
    thumb.chord(27 * bar + 5, "F2 C3 A3", 6, 0.5, strum_ms=60)
