"""Is the program itself whole: Python, libraries, the bundle of the pages, the fence around decoding."""

import platform
import re
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

from django.contrib.staticfiles import finders

from antiphon.audio import service as audio
from antiphon.cli.ports import Finding, Verdict

OLDEST_PYTHON = (3, 11)
NEEDED = ("django", "django-allauth", "django-ninja", "granian", "huey", "av", "numpy", "pillow", "mutagen")
_PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)\s*(;.*)?")


def versions() -> Iterator[Finding]:
    """Python is new enough, and each library is the one that this version was locked to."""
    here = platform.python_version()
    if sys.version_info[:2] < OLDEST_PYTHON:
        yield Finding("Python", Verdict.PROBLEM, f"{here} is too old.", "Install Python 3.11 or newer.")
    missing = [name for name in NEEDED if version_of(name) is None]
    if missing:
        yield Finding("libraries", Verdict.PROBLEM, f"Missing: {', '.join(missing)}.", "Run `make run` once.")
        return
    other = [
        f"{name} {have} instead of {want}"
        for name, want in locked().items()
        if (have := version_of(name)) not in (None, want)
    ]
    if other:
        words = f"Not the versions this release was tested with: {', '.join(other)}."
        yield Finding("libraries", Verdict.NOTE, words, "Run `make run` once; it installs the locked ones.")
    yield Finding("versions", Verdict.GOOD, f"Antiphon {metadata.version('antiphon')} on Python {here}.")


def version_of(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def locked() -> dict[str, str]:
    """Versions in the lock file, where this runs from a checkout; pins for other systems are left out."""
    path = Path(__file__).resolve().parents[4] / "requirements" / "app.txt"
    if not path.is_file():
        return {}
    pins = (_PIN.match(line) for line in path.read_text(encoding="utf-8").splitlines())
    return {pin[1]: pin[2] for pin in pins if pin and not pin[3]}


def bundle() -> Iterator[Finding]:
    """The pages' scripts and styles were built."""
    missing = [name for name in ("bundle/app.js", "bundle/app.css") if finders.find(name) is None]
    if missing:
        words = f"{', '.join(missing)} was not built, so pages have no style and no player."
        yield Finding("bundle", Verdict.PROBLEM, words, "Run `make assets`.")
    else:
        yield Finding("bundle", Verdict.GOOD, "Scripts and styles are built.")


def sandbox() -> Iterator[Finding]:
    """Which fences stand around the process that opens strangers' files."""
    report = audio.sandbox_report()
    gaps = sorted(name for name, holds in report.items() if not holds)
    if gaps:
        words = f"Uploads are decoded without: {', '.join(gaps)}."
        advice = "A newer Linux kernel has all of them; until then, run the worker as a user who owns little."
        yield Finding("sandbox", Verdict.NOTE, words, advice, dict(report))
    else:
        yield Finding("sandbox", Verdict.GOOD, f"Uploads are decoded behind {len(report)} fences.", "", dict(report))


def listening() -> Iterator[Finding]:
    """Which fences stand around the process in which software listens to music."""
    report = audio.broker_report()
    gaps = sorted(name for name, holds in report.items() if not holds)
    if not gaps:
        words = f"Software listens behind {len(report)} fences: no files, no network, no other processes."
        yield Finding("listening software", Verdict.GOOD, words, "", dict(report))
        return
    words = f"Software listens to music without these fences, which this system cannot enforce: {', '.join(gaps)}."
    advice = "Linux 5.13 or newer with Landlock and seccomp has them all; until then, run the worker as its own user."
    # Without these, an engine could read what nobody permitted: a promise to the creators is not kept.
    grave = {"files", "network", "start"} & set(gaps)
    yield Finding("listening software", Verdict.PROBLEM if grave else Verdict.NOTE, words, advice, dict(report))
