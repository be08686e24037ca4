"""Pictures on their way in."""

import tempfile
from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from antiphon.audio import service as audio


def accept(file: "UploadedFile[bytes]", *, kind: str, subject_id: int) -> None:
    """Hand a picture to the room that checks and cuts it. Raises what `audio.accept_picture` raises."""
    with tempfile.NamedTemporaryFile(dir=settings.DATA / "tmp", suffix=".picture") as kept:
        for chunk in file.chunks():
            kept.write(chunk)
        kept.flush()
        audio.accept_picture(Path(kept.name), kind=kind, subject_id=subject_id)
