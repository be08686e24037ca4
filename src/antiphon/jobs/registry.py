"""Which jobs there are. Owns the table of names; what a run looks like is `running`."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from antiphon.kernel.errors import NotFound

F = TypeVar("F", bound=Callable[..., Any])
_RESERVED = frozenset({"name", "subject", "key", "delay_s"})


@dataclass(frozen=True)
class Kind:
    """A job by name, and how often and how long it may run."""

    name: str
    function: Callable[..., Any]
    attempts: int
    lease_s: float
    takes_context: bool
    signature: inspect.Signature
    when_dead: Callable[..., Any] | None

    def check(self, args: dict[str, Any]) -> None:
        """Raise `TypeError` when the function could not be called with these arguments."""
        try:
            self.signature.bind(**args)
        except TypeError as error:
            raise TypeError(f"the job {self.name} cannot be called like this: {error}") from error


_kinds: dict[str, Kind] = {}
_periods: dict[str, float] = {}


def job(
    name: str, *, attempts: int = 5, lease_s: float = 60, when_dead: Callable[..., Any] | None = None
) -> Callable[[F], F]:
    """Make a function of keyword arguments a job, under a name such as `audio.first_pass`.

    It may run twice, so it must be idempotent. With a parameter `ctx` it is given a `JobContext`. `lease_s`:
    seconds it may work between two heartbeats before it counts as lost. `when_dead(reason, **args)` is called
    once, in the transaction that gives the job up, also when it died with its worker.
    """

    def declare(function: F) -> F:
        signature = inspect.signature(function)
        wanted = [parameter for parameter in signature.parameters.values() if parameter.name != "ctx"]
        clash = _RESERVED & {parameter.name for parameter in wanted}
        if clash:
            raise TypeError(f"the job {name} may not have a parameter called {min(clash)}")
        known = _kinds.get(name)
        if known is not None and known.function.__qualname__ != function.__qualname__:
            raise TypeError(f"two jobs are called {name}")
        _kinds[name] = Kind(
            name=name,
            function=function,
            attempts=attempts,
            lease_s=lease_s,
            takes_context="ctx" in signature.parameters,
            signature=signature.replace(parameters=wanted),
            when_dead=when_dead,
        )
        return function

    return declare


def every(name: str, seconds: float) -> None:
    """Declare that a job without arguments runs again and again, in whichever worker."""
    kind(name).check({})
    _periods[name] = seconds


def kind(name: str) -> Kind:
    """Return the job of that name. Raises `NotFound`."""
    found = _kinds.get(name)
    if found is None:
        raise NotFound(f"There is no job called {name}.", subject=name, hint="Is its room's jobs.py imported?")
    return found


def names() -> list[str]:
    """Every job's name, sorted."""
    return sorted(_kinds)


def periods() -> dict[str, float]:
    """Seconds between two runs, by the name of each periodic job."""
    return dict(_periods)
