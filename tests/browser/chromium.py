"""Which Chromium the browser tests drive: the system's own, never one that was downloaded for the tests."""

import os
import shutil
import sys
from pathlib import Path

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
]
NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
MAC = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"


def find() -> str | None:
    """Return the path of a Chromium, from `CHROMIUM`, the search path or where macOS keeps it."""
    named = os.environ.get("CHROMIUM")
    if named:
        return named
    found = next((path for path in map(shutil.which, NAMES) if path), None)
    return found or (MAC if Path(MAC).exists() else None)


if __name__ == "__main__":
    if find() is None:
        print("SKIPPED: THE BROWSER TESTS DID NOT RUN. There is no Chromium here.")
        print("On Debian: apt install chromium. Elsewhere: set CHROMIUM to its path.")
        sys.exit(1)
