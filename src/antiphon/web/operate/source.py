"""The source of what is running, as AGPL section 13 asks."""

import tarfile
import tempfile
from functools import cache
from pathlib import Path

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

import antiphon

PACKAGE = Path(antiphon.__file__).resolve().parent
# Beside a checkout's `src`, these and nothing else: what an operator keeps there is not ours to give away.
PROJECT = (
    "LICENSE", "README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "Makefile", "pyproject.toml",
    "requirements", "docs", "tests", "bench", "tools", ".ci",
)  # fmt: skip
_LEFT_OUT = frozenset({"node_modules", "__pycache__", "out", ".venv", ".cache"})


@require_safe
def source(request: HttpRequest) -> HttpResponse:
    """Lead to the source, or say what the archive holds."""
    if settings.ANTIPHON.source_url:
        return redirect(settings.ANTIPHON.source_url)
    return render(request, "operate/source.html", {"version": antiphon.__version__, "file_name": _file_name()})


@require_safe
def archive(request: HttpRequest) -> HttpResponse | FileResponse:
    """Send the source of what is running as tar.gz."""
    return FileResponse(packed().open("rb"), as_attachment=True, filename=_file_name(), content_type="application/gzip")


@cache
def packed() -> Path:
    """Pack the source once in a process's life, into the data folder's tmp; return the file."""
    with (
        tempfile.NamedTemporaryFile(dir=settings.DATA / "tmp", prefix="source-", suffix=".tar.gz", delete=False) as out,
        tarfile.open(fileobj=out, mode="w:gz", compresslevel=6) as tar,
    ):
        root = f"antiphon-{antiphon.__version__}"
        checkout = PACKAGE.parent.parent
        if (checkout / "pyproject.toml").is_file() and PACKAGE.parent.name == "src":
            for name in PROJECT:
                if (checkout / name).exists():
                    tar.add(checkout / name, f"{root}/{name}", filter=_plain)
            tar.add(PACKAGE, f"{root}/src/antiphon", filter=_plain)
        else:
            tar.add(PACKAGE, f"{root}/antiphon", filter=_plain)
    kept = settings.DATA / "tmp" / "source.tar.gz"
    return Path(out.name).replace(kept)


def _plain(entry: tarfile.TarInfo) -> tarfile.TarInfo | None:
    """Keep folders and plain files, without what is built from them and without whose machine it was."""
    name = entry.name.rsplit("/", 1)[-1]
    if name in _LEFT_OUT or name.endswith(".pyc") or not (entry.isdir() or entry.isreg()):
        return None
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = ""
    entry.mode = 0o755 if entry.isdir() or entry.mode & 0o100 else 0o644
    return entry


def _file_name() -> str:
    return f"antiphon-{antiphon.__version__}.tar.gz"
