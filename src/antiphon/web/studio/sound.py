"""How a recording measures: the technical report as pictures, figures and advice."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from antiphon.audio import service as audio
from antiphon.audio.core.report import CLIFF_DB
from antiphon.catalogue import service as catalogue
from antiphon.web.studio import charts
from antiphon.web.studio.asking import person, signed_in
from antiphon.web.templatetags.look import clock

Figures = list[tuple[str, str]]


@signed_in
@require_safe
def sound(request: HttpRequest, track_id: int) -> HttpResponse:
    """Show the report of the recording that a track plays now."""
    track = catalogue.own_track(person(request), track_id)
    recording = track.recording if track.recording and track.recording.report else None
    context: dict[str, object] = {"track": track, "recording": recording}
    if recording is not None:
        report = recording.report
        context |= {
            "spectrum": charts.spectrum(report.get("thirds", []), _edge(report)),
            "curve": charts.curve(report.get("short_term_lufs", []), recording.loudness_lufs),
            "gauge": charts.gauge(recording.loudness_lufs),
            "field": charts.field(report.get("stereo", {})),
            "figures": figures(recording, report),
            "advice": audio.advice_for(recording),
        }
    return render(request, "studio/sound.html", context)


def _edge(report: Mapping[str, Any]) -> float | None:
    """Return where the top end stops, if it stops abruptly: music that fades out has no edge worth a line."""
    return report.get("bandwidth_hz") if (report.get("cliff_db") or 0) >= CLIFF_DB else None


def figures(recording: catalogue.Recording, report: Mapping[str, Any]) -> Figures:
    """Return every figure of the report with its name, in words and units."""
    silence, stereo = report.get("silence", {}), report.get("stereo", {})
    clipping = report.get("clipping", {})
    return [
        (_("Length"), clock(recording.duration_ms)),
        (_("Format"), f"{recording.container.upper()}, {recording.codec}"),
        (_("Sample rate"), _number(recording.rate_hz, "Hz", 0)),
        (_("Channels"), _number(recording.channels, "", 0)),
        (_("Integrated loudness"), _number(recording.loudness_lufs, "LUFS")),
        (_("Loudness range"), _number(recording.loudness_range_lu, "LU")),
        (_("True peak"), _number(recording.true_peak_dbtp, "dBTP")),
        (_("Sample peak"), _number(report.get("sample_peak_dbfs"), "dBFS")),
        (_("Clipped stretches"), _number(clipping.get("runs"), "", 0)),
        (_("Clipped samples"), _number(clipping.get("samples"), "", 0)),
        (_("Silence at the start"), _seconds(silence.get("start_ms"))),
        (_("Silence at the end"), _seconds(silence.get("end_ms"))),
        (_("Longest silence between"), _seconds(silence.get("longest_ms"))),
        (_("Stereo correlation"), _number(stereo.get("correlation"), "", 2)),
        (_("Stereo width"), _number(stereo.get("width"), "", 2)),
        (_("Balance (right is positive)"), _number(stereo.get("balance_db"), "dB")),
        (_("Offset from zero"), _number(report.get("dc_offset"), "", 5)),
        (_("Top end stops at"), _number(_edge(report), "Hz", 0)),
    ]


def _number(value: float | None, unit: str, digits: int = 1) -> str:
    """Write a figure as people read it: rounded, without a minus before nothing, and with a real minus sign."""
    if value is None:
        return "–"
    text = f"{value:.{digits}f}"
    if float(text) == 0:
        text = text.lstrip("-")
    return f"{number_format(text, digits, force_grouping=digits == 0)} {unit}".strip().replace("-", "−")


def _seconds(value: float | None) -> str:
    return "–" if value is None else _("%(seconds)s s") % {"seconds": _number(value / 1000, "")}
