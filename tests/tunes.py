"""Small generated music for identification: tones that come and go like a tune, the same for a seed."""

import io
import wave
from functools import lru_cache

import numpy as np
import numpy.typing as npt

HZ = 11_025
F32 = npt.NDArray[np.float32]


@lru_cache(maxsize=64)
def tune(seed: int, seconds: float = 30.0) -> F32:
    """A tune of three voices with overtones and a little noise: float32, mono, 11,025 Hz, about -12 dB."""
    rng = np.random.default_rng(seed)
    sound = np.zeros(int(seconds * HZ), np.float64)
    for voice in range(3):
        at = 0
        while at < len(sound):
            length = int(rng.integers(HZ // 8, HZ))
            hz = 110 * 2 ** (voice / 2 + rng.integers(0, 25) / 12 + rng.normal(0, 0.01))
            time = np.arange(min(length, len(sound) - at)) / HZ
            for overtone in range(1, 5):
                level = rng.uniform(0.2, 1) / overtone
                sound[at : at + len(time)] += level * np.sin(2 * np.pi * hz * overtone * time) * np.exp(-3 * time)
            at += length
    sound += rng.normal(0, 0.01, len(sound))
    return (0.25 * sound / np.abs(sound).max()).astype(np.float32)


def faster(sound: F32, factor: float) -> F32:
    """Play a sound at another speed, as a record player does; good enough below 3 kHz."""
    at = np.arange(0, len(sound) - 1, factor)
    return np.interp(at, np.arange(len(sound)), sound).astype(np.float32)


def noise(seconds: float, seed: int, level: float = 0.1) -> F32:
    return np.random.default_rng(seed).normal(0, level, int(seconds * HZ)).astype(np.float32)


def sweep(seconds: float) -> F32:
    """A sine from 100 Hz to 5 kHz."""
    time = np.arange(int(seconds * HZ)) / HZ
    rate = np.log(50) / seconds
    return (0.3 * np.sin(2 * np.pi * 100 * (np.exp(rate * time) - 1) / rate)).astype(np.float32)


def wav(sound: F32) -> bytes:
    """A sound as a WAV file."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(HZ)
        file.writeframes((np.clip(sound, -1, 1) * 32767).astype("<i2").tobytes())
    return out.getvalue()
