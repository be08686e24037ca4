"""Where it sounds: a hall made of decaying noise, laid over the music by FFT, and echoes that darken as they go."""

from dataclasses import dataclass

import numpy as np

from antiphon.audio.engines.songs.tones import RATE, Samples, frames_of

_BANDS_HZ = (0, 200, 500, 1200, 2800, 6000, 22_050)


@dataclass(frozen=True)
class Room:
    """A hall and an echo. Decays are seconds until 60 dB down, in the middle of the spectrum."""

    decay_s: float = 1.8
    warmth: float = 1.0  # how much longer the lows ring
    air: float = 0.35  # how long the highs ring, against the middle
    before_s: float = 0.018
    build_s: float = 0.012  # how slowly the first reflections gather: large rooms take their time
    level: float = 1.0
    echo_s: float = 0.0
    echo_keep: float = 0.5  # of each echo in the next
    echo_cut_hz: float = 3200.0
    echo_floor_hz: float = 180.0


def impulse(room: Room, seed: int) -> Samples:
    """Return the hall's answer to a clap, shape (2, frames): noise in six bands, each dying at its own pace."""
    rng = np.random.default_rng(seed)
    frames = frames_of(room.decay_s * max(1.0, room.warmth) * 0.92)
    size = 1 << (frames - 1).bit_length()
    t = np.arange(frames, dtype=np.float32) / RATE
    f = np.fft.rfftfreq(size, 1 / RATE)
    pace = np.interp(
        np.arange(6), [0, 1, 3, 5], [room.decay_s * room.warmth, room.decay_s * room.warmth, room.decay_s,
                                     room.decay_s * room.air]
    )  # fmt: skip
    wave = np.zeros((2, frames), np.float32)
    for side in range(2):
        spectrum = np.fft.rfft(rng.standard_normal(size, dtype=np.float32))
        for band in range(6):
            low, high = _BANDS_HZ[band], _BANDS_HZ[band + 1]
            mask = 1 / (1 + (f / high) ** 8)
            if low:
                mask -= 1 / (1 + (f / low) ** 8)
            part = np.fft.irfft(spectrum * mask.astype(np.float32), size)[:frames]
            wave[side] += part * np.exp(-6.9078 * t / np.float32(pace[band]))
    wave *= 1 - np.exp(-t / np.float32(room.build_s))
    wave *= np.float32(0.62 / np.sqrt(np.mean(np.sum(wave.astype(np.float64) ** 2, axis=1))))
    _reflect(wave, rng, room)
    ready = np.zeros((2, frames + frames_of(room.before_s)), np.float32)
    ready[:, frames_of(room.before_s) :] = wave
    ready[:, -400:] *= np.linspace(1, 0, 400, dtype=np.float32)
    return ready


def _reflect(wave: Samples, rng: np.random.Generator, room: Room) -> None:
    """The walls' first answers, apart enough to be told from each other."""
    for number in range(9):
        at = frames_of(0.004 + 0.0065 * number + 0.004 * rng.random() + room.build_s * 0.5)
        gain = np.float32(0.16 * 0.8**number * (1 if rng.random() < 0.5 else -1))
        left = np.float32(rng.uniform(0.25, 0.95))
        if at < wave.shape[1]:
            wave[0, at] += gain * left
            wave[1, at] += gain * np.sqrt(1 - left**2)


def add_hall(dry: Samples, wet: Samples, answer: Samples, level: float) -> None:
    """Lay a hall over what was sent to it, and add that to the dry sound, in place; what rings beyond the end is cut.

    Overlap-add, one side after the other: a whole piece in one transform would take too much memory.
    """
    size = 1 << int(answer.shape[1] * 2 - 1).bit_length()
    block = size - answer.shape[1] + 1
    frames = dry.shape[1]
    for side in range(2):
        kernel = np.fft.rfft(answer[side] * np.float32(level), size)
        for start in range(0, frames, block):
            piece = wet[side, start : start + block]
            if piece.any():
                rung = np.fft.irfft(np.fft.rfft(piece, size) * kernel, size)[: frames - start]
                dry[side, start : start + len(rung)] += rung


def echoes(send: Samples, room: Room) -> Samples:
    """Return the echoes of a send: each quieter and narrower than the last, from side to side."""
    out = np.zeros_like(send)
    gap = frames_of(room.echo_s)
    for side in range(2):
        heard = _narrow(send[side], room)
        keep, number = 1.0, 1
        while keep > 0.03 and number * gap < len(heard):
            out[side if number % 2 else 1 - side, number * gap :] += heard[: len(heard) - number * gap] * np.float32(
                keep
            )
            keep *= room.echo_keep
            number += 1
            if number % 2:
                heard = _narrow(heard, room)
    return out


def _narrow(wave: Samples, room: Room) -> Samples:
    """Take the highs and the lows off, as a tape does each time round. In blocks: the whole would be too large."""
    size, margin = 1 << 17, 4096
    f = np.fft.rfftfreq(size, 1 / RATE)
    gain = (1 / (1 + (f / room.echo_cut_hz) ** 4)).astype(np.float32)
    gain[1:] *= 1 / (1 + (room.echo_floor_hz / f[1:]) ** 4)
    gain[0] = 0
    out = np.empty_like(wave)
    step = size - 2 * margin
    for start in range(0, len(wave), step):
        low, high = max(0, start - margin), min(len(wave), start + step + margin)
        part = np.fft.irfft(np.fft.rfft(wave[low:high], size) * gain, size)
        stop = min(len(wave), start + step)
        out[start:stop] = part[start - low : stop - low]
    return out
