"""A clock that can be moved, a log for the letters' ends, and letters that a mail server took."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from antiphon.jobs import service as jobs
from antiphon.kernel import clock
from antiphon.mail import service as mail
from antiphon.mail.models import Letter
from antiphon.storage.local import LocalFiles

NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)
DAY = timedelta(days=1)
Move = Callable[[timedelta], None]
Send = Callable[..., Letter]


@pytest.fixture(autouse=True)
def travel(monkeypatch: pytest.MonkeyPatch, file_store: LocalFiles, db: None) -> Move:
    now = [NOON]
    monkeypatch.setattr(clock, "now", lambda: now[0])

    def move(by: timedelta) -> None:
        now[0] += by

    return move


@pytest.fixture
def send() -> Send:
    """Post a letter and have it taken."""
    count = iter(range(1000))

    def one(to: str = "ada@example.org", key: str = "") -> Letter:
        key = key or f"test:{next(count)}"
        mail.post(to, "Hello", "Words to a person.", key=key)
        jobs.run_due()
        letter = Letter.objects.get(key=key)
        assert letter.state == Letter.State.SENT
        return letter

    return one
