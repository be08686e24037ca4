"""Who proved who they are: networks that an operator of this site brought, and names in the DNS where that is on.

A look-up never holds a request up: who is not known yet is an ordinary visitor, and known the next time.
"""

import contextlib
import json
import re
import socket
import threading
import time
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from antiphon.guard.core.agents import Agent, Kind
from antiphon.guard.core.identity import BadRanges, Network, confirms, is_in, ranges_in
from antiphon.guard.service.listed import MOST_BYTES, roll
from antiphon.kernel.errors import BadInput
from antiphon.storage.local import write_whole

KEPT_S, KEPT_NO_S = 24 * 3600.0, 3600.0
_MOST, _MOST_WAITING = 10_000, 20
_SLUG = re.compile(r"[^a-z0-9]+")


def folder() -> Path:
    """Where the networks lie, a file an operator."""
    return Path(settings.DATA) / "guard" / "ranges"


def bring_ranges(operator: str, raw: bytes) -> int:
    """Keep the networks of an operator, whole or not at all; return how many. Raises `BadInput`."""
    known = {one.operator.lower(): one.operator for one in roll().agents if one.operator}
    if operator.lower() not in known:
        raise BadInput(_("Nobody of this name runs an agent on the roll."), hint=", ".join(sorted(known.values())))
    try:
        found = ranges_in(raw[: MOST_BYTES + 1].decode("utf-8-sig")) if len(raw) <= MOST_BYTES else ()
    except (UnicodeDecodeError, BadRanges) as error:
        raise BadInput(str(error)[:200], hint=_("Nothing was changed.")) from error
    if not found:
        raise BadInput(_("A list of networks has at most %(most)s kB.") % {"most": MOST_BYTES // 1024})
    said = {"operator": known[operator.lower()], "prefixes": [str(one) for one in found]}
    write_whole(folder() / f"{_SLUG.sub('-', operator.lower()).strip('-')}.json", json.dumps(said).encode())
    return len(found)


class Identities:
    """What this process knows of addresses."""

    def __init__(self) -> None:
        self._ranges: dict[str, tuple[Network, ...]] = {}
        self._read_at = -1e9
        self._found: OrderedDict[tuple[str, str], tuple[float, bool]] = OrderedDict()
        self._waiting: set[tuple[str, str]] = set()
        self._lock = threading.Lock()
        self._pool: ThreadPoolExecutor | None = None

    def is_proved(self, agent: Agent | None, address: str) -> bool:
        """Tell whether a search agent is known to be who it says. Never waits; may look for the next time."""
        if agent is None or agent.kind is not Kind.SEARCH:
            return False
        if is_in(address, self._networks().get(agent.operator, ())):
            return True
        if not agent.hosts or not settings.ANTIPHON.guard_reverse_dns:
            return False
        key = (agent.operator, address)
        until, found = self._found.get(key, (0.0, False))
        if until < time.monotonic():
            self._look_later(key, agent)
        return found and until >= time.monotonic()

    def _networks(self) -> dict[str, tuple[Network, ...]]:
        if time.monotonic() - self._read_at > 60:
            self._read_at = time.monotonic()
            found: dict[str, tuple[Network, ...]] = {}
            for path in sorted(folder().glob("*.json")) if folder().is_dir() else ():
                with contextlib.suppress(OSError, ValueError, KeyError, TypeError):  # damaged: it proves nobody
                    said = json.loads(path.read_text(encoding="utf-8"))
                    found[str(said["operator"])] = ranges_in(json.dumps(said["prefixes"]))
            self._ranges = found
        return self._ranges

    def _look_later(self, key: tuple[str, str], agent: Agent) -> None:
        with self._lock:
            if key in self._waiting or len(self._waiting) >= _MOST_WAITING:
                return
            self._waiting.add(key)
            if self._pool is None:
                self._pool = ThreadPoolExecutor(2, thread_name_prefix="names")
        self._pool.submit(self.look, key, agent)

    def look(self, key: tuple[str, str], agent: Agent) -> bool:
        """Ask the DNS and remember the answer. The resolver's own time-out is the longest that a thread waits."""
        found = False
        try:
            found = confirms(key[1], agent.hosts, _name_of, _addresses_of)
        except (OSError, UnicodeError):
            found = False
        with self._lock:
            self._waiting.discard(key)
            self._found[key] = (time.monotonic() + (KEPT_S if found else KEPT_NO_S), found)
            while len(self._found) > _MOST:
                self._found.popitem(last=False)
        return found


def _name_of(address: str) -> str:
    return socket.gethostbyaddr(address)[0]


def _addresses_of(name: str) -> set[str]:
    return {str(found[4][0]) for found in socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)}


identities = Identities()
