"""What happens to music before somebody asks whose it is: codecs, noise, rooms, telephones, pitch, tempo, speed.

Every condition is a function of a stretch of sound and a random generator. Sound is float32, mono, 22,050 Hz, within
-1 to 1. A condition that changes time asks for as much more of the source as it needs (`Condition.stretch`).
"""

import io
from collections.abc import Callable
from dataclasses import dataclass

import av
import numpy as np
import numpy.typing as npt
from pedalboard import time_stretch
from scipy import signal

from bench.identification.music import RATE_HZ, decode

Sound = npt.NDArray[np.float32]
Rng = np.random.Generator


@dataclass(frozen=True)
class Surroundings:
    """What may be heard beside the music: other music, which is never indexed, and people who speak."""

    other: Callable[[Rng, int], Sound]
    voices: list[Sound]


@dataclass(frozen=True)
class Condition:
    """One alteration. `tempo` and `pitch`: the factors by which time and frequency change; 1.0 is unchanged."""

    name: str
    group: str
    tempo: float = 1.0
    pitch: float = 1.0
    then: Callable[[Sound, Rng, Surroundings], Sound] | None = None

    def alter(self, source: Sound, rng: Rng, around: Surroundings) -> Sound:
        """Return what is heard of a stretch of `length * tempo` samples: `length` samples, never clipped."""
        sound = source
        if self.tempo == self.pitch != 1.0:
            sound = at_speed(sound, self.tempo)
        elif (self.tempo, self.pitch) != (1.0, 1.0):
            sound = stretched(sound, self.tempo, self.pitch)
        if self.then is not None:
            sound = self.then(sound, rng, around)
        return (sound / max(1.0, float(np.abs(sound).max(initial=0.0)) / 0.99)).astype(np.float32)


def at_speed(sound: Sound, factor: float) -> Sound:
    """Play faster and higher, as a record player does."""
    return resampled(sound, round(RATE_HZ * factor), RATE_HZ)


def stretched(sound: Sound, tempo: float, pitch: float) -> Sound:
    """Change tempo and pitch apart, with Rubber Band."""
    semitones = float(12 * np.log2(pitch))
    return np.asarray(time_stretch(sound, RATE_HZ, stretch_factor=tempo, pitch_shift_in_semitones=semitones)[0])


def resampled(sound: Sound, from_hz: int, to_hz: int) -> Sound:
    """Change the rate, with FFmpeg's resampler: float32."""
    frame = av.AudioFrame.from_ndarray(sound[None, :].astype(np.float32), format="fltp", layout="mono")
    frame.sample_rate = from_hz
    resampler = av.AudioResampler("fltp", "mono", to_hz)
    parts = [out.to_ndarray()[0] for out in (*resampler.resample(frame), *resampler.resample(None))]
    return np.concatenate(parts) if parts else np.zeros(0, np.float32)


def coded(codec: str, container: str, rate_hz: int, bit_rate: int) -> Callable[[Sound, Rng, Surroundings], Sound]:
    """Return a condition that goes through a codec and back."""

    def through(sound: Sound, _rng: Rng, _around: Surroundings) -> Sound:
        file = io.BytesIO()
        samples = (np.clip(resampled(sound, RATE_HZ, rate_hz), -1, 1) * 32767).astype(np.int16)
        with av.open(file, "w", format=container) as out:
            stream = out.add_stream(codec, rate=rate_hz, layout="mono")
            stream.bit_rate = bit_rate
            frame = av.AudioFrame.from_ndarray(samples[None, :], format="s16", layout="mono")
            frame.sample_rate = rate_hz
            resampler = av.AudioResampler(stream.format.name, "mono", rate_hz, frame_size=stream.frame_size or None)
            for ready in (*resampler.resample(frame), *resampler.resample(None)):
                out.mux(stream.encode(ready))
            out.mux(stream.encode(None))
        return decode(file.getvalue()).astype(np.float32)[: len(sound)] / 32768

    return through


def mixed(sound: Sound, beside: Sound, ratio_db: float) -> Sound:
    """Add something at a ratio of powers, the music over the other, in dB."""
    power, other = float(np.mean(sound**2)), float(np.mean(beside**2))
    return sound + beside * np.sqrt(power / max(other, 1e-12) / 10 ** (ratio_db / 10)).astype(np.float32)


def pink(ratio_db: float) -> Callable[[Sound, Rng, Surroundings], Sound]:
    """Noise with as much power in each octave."""

    def noisy(sound: Sound, rng: Rng, _around: Surroundings) -> Sound:
        spectrum = np.fft.rfft(rng.standard_normal(len(sound)))
        spectrum /= np.sqrt(np.maximum(np.arange(len(spectrum)), 1))
        return mixed(sound, np.fft.irfft(spectrum, len(sound)).astype(np.float32), ratio_db)

    return noisy


def babble(ratio_db: float) -> Callable[[Sound, Rng, Surroundings], Sound]:
    """Six people who speak at once."""

    def among(sound: Sound, rng: Rng, around: Surroundings) -> Sound:
        total = np.zeros(len(sound), np.float32)
        for place in rng.permutation(len(around.voices))[:6]:
            voice = around.voices[place]
            start = int(rng.integers(len(voice)))
            piece = np.take(voice, np.arange(start, start + len(sound)), mode="wrap")
            total += piece / max(float(np.sqrt(np.mean(piece**2))), 1e-4)
        return mixed(sound, total, ratio_db)

    return among


def other_song(sound: Sound, rng: Rng, around: Surroundings) -> Sound:
    """Another song at the same loudness, as when one is mixed into the next."""
    return mixed(sound, around.other(rng, len(sound)), 0.0)


def room(sound: Sound, rng: Rng, _around: Surroundings) -> Sound:
    """A room whose sound takes 0.9 s to fall by 60 dB, heard from where it is as loud as the music itself."""
    seconds = np.arange(int(0.9 * RATE_HZ)) / RATE_HZ
    tail = rng.standard_normal(len(seconds)) * 10 ** (-3 * seconds / 0.9)
    tail[: int(0.005 * RATE_HZ)] = 0
    tail /= np.sqrt(np.sum(tail**2))
    tail[0] = 1.0
    return np.asarray(signal.fftconvolve(sound, tail)[: len(sound)], np.float32)


def telephone(sound: Sound, _rng: Rng, _around: Surroundings) -> Sound:
    """300 to 3,400 Hz, 8 kHz, eight bits of µ-law (ITU-T G.711's curve)."""
    band = signal.butter(4, (300, 3400), "bandpass", fs=RATE_HZ, output="sos")
    narrow = np.clip(resampled(signal.sosfilt(band, sound).astype(np.float32), RATE_HZ, 8000), -1, 1)
    pressed = np.sign(narrow) * np.log1p(255 * np.abs(narrow)) / np.log(256)
    level = np.round(pressed * 127) / 127
    return resampled((np.sign(level) * (256 ** np.abs(level) - 1) / 255).astype(np.float32), 8000, RATE_HZ)


def _noise_then_mp3(sound: Sound, rng: Rng, around: Surroundings) -> Sound:
    return MP3(pink(10)(sound, rng, around), rng, around)


MP3 = coded("libmp3lame", "mp3", 44_100, 64_000)
OPUS = coded("libopus", "ogg", 48_000, 32_000)

CONDITIONS = (
    Condition("none", "clean"),
    Condition("mp3 64", "clean", then=MP3),
    Condition("opus 32", "clean", then=OPUS),
    *(Condition(f"pink {db} dB", "noise 10 and 5 dB" if db else "noise 0 dB", then=pink(db)) for db in (10, 5, 0)),
    *(Condition(f"babble {db} dB", "noise 10 and 5 dB" if db else "noise 0 dB", then=babble(db)) for db in (10, 5, 0)),
    Condition("another song", "another song", then=other_song),
    Condition("room", "room and telephone", then=room),
    Condition("telephone", "room and telephone", then=telephone),
    *(Condition(f"pitch {100 * by:+.0f} %", "pitch and tempo", pitch=1 + by) for by in (-0.05, -0.02, 0.02, 0.05)),
    *(Condition(f"tempo {100 * by:+.0f} %", "pitch and tempo", tempo=1 + by) for by in (-0.1, -0.05, 0.05, 0.1)),
    *(Condition(f"speed {100 * by:+.0f} %", "speed", 1 + by, 1 + by) for by in (-0.1, 0.05, 0.12)),
    Condition("speed +25 %", "speed +25 %, or with noise", 1.25, 1.25),
    Condition("speed +8 %, noise, mp3", "speed +25 %, or with noise", 1.08, 1.08, then=_noise_then_mp3),
)


def free(rng: Rng) -> Condition:
    """Pitch within 8 % and tempo within 12 %, each by itself."""
    pitch, tempo = rng.uniform(0.92, 1.08), rng.uniform(0.88, 1.12)
    return Condition("free pitch and tempo", "free pitch and tempo", tempo, pitch)


def wide(rng: Rng) -> Condition:
    """Half to one and a half of the speed, or pitch from 9 semitones down to 12 up, at random."""
    if rng.random() < 0.5:
        speed = rng.uniform(0.5, 1.5)
        return Condition("wide speed", "wide", speed, speed)
    return Condition("wide pitch", "wide", pitch=2 ** (rng.uniform(-9, 12) / 12))
