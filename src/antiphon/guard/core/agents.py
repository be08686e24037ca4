"""Which known agent a request says it is. Pure; the roll of agents is made once, and asked for every request.

Names are found as whole words, whatever their case, in the first `MOST_CHARS` characters of `User-Agent`. What an
agent says is believed to its disadvantage only: a name that is refused is refused, whoever bears it.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any

MOST_CHARS = 1024
MOST_REMEMBERED = 2048  # of what was said: at most 2 MB
_WORD = re.compile(r"[a-z0-9_]+")
_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9 ._+/-]{0,62}[A-Za-z0-9])")
# Every browser says these: whoever enters one would lock out all listeners.
_EVERYBODY = frozenset(
    """
    mozilla applewebkit khtml like gecko chrome chromium safari mobile version firefox edg edge opr opera windows nt
    win64 x64 macintosh intel mac os linux x86_64 android iphone ipad cpu compatible trident msie rv
    """.split()  # noqa: SIM905  (they read better as words)
)


class Kind(StrEnum):
    """What an agent comes for. In this order: of several names in one request, the first kind decides."""

    TRAINING = "training"
    CONTROL = "control"  # a name for robots.txt alone; whoever bears it says that it gathers
    UNKNOWN = "unknown"
    SEARCH = "search"
    USER = "user"  # one person asked for it


class Strictness(StrEnum):
    """Whom the site refuses."""

    OFF = "off"
    TRAINING = "training"
    GATHERING = "gathering"
    LISTED = "listed"


REFUSED: Mapping[Strictness, frozenset[Kind]] = {
    Strictness.OFF: frozenset(),
    Strictness.TRAINING: frozenset({Kind.TRAINING, Kind.CONTROL}),
    Strictness.GATHERING: frozenset({Kind.TRAINING, Kind.CONTROL, Kind.UNKNOWN}),
    Strictness.LISTED: frozenset({Kind.TRAINING, Kind.CONTROL, Kind.UNKNOWN, Kind.SEARCH}),
}
_RANK = {kind: rank for rank, kind in enumerate(Kind)}


@dataclass(frozen=True)
class Agent:
    """A known agent."""

    name: str
    operator: str
    kind: Kind
    hosts: tuple[str, ...] = ()  # how its reverse names end, where they can be checked
    listed: bool = True  # gathers for AI, so robots.txt asks it to take nothing


def is_name(name: str) -> bool:
    """Tell whether this can be the name of an agent: some letters, and no word that every browser says."""
    return _NAME.fullmatch(name) is not None and not _EVERYBODY.issuperset(_WORD.findall(name.lower()))


def agents_of(names: Iterable[str], operators: Iterable[Mapping[str, Any]]) -> tuple[Agent, ...]:
    """Return the agents of these names, with what is known of them, and those the operators add."""
    listed = {name.lower(): name for name in names}
    found: dict[str, Agent] = {}
    for operator in operators:
        for kind in Kind:
            for name in operator.get(kind, ()):
                is_listed = name.lower() in listed or kind in REFUSED[Strictness.TRAINING]
                hosts = tuple(operator.get("hosts", ()))
                found[name.lower()] = Agent(name, str(operator["name"]), kind, hosts, is_listed)
    for key, name in listed.items():
        found.setdefault(key, Agent(name, "", Kind.UNKNOWN))
    return tuple(found.values())


class Roll:
    """All known agents, ready to be asked."""

    def __init__(self, agents: Iterable[Agent]) -> None:
        self.agents = tuple(agents)
        self.names = tuple(sorted((one.name for one in self.agents if one.listed), key=str.lower))
        # By its first word: a name is looked for only where that word stands. The longest first: it says more.
        self._by_word: dict[str, list[tuple[str, Agent]]] = {}
        for one in sorted(self.agents, key=lambda one: -len(one.name)):
            name = one.name.lower()
            word = _WORD.match(name)
            if word is None:
                raise ValueError(f"not the name of an agent: {one.name!r}")
            self._by_word.setdefault(word.group(), []).append((name, one))
        self.of = lru_cache(maxsize=MOST_REMEMBERED)(self._of)

    def _of(self, said: bytes) -> Agent | None:
        """Return the agent that a header names; None for an ordinary visitor. `said` is cut by the caller."""
        text = said[:MOST_CHARS].decode("latin-1").lower()
        best: Agent | None = None
        read_to = 0  # “Code” within “Claude-Code” is no name of its own
        for word in _WORD.finditer(text):
            if word.start() < read_to:
                continue
            for name, agent in self._by_word.get(word.group(), ()):
                end = word.start() + len(name)
                if text.startswith(name, word.start()) and not _goes_on(text, end):
                    read_to = end
                    if best is None or _RANK[agent.kind] < _RANK[best.kind]:
                        best = agent
                    break
        return best


def _goes_on(text: str, end: int) -> bool:
    return end < len(text) and _WORD.match(text, end) is not None
