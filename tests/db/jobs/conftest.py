"""A queue without workers: jobs are declared for one test, and run when it says so."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from antiphon.jobs import carrying, registry, service
from antiphon.jobs.engines.memory_engine import MemoryEngine
from antiphon.kernel import clock


@pytest.fixture(autouse=True)
def engine(monkeypatch: pytest.MonkeyPatch) -> MemoryEngine:
    engine = MemoryEngine()
    monkeypatch.setattr(carrying, "_engine", engine)
    return engine


@pytest.fixture
def declare(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Declare jobs that are forgotten after the test; no periodic job of the site runs meanwhile."""
    monkeypatch.setattr(registry, "_kinds", dict(registry._kinds))
    monkeypatch.setattr(registry, "_periods", {})

    def declare(function: Callable[..., Any], name: str = "test.job", **how: Any) -> None:
        service.job(name, **how)(function)

    return declare


@pytest.fixture
def seen(declare: Callable[..., None]) -> list[int]:
    """What the job `test.job` was called with."""
    seen: list[int] = []
    declare(lambda number=0: seen.append(number))
    return seen


@pytest.fixture
def at_noon() -> Iterator[None]:
    with clock.frozen(clock.now()):
        yield
