"""Folders to work in, and originals as local files. Nothing here outlives the job that asked for it."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from antiphon.audio.core.failures import Failure
from antiphon.kernel.errors import NotFound
from antiphon.storage import service as storage


@contextmanager
def workspace(name: str) -> Iterator[Path]:
    """Give an empty folder on the store's side of the disk; remove it, and what a killed run of `name` left."""
    root = settings.DATA / "tmp"
    for left in root.glob(f"audio-{name}-*"):
        shutil.rmtree(left, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix=f"audio-{name}-", dir=root))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def local_file(key: str, folder: Path) -> Path:
    """Return a stored file as a local path, fetched into `folder` where the store is far. Raises `Failure`."""
    store = storage.files()
    try:
        path = store.local_path(key)
        if path is not None:
            if not path.is_file():
                raise Failure("missing")
            return path
        path = folder / "original"
        with store.open(key) as source, path.open("wb") as target:
            shutil.copyfileobj(source, target, 1024 * 1024)
    except NotFound as error:
        raise Failure("missing") from error
    return path
