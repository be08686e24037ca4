"""Which fences stand around the process that opens strangers' files."""

from antiphon.audio import sandbox
from antiphon.audio.core.failures import Failure
from antiphon.audio.service.workspace import workspace


def sandbox_report() -> dict[str, bool]:
    """Start the limited process once and say which fence held, by name; one that cannot start holds none."""
    with workspace("fences") as folder:
        try:
            return sandbox.fences(folder)
        except Failure:
            return {"start": False}
