"""Advice from a recording's technical report, in sentences for a musician. Pure, and cheap to import.

Owns the thresholds and the words; the numbers are measured by `engines.measure` and `engines.spectrum`. The words are
English and marked for translation; `service.advice_for` translates them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from antiphon.audio.core.failures import clock_time, gettext_noop

GOOD, HINT, WARNING = "good", "hint", "warning"

LOUD_LUFS = -8.0  # players turn -14 LUFS to be equal; what was crushed to get above -8 stays crushed
QUIET_LUFS = -24.0
PEAK_LIMIT_DBTP = -1.0  # EBU R128 and AES TD1008: lossy coding overshoots by about a decibel
LONG_SILENCE_MS = 3000
END_SILENCE_MS = 5000
OFFSET = 0.005
IMBALANCE_DB = 3.0
CLIFF_DB = 18.0
LOSSY_EDGE_HZ = (10_000, 20_200)


@dataclass(frozen=True)
class Advice:
    """One sentence: how much it matters (good, hint, warning), which finding it is, and its values."""

    level: str
    code: str
    sentence: str
    values: dict[str, str] = field(default_factory=dict)

    def in_english(self) -> str:
        return self.sentence % self.values


def advice(report: Mapping[str, Any], *, loudness_lufs: float | None, true_peak_dbtp: float | None) -> list[Advice]:
    """Return what is worth saying, the gravest first; one good word when nothing is. Takes any report, even empty."""
    found = [
        *_damage(report.get("damage", {})),
        *_levels(report.get("clipping", {}), loudness_lufs, true_peak_dbtp),
        *_stereo(report.get("stereo", {})),
        *_silence(report.get("silence", {}), loudness_lufs),
        *_origin(report),
    ]
    if not found and report:
        found.append(Advice(GOOD, "clean", gettext_noop("Nothing to mend: level, stereo and spectrum look healthy.")))
    order = (WARNING, HINT, GOOD)
    return sorted(found, key=lambda one: order.index(one.level))


def _levels(clipping: Mapping[str, int], lufs: float | None, peak: float | None) -> Iterator[Advice]:
    runs = clipping.get("runs", 0)
    if runs:
        words = gettext_noop(
            "The sound hits full scale and is cut flat %(count)s times. Lower the limiter's output, or the mix, and "
            "export again."
        )
        yield Advice(WARNING if runs > 10 else HINT, "clipping", words, {"count": str(runs)})
    if peak is not None and peak > PEAK_LIMIT_DBTP:
        words = gettext_noop(
            "The true peak is %(peak)s dBTP. Above −1 dBTP the encoded copies may distort on some players: lower the "
            "ceiling of your limiter to −1 dBTP."
        )
        yield Advice(WARNING if peak > 0 else HINT, "true-peak", words, {"peak": f"{peak:+.1f}".replace("-", "−")})
    if lufs is not None and lufs > LOUD_LUFS:
        words = gettext_noop(
            "At %(loudness)s LUFS this is mastered very loud. Players turn it down to match other tracks, so a gentler "
            "master would keep more punch at the same volume."
        )
        yield Advice(HINT, "loud", words, {"loudness": f"{lufs:.1f}".replace("-", "−")})
    if lufs is not None and lufs < QUIET_LUFS:
        words = gettext_noop(
            "At %(loudness)s LUFS this is very quiet. If that is not meant, raise the level before you export."
        )
        yield Advice(HINT, "quiet", words, {"loudness": f"{lufs:.1f}".replace("-", "−")})


def _stereo(stereo: Mapping[str, Any]) -> Iterator[Advice]:
    if stereo.get("mono"):
        yield Advice(HINT, "mono", gettext_noop("Left and right are the same: this is mono."))
        return
    correlation, balance = stereo.get("correlation"), stereo.get("balance_db")
    if correlation is not None and correlation < -0.2:
        words = gettext_noop(
            "Left and right work against each other (correlation %(correlation)s). On one loudspeaker much of the "
            "sound will vanish: check the polarity of your tracks."
        )
        yield Advice(WARNING, "out-of-phase", words, {"correlation": f"{correlation:.2f}".replace("-", "−")})
    if balance is not None and abs(balance) > IMBALANCE_DB:
        words = (
            gettext_noop("The right channel is %(difference)s dB louder than the left.")
            if balance > 0
            else gettext_noop("The left channel is %(difference)s dB louder than the right.")
        )
        yield Advice(HINT, "balance", words, {"difference": f"{abs(balance):.1f}"})
    elif balance is None and stereo.get("width") is not None:
        yield Advice(WARNING, "one-sided", gettext_noop("One of the two channels is silent."))


def _silence(silence: Mapping[str, int], lufs: float | None) -> Iterator[Advice]:
    if lufs is None:
        yield Advice(WARNING, "silent", gettext_noop("There is no loudness to measure: the whole track is silent."))
        return
    if silence.get("start_ms", 0) > LONG_SILENCE_MS:
        words = gettext_noop("It starts with %(seconds)s seconds of silence. Listeners may think it does not play.")
        yield Advice(HINT, "silence-start", words, {"seconds": f"{silence['start_ms'] / 1000:.0f}"})
    if silence.get("longest_ms", 0) > END_SILENCE_MS:
        words = gettext_noop("There are %(seconds)s seconds of silence at %(time)s.")
        at = clock_time(silence.get("longest_at_ms", 0) / 1000)
        yield Advice(HINT, "silence-inside", words, {"seconds": f"{silence['longest_ms'] / 1000:.0f}", "time": at})
    if silence.get("end_ms", 0) > END_SILENCE_MS:
        words = gettext_noop("It ends with %(seconds)s seconds of silence.")
        yield Advice(HINT, "silence-end", words, {"seconds": f"{silence['end_ms'] / 1000:.0f}"})


def _origin(report: Mapping[str, Any]) -> Iterator[Advice]:
    source = report.get("source", {})
    edge, cliff = report.get("bandwidth_hz"), report.get("cliff_db")
    lossless = bool(source.get("lossless"))
    cut = edge is not None and LOSSY_EDGE_HZ[0] <= edge <= LOSSY_EDGE_HZ[1]
    if edge and cut and lossless and cliff is not None and cliff >= CLIFF_DB and source.get("rate_hz", 0) >= 44_100:
        words = gettext_noop(
            "Everything above %(edge)s kHz is missing, as if this had been an MP3 before. If you have the original "
            "mix, upload that: it will sound better."
        )
        yield Advice(HINT, "band-limited", words, {"edge": f"{edge / 1000:.1f}"})
    if report.get("dc_offset", 0) > OFFSET:
        words = gettext_noop(
            "The waveform does not rest at zero (DC offset %(offset)s %%). A high-pass filter at 20 Hz removes it."
        )
        yield Advice(HINT, "dc-offset", words, {"offset": f"{100 * report['dc_offset']:.1f}"})
    if source.get("channels", 0) > 2:
        words = gettext_noop("The file has %(channels)s channels; listeners hear a stereo mix of them.")
        yield Advice(HINT, "downmix", words, {"channels": str(source["channels"])})


def _damage(damage: Mapping[str, int]) -> Iterator[Advice]:
    if damage.get("bad_packets"):
        words = gettext_noop(
            "%(bad)s of %(packets)s pieces of the file could not be read and are missing from what listeners hear. "
            "Export it again if you can."
        )
        values = {"bad": str(damage["bad_packets"]), "packets": str(damage.get("packets", 0))}
        yield Advice(WARNING, "damaged", words, values)
    if damage.get("repaired_samples"):
        words = gettext_noop("%(count)s samples were not usable numbers and were made silent.")
        yield Advice(WARNING, "repaired", words, {"count": str(damage["repaired_samples"])})
