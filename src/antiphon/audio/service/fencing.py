"""Which fences stand around the processes that open strangers' files, and around those that listen to music."""

from pathlib import Path

from antiphon.audio import broker, sandbox
from antiphon.audio.core.failures import Failure
from antiphon.audio.service.workspace import workspace


def sandbox_report() -> dict[str, bool]:
    """Start the limited process once and say which fence held, by name; one that cannot start holds none."""
    with workspace("fences") as folder:
        try:
            return sandbox.fences(folder)
        except Failure:
            return {"start": False}


def broker_report() -> dict[str, bool]:
    """The same for the process in which software listens: it tries to climb out, and says where it could."""
    try:
        return broker.fences(Path("/etc/hosts"))
    except Failure:
        return {"start": False}
