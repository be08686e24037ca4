"""Collected static files: gathered again only when one of their sources has changed, with compressed copies beside."""

import gzip
import hashlib
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command

_WORTH_PACKING = {".css", ".js", ".svg", ".json", ".txt", ".html", ".map", ".webmanifest"}


def _stamp() -> str:
    """A hash over name, size and time of every source."""
    seen = hashlib.sha256()
    for finder in get_finders():
        for name, storage in sorted(finder.list(["node_modules"]), key=lambda found: found[0]):
            stat = Path(storage.path(name)).stat()
            seen.update(f"{name}\0{stat.st_size}\0{stat.st_mtime_ns}\n".encode())
    return seen.hexdigest()


def collect_when_changed() -> bool:
    """Bring the collected files up to date; tell whether there was anything to do. Old names stay, for open pages."""
    root = Path(settings.STATIC_ROOT)
    note, stamp = root / ".stamp", _stamp()
    if note.is_file() and note.read_text(encoding="ascii") == stamp:
        return False
    root.mkdir(parents=True, exist_ok=True)
    note.unlink(missing_ok=True)
    call_command("collectstatic", interactive=False, verbosity=0)
    for path in root.rglob("*"):
        if path.suffix in _WORTH_PACKING and path.is_file():
            _pack(path)
    note.write_text(stamp, encoding="ascii")
    return True


def _pack(path: Path) -> None:
    packed = path.with_name(path.name + ".gz")
    if packed.is_file() and packed.stat().st_mtime_ns >= path.stat().st_mtime_ns:
        return
    content = path.read_bytes()
    small = gzip.compress(content, 9, mtime=0)
    if len(small) < len(content) * 0.9:
        packed.write_bytes(small)
    else:
        packed.unlink(missing_ok=True)
