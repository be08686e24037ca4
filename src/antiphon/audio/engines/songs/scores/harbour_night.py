"""Harbour Office at night: horns in the fog, an answering machine, two lights that blink across the water."""

import numpy as np

from antiphon.audio.engines.songs.instruments import beaten, blown, held, struck
from antiphon.audio.engines.songs.stage import Seat, Stage

FOG_CHORDS = (
    ("Eb2 Bb2 Eb3 G3 D4", 8), ("C2 G2 Eb3 G3 Bb3", 8), ("Ab1 Eb2 C3 G3 Bb3 D4", 8), ("Bb1 F2 Eb3 Ab3 C4", 8),
    ("Eb2 Bb2 Eb3 G3 Bb3 F4", 8), ("G2 Eb3 Bb3 Eb4 F4", 8), ("Ab1 Eb2 C3 G3 Bb3 D4", 8), ("Eb2 Bb2 Eb3 G3 C4 F4", 12),
)  # fmt: skip


def fog(stage: Stage) -> None:
    """Two horns in the fog, a long way apart; between them chords that open and close like water."""
    near = stage.singer("near horn", blown.HORN, pan=-0.75, gain_db=-9.5, room=0.7, echo=0.15)
    far = stage.singer("far horn", blown.HORN, pan=0.8, gain_db=-12, room=1.3)
    bed = stage.seat("pads", held.pad, gain_db=-4.5, room=0.5)
    bass = stage.seat("bass", held.warm, gain_db=-5, room=0.2)
    glass = stage.seat("glass", struck.GLASS, gain_db=-6, pan=0.25, room=0.8, echo=0.5, keep=2)
    tines = stage.seat("tines", struck.electric_piano, gain_db=-7, pan=-0.2, room=0.6, echo=0.35, keep=2)
    if not stage.silent:
        stage.bed("water", held.sea(stage.until_s, stage.rng), -19.5, 0.15)

    def horns(beat: float, strength: float) -> None:
        near.sing(beat, "Eb2:3.2", strength)
        far.sing(beat + 4.5, "G2:2.8", strength)

    horns(1, 0.7)
    at = 8.0
    for number, (names, beats) in enumerate(FOG_CHORDS):
        notes = names.split()
        bed.chord(at, " ".join(notes[1:]), beats - 0.4, 0.45 + 0.05 * min(number, 6))
        bass.line(at, f"{notes[0]}:{beats - 0.5}", 0.7)
        at += beats
    horns(24, 0.6)
    horns(56, 0.7)
    for beat, tune in (
        (17, "G5:1.5 D5:1 F5:2.5"), (25, "Bb4:1 C5:1 G5:3"), (33, "F5:1.5 Eb5:1 Bb4:2.5"), (41, "D5:1 G5:1 Bb5:3"),
        (49, "F5:1 Bb5:1.5 G5:.5 F5:2"), (57, "G5:1.5 Bb5:1 C6:2.5"), (65, "Bb5:1 G5:1 F5:1.5 Eb5:3"),
    ):  # fmt: skip
        glass.line(beat, tune, 0.6)
    for beat, tune in (
        (21, "Bb4:.5 D5 Eb5:2"), (29, "G4:.5 Bb4 C5:2"), (37, "Ab4:.5 C5 Eb5 F5:1.5"), (45, "G4:.5 Bb4 D5:2"),
        (53, "F4:.5 Bb4 D5 F5:1.5"), (61, "C5:.5 D5 G5:2"), (69, "Eb5:.5 D5 Bb4 G4:2.5"),
    ):  # fmt: skip
        tines.line(beat, tune, 0.55)
    horns(71, 0.62)


BASS = (
    "A1:1.5 r:.5 C2:.5 D2 E2 G2|A1:1.5 r:.5 A1:.5 G1 E1 G1",
    "D2:1.5 r:.5 D2:.5 F2 E2 D2|E2:1.5 r:.5 E1:.5 G1 A1 B1",
)
LEAD = (
    "r:1 E5:.5 D5 C5 D5 A4:1.5 r:2.5", "r:.5 G4 A4 C5 D5:1 E5:.75 D5:.25 B4:.5 G4:1 r:2.5",
    "r:1 A5:.5 G5 E5 G5 D5:1.5 r:2.5", "r:.5 C5 D5 E5 G5:1 E5:.5 D5 B4 A4 G4 B4:1.5 r:1",
)  # fmt: skip
REPLY = ("r:4.5 A4:.5 C5 B4 G4 A4:1.5", "r:5.5 E4:.5 G4 A4 B4:1", "r:4.5 E5:.5 D5 C5 A4 C5:1.5", "r:8")


def machine(stage: Stage) -> None:
    """Dub at 84: nobody is home, so the echo answers."""
    thud = stage.seat("kick", beaten.kick(110, 46, 0.45), gain_db=-3, room=0.04, keep=2)
    stick = stage.seat("rim", beaten.rim, pan=0.1, gain_db=1.5, room=0.3, echo=0.12, loose_ms=2, keep=3)
    hats = stage.seat("hats", beaten.hat, pan=-0.3, gain_db=-4.5, room=0.08, loose_ms=3, keep=4)
    open_ = stage.seat("open hat", beaten.open_hat, pan=-0.3, gain_db=-6, room=0.2, echo=0.3, keep=2)
    toms = [
        stage.seat(f"tom {n}", beaten.tom(hz), pan=p, gain_db=-8, room=0.25, echo=0.3)
        for n, hz, p in ((0, 150, -0.5), (1, 112, 0), (2, 84, 0.5))
    ]
    bass = stage.seat("bass", held.dub_bass, gain_db=-3, room=0.02, keep=1)
    chop = stage.seat("skank", held.skank, pan=0.4, gain_db=-2, room=0.3, echo=0.14, loose_ms=2, keep=2)
    throw = stage.seat("thrown skank", held.skank, pan=0.2, gain_db=-4, room=0.4, echo=1.1)
    lead = stage.singer("melodica", blown.MELODICA, pan=-0.4, gain_db=-2, room=0.25, echo=0.3)
    reply = stage.singer("reply", blown.MELODICA, pan=0.45, gain_db=-0.5, room=0.4, echo=0.45)
    tone = stage.seat("beep", held.beep, pan=0.0, gain_db=-9, room=0.2, echo=0.35)
    chords = (("A3 C4 E4", "A3 C4 E4"), ("A3 D4 F4", "G3 B3 E4"))

    def drums(bar: int, *, full: bool = True) -> None:
        at = 4.0 * bar
        thud.strike(at + 2, 0.95)
        stick.strike(at + 2, 0.75)
        if full and bar % 4 == 3:
            thud.strike(at + 3.5, 0.7)
        for k in range(8):
            swing = 0.06 if k % 2 else 0.0
            hats.strike(at + k * 0.5 + swing, 0.8 if k % 2 else 0.5)
        if full and bar % 2:
            stick.strike(at + 3.25, 0.4)
        if bar % 4 == 3:
            open_.strike(at + 3.56, 0.7)

    def skank(bar: int, strength: float) -> None:
        for half, names in enumerate(chords[(bar // 2) % 2]):
            if bar % 2 == half:
                for late in (1, 3):
                    chop.chord(4.0 * bar + late, names, 0.28, strength)
                    chop.chord(4.0 * bar + late + 0.5, names, 0.16, strength * 0.62)

    def fill(beat: float) -> None:
        for late, number in ((0, 0), (0.25, 0), (0.75, 1), (1.0, 1), (1.5, 2), (1.75, 2)):
            toms[number].strike(beat + late, 0.75)

    tone.line(0, "A5:.5", 0.8)
    throw.chord(2, "A3 C4 E4", 0.3, 1.0)
    throw.chord(5, "A3 C4 E4", 0.3, 0.85)
    fill(6)
    for bar in range(2, 20):
        broken = 12 <= bar < 16
        if not broken or bar % 2 == 0:
            drums(bar, full=not broken)
        if not (12 <= bar < 14):
            part = BASS[(bar // 2) % 2].split("|")[bar % 2]
            bass.line(4.0 * bar, part, 0.8, hold=0.86)
        if bar >= 4 and not broken:
            skank(bar, 0.7)
        if bar in (11, 15):
            fill(4.0 * bar + 2)
    for number in range(4):
        lead.sing(16 + 8 * number, LEAD[number], 0.72)
        reply.sing(16 + 8 * number, REPLY[number], 0.62, shift=-12)
    throw.chord(49, "A3 C4 E4 G4", 0.3, 0.9)
    throw.chord(55, "A3 D4 F4", 0.3, 0.75)
    tone.line(52, "A5:.25 r:.25 A5:.25", 0.6)
    reply.sing(58, "E4:.5 G4 A4:1.5", 0.66)
    lead.sing(64, LEAD[2], 0.75)
    reply.sing(64, REPLY[2], 0.66, shift=-12)
    lead.sing(72, LEAD[3], 0.75)
    reply.sing(76, "G4:.5 A4 B4 D5 B4:1.5", 0.6, shift=-12)
    bass.line(80, "A1:3", 0.8)
    thud.strike(80, 0.9)
    throw.chord(80, "A3 C4 E4 B4", 0.35, 0.85)
    tone.line(83, "A5:.5", 0.6)


PIERS = (
    (
        "F#3 C#4 F#4 A4 C#5 A4 F#4 C#4",
        "D3 A3 D4 F#4 A4 F#4 D4 A3",
        "A3 E4 A4 C#5 E5 C#5 A4 E4",
        "E3 B3 E4 G#4 B4 G#4 E4 B3",
    ),
    (
        "B3 F#4 B4 D5 F#5 D5 B4 F#4",
        "D3 A3 D4 F#4 A4 F#4 D4 A3",
        "F#3 C#4 F#4 A4 C#5 A4 F#4 C#4",
        "E3 B3 E4 A4 B4 A4 E4 B3",
    ),
)
PIER_PADS = (
    ("F#2 C#3 A3 E4", "D2 A2 F#3 C#4", "A2 E3 C#4 E4", "E2 B2 G#3 B3"),
    ("B2 F#3 A3 D4", "D2 A2 F#3 E4", "F#2 C#3 A3 C#4", "E2 B2 A3 E4"),
)


def piers(stage: Stage) -> None:
    """Two sequencers, one on either side: by turns at first, then over each other's words."""
    west = stage.seat("left pier", held.pluck_synth, pan=-0.75, gain_db=1.5, room=0.3, echo=0.3, keep=1)
    east = stage.seat("right pier", held.pluck_synth, pan=0.75, gain_db=1.5, room=0.3, echo=0.3, keep=1)
    bed = stage.seat("pads", held.pad, gain_db=-6.5, room=0.4)
    bass = stage.seat("bass", held.sub_bass, gain_db=-5.5, room=0.02, keep=1)
    thud = stage.seat("kick", beaten.kick(140, 47, 0.36), gain_db=-8, room=0.03, keep=1)
    hats = stage.seat("hats", beaten.hat, pan=0.2, gain_db=-10, room=0.08, loose_ms=2, keep=4)
    claps = stage.seat("claps", beaten.clap, pan=-0.05, gain_db=-6.5, room=0.35, keep=4)
    voice = stage.seat("lead", held.soft_lead, pan=-0.1, gain_db=-7.5, room=0.4, echo=0.35)

    def arp(seat: Seat, beat: float, notes: str, first: int, count: int, strength: float, up: int = 0) -> None:
        names = notes.split()
        for k in range(count):
            loud = strength * (1.0 if (first + k) % 4 == 0 else 0.78)
            seat.line(beat + k * 0.25, f"{names[(first + k) % len(names)]}:.25", loud, shift=up)

    for bar in range(32):
        at = 4.0 * bar
        half = 0 if (bar // 4) % 4 != 2 else 1
        notes, pads = PIERS[half][bar % 4], PIER_PADS[half][bar % 4]
        rising = min(1.0, 0.42 + 0.03 * bar) if bar < 16 else (0.5 + 0.05 * (bar - 20) if 20 <= bar < 28 else 0.62)
        rising = float(np.clip(rising, 0.52, 0.9))
        if bar < 8:  # by turns, a bar each
            arp(west if bar % 2 == 0 else east, at, notes, 0, 16, rising)
        elif bar < 12:  # half a bar each
            arp(west, at, notes, 0, 8, rising)
            arp(east, at + 2, notes, 0, 8, rising, 12 if bar % 2 else 0)
        elif bar < 30:  # together, one against the grain of the other
            arp(west, at, notes, 0, 16, rising)
            arp(east, at, notes, 3, 16, rising * 0.9, 12 if bar >= 24 else 0)
        else:
            arp(west, at, notes, 0, 8, 0.5)
            arp(east, at + 2, notes, 0, 8, 0.42)
        if bar >= 2:
            bed.chord(at, " ".join(pads.split()[1:]), 4, 0.3 + 0.4 * rising)
        if bar >= 6 and not 20 <= bar < 22 and bar < 31:
            root = pads.split()[0]
            busy = f"{root}:.5 r:.25 {root}:.25 r:.5 {root}:.5 {root}:.5 r:.25 {root}:.25 r:.5 {root}:.5"
            bass.line(at, busy if bar >= 8 else f"{root}:3.5", 0.72, hold=0.85)
        if 8 <= bar < 30 and not 20 <= bar < 22:
            for beat in range(4):
                thud.strike(at + beat, 0.85)
                if bar >= 10:
                    hats.strike(at + beat + 0.5, 0.8)
                    hats.strike(at + beat + 0.25, 0.35)
                    hats.strike(at + beat + 0.75, 0.4)
            if bar >= 12:
                claps.strike(at + 1, 0.7)
                claps.strike(at + 3, 0.75)
    for beat, tune in (
        (48, "C#5:1.5 B4:.5 A4:1 F#4:1 A4:3 r:1"), (56, "E5:1.5 C#5:.5 B4:1 A4:1 B4:3 r:1"),
        (64, "C#5:1.5 B4:.5 A4:1 F#4:1 A4:2 C#5:1 D5:1"), (72, "E5:2 C#5:1 A4:1 G#4:2 B4:2"),
        (88, "E5:1.5 C#5:.5 B4:1 A4:1 B4:3 r:1"), (96, "F#5:1.5 E5:.5 D5:1 B4:1 D5:2 F#5:1 E5:1"),
        (104, "C#5:1.5 B4:.5 A4:1 F#4:1 A4:2 B4:2"), (112, "A4:2 F#4:2 F#4:4"),
    ):  # fmt: skip
        voice.line(beat, tune, 0.66, hold=0.95)
    bed.chord(128, "F#2 C#3 A3 E4 G#4", 7, 0.5)
    bass.line(128, "F#1:6", 0.6)
    west.line(128, "F#4:.5 C#5 r:1 F#5:1", 0.5)
    east.line(129, "A4:.5 E5 r:1 C#5:1", 0.42)
