"""What the command line needs of the site as a whole; `site.wiring` fills it in."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol

from antiphon.kernel.errors import Unavailable


class Verdict(StrEnum):
    """How a check of the installation ended. `NOTE` is worth knowing; only `PROBLEM` makes the exit status 1."""

    GOOD = "good"
    NOTE = "note"
    PROBLEM = "problem"


@dataclass(frozen=True)
class Finding:
    """One line of the doctor: what was looked at, what was found, and what to do about it."""

    subject: str
    verdict: Verdict
    words: str
    advice: str = ""
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class SettingLine:
    name: str
    value: str  # a secret shows as dots
    default: str
    is_default: bool
    meaning: str


@dataclass(frozen=True)
class Carried:
    """What a backup or a restore did. `by_hand`: what it left out and a person must carry."""

    path: Path
    database: str
    files: int
    bytes: int
    missing: list[str]
    by_hand: list[str]


Tell = Callable[[str], None]


class Site(Protocol):
    """The installation this process runs in."""

    @property
    def data(self) -> Path: ...

    @property
    def worker_threads(self) -> int: ...

    def check(self, *, deep: bool) -> Iterator[Finding]:
        """Look at everything, one finding after the other; `deep` reads every file and compares its hash."""

    def backup(self, target: Path, tell: Tell, *, portable: bool) -> Carried:
        """Write a backup to a new folder, or to a new file that ends with .tar.

        portable: keep the database as rows that SQLite and PostgreSQL both take in.
        """

    def restore(self, source: Path, tell: Tell, *, force: bool) -> Carried:
        """Bring a backup back; nothing is touched before every hash was compared."""

    def upgrade(self, tell: Tell) -> Path:
        """Back up and migrate; return where the backup is."""

    def upgrade_back(self, tell: Tell) -> Path:
        """Restore the backup that the last upgrade made; return where it is."""

    def migrate(self, tell: Tell) -> int:
        """Bring the database's tables up to this version; return how many steps that took."""

    def make_demo(self, tell: Tell) -> int:
        """Make the demo catalogue; return how many tracks it has."""

    def remove_demo(self, tell: Tell) -> int:
        """Delete the demo catalogue; return how many tracks that were."""

    def settings(self) -> list[SettingLine]: ...

    def before_work(self) -> int:
        """Take up what an earlier crash left half-way; called once when a worker starts. Returns how much."""


_site: Site | None = None


def use_site(site: Site) -> None:
    """Name the installation; called once, by `site`."""
    global _site
    _site = site


def site() -> Site:
    """Return the installation."""
    if _site is None:
        raise Unavailable("The command line was not set up.", hint="This is a fault of the installation.")
    return _site
