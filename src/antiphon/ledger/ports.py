"""What the ledger needs from rooms above it; `site` fills it in."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol


class Replay(Protocol):
    """Whoever carries out again what a restored database has forgotten and the log has not."""

    def __call__(self, kind: str, private: Mapping[str, Any], at: datetime) -> None:
        """Bring this change about again: it happened at `at`, and its entry is in the log already.

        Called inside one transaction for all of them, in the order of the log, before anything is served. Do not
        append it again; `ledger.service.row_being_replayed()` is the id of its row. What raises undoes all of it.
        """
