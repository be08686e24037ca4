"""The engine in use, made when it is first needed, and handing ids to it without ever failing a commit."""

import logging
import threading
from collections.abc import Callable
from functools import partial

from django.db import transaction

from antiphon.jobs.ports import Engine
from antiphon.kernel.errors import Unavailable

log = logging.getLogger(__name__)
_lock = threading.Lock()
_make: Callable[[], Engine] | None = None
_engine: Engine | None = None


def use_engine(make: Callable[[], Engine]) -> None:
    """Say how the site's engine is made; it is made at the first use."""
    global _make, _engine
    with _lock:
        _make, _engine = make, None


def engine() -> Engine:
    """Return the engine. Raises `Unavailable` when the site named none."""
    global _engine
    with _lock:
        if _engine is None:
            if _make is None:
                raise Unavailable("No job engine has been set up.", hint="This is a fault of the installation.")
            _engine = _make()
        return _engine


def send(job_id: int, delay_s: float = 0) -> None:
    """Hand an id to the engine. What it cannot take now, the sweeper hands over later: the row is safe."""
    try:
        engine().send(job_id, delay_s=delay_s)
    except Unavailable as error:
        log.warning("job %s waits for the sweeper: %s", job_id, error.message)


def send_on_commit(job_id: int, delay_s: float = 0) -> None:
    """Hand an id to the engine once the row can be seen by others."""
    transaction.on_commit(partial(send, job_id, delay_s))
