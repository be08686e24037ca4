"""What the door saw that an operator should hear of, as a file in the data folder: `antiphon doctor` reads it."""

import time
from pathlib import Path

from django.conf import settings

_AGAIN_S = 3600.0
_GOOD_S = 24 * 3600.0


def _path() -> Path:
    return Path(settings.DATA) / "guard" / "proxy-not-trusted"


def note_proxy(address: str) -> None:
    """Note a proxy inside that speaks for others and is not trusted; at most once an hour."""
    path = _path()
    if path.exists() and time.time() - path.stat().st_mtime < _AGAIN_S:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(address + "\n")


def proxy_not_trusted() -> str:
    """Return the address of such a proxy that was seen within a day; nothing where there was none."""
    path = _path()
    if not path.exists() or time.time() - path.stat().st_mtime > _GOOD_S:
        return ""
    return path.read_text().strip()[:64]
