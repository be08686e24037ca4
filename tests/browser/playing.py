"""Reads the player from inside: what plays, where it is, and whether the sound itself ever stood still."""

import itertools
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page

# Sound that is played twice for less time than this is no echo to anybody: the ear fuses what follows within some 30 ms
# with what came before it (Haas, 1951). Chromium's clock is an estimate, and may itself be put right by a few.
REPEAT_NOBODY_HEARS_S = 0.03

_STATE = """() => {
  const player = document.querySelector("antiphon-player");
  const { audio, gain } = player.sound.deck;
  return {
    title: player.queue.current?.title ?? "", titles: player.queue.items.map((item) => item.title),
    index: player.queue.index, playing: player.playing, time: player.time, duration: player.duration,
    muted: audio.muted, volume: audio.volume, gain: gain ? gain.gain.value : null,
    paused: audio.paused, src: audio.getAttribute("src") ?? "",
  };
}"""
# Samples of the element's own clock beside what it should have kept up with: the wall's, or the sound output's where
# that was slower, for an output which a busy machine starves stands still for whoever plays. A late sample is no gap:
# what counts is how far the sound fell behind.
_LISTEN = """() => {
  const { audio } = document.querySelector("antiphon-player").sound.deck;
  clearInterval(window.heard?.timer);
  const output = window.heard?.output ?? new AudioContext();
  const samples = [];
  let due = 0, then = null;
  const timer = setInterval(() => {
    const now = { wall: performance.now() / 1000, output: output.currentTime };
    if (then) due += Math.min(now.wall - then.wall, now.output - then.output);
    then = now;
    samples.push([due, audio.currentTime]);
  }, 100);
  window.heard = { audio, samples, timer, output };
}"""


@dataclass(frozen=True)
class Heard:
    """What was sampled: whether the same element still sounds, how far it came, the longest time it fell behind, and
    how much of the sound was played twice at most.
    """

    same: bool
    seconds: float
    longest_gap_s: float
    fell_back_s: float


def state(page: Page) -> dict[str, Any]:
    found: dict[str, Any] = page.evaluate(_STATE)
    return found


def wait_until(page: Page, condition: str, argument: Any = None) -> None:
    """Wait for an expression over `player` (and `arg`) to hold."""
    body = f"(arg) => {{ const player = document.querySelector('antiphon-player'); return {condition}; }}"
    page.wait_for_function(body, arg=argument)


def wait_for_sound(page: Page, title: str = "", beyond_s: float = 0.0) -> None:
    """Wait until a track plays and its clock runs past a second."""
    condition = "(!arg[0] || player.queue.current?.title === arg[0]) && player.playing && player.time > arg[1]"
    wait_until(page, condition, [title, beyond_s])


def listen(page: Page) -> None:
    """Begin to sample, afresh. A page that is loaded anew forgets it, which is how a reload would show."""
    page.evaluate(_LISTEN)


def heard(page: Page) -> Heard:
    """Return what was sampled since `listen`, once that is a second's worth."""
    page.wait_for_function("() => !window.heard || window.heard.samples.length >= 10")
    found = page.evaluate(
        """() => window.heard && {
          same: window.heard.audio === document.querySelector("antiphon-player").sound.deck.audio,
          samples: window.heard.samples,
        }"""
    )
    assert found, "the page was loaded anew"
    samples: list[tuple[float, float]] = found["samples"]
    assert samples[-1][0] > 0, "there is no sound output to compare with"
    # How much time passed beyond the sound's own, and its worst fall within the samples.
    behind = [due - sound for due, sound in samples]
    least, longest = behind[0], 0.0
    for late in behind:
        least = min(least, late)
        longest = max(longest, late - least)
    furthest = itertools.accumulate((sound for _, sound in samples), max)
    fell_back = max(most - sound for most, (_, sound) in zip(furthest, samples, strict=True))
    return Heard(found["same"], samples[-1][1] - samples[0][1], longest, fell_back)
