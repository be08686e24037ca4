"""The child process that makes the demo's music, `python -m antiphon.audio.engines.songs`: its start and its words."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from antiphon.kernel.errors import Unavailable

_COMMAND = [sys.executable, "-I", "-X", "utf8", "-m", "antiphon.audio.engines.songs"]
# Nothing of ours: it may hold secrets. One thread: the music is made beside whatever the site does.
_ENVIRONMENT = {"LANG": "C.UTF-8", "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}


@dataclass(frozen=True)
class Programme:
    """What the child says there is: artists, sets, and the order in which pieces are made."""

    artists: dict[str, dict[str, Any]]
    sets: dict[str, dict[str, Any]]
    order: list[str]

    def pieces(self) -> dict[str, tuple[dict[str, Any], dict[str, Any]]]:
        """Return each piece with its set, in the order of making."""
        found = {piece["slug"]: (piece, music_set) for music_set in self.sets.values() for piece in music_set["pieces"]}
        return {slug: found[slug] for slug in self.order}


def programme() -> Programme:
    """Ask the child what there is. Raises `Unavailable`."""
    [told] = sung(["--programme"])
    return Programme(
        artists={artist["slug"]: artist for artist in told["artists"]},
        sets={music_set["slug"]: music_set for music_set in told["sets"]},
        order=told["order"],
    )


def sung(arguments: list[str]) -> Iterator[dict[str, Any]]:
    """Run the child and yield what it tells, line by line; it ends with whoever stops listening."""
    command = [*_COMMAND, *arguments]
    nothing, pipe = subprocess.DEVNULL, subprocess.PIPE
    with tempfile.TemporaryFile() as complaints:
        with subprocess.Popen(command, stdin=nothing, stdout=pipe, stderr=complaints, env=_ENVIRONMENT) as child:  # noqa: S603
            try:
                for line in child.stdout or ():
                    yield json.loads(line)
            except BaseException:
                child.kill()
                raise
        if child.returncode:
            complaints.seek(0)
            last = complaints.read().decode(errors="replace").strip().splitlines()[-1:]
            raise Unavailable(
                _("The demo music could not be made."), subject=" ".join(last), hint=_("Run `antiphon demo` again.")
            )
