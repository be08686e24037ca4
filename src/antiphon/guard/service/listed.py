"""The roll of agents in force: the packaged one, or the one that an operator brought in its place.

What is brought is checked whole before anything is kept, and kept by one rename: a list that cannot be read changes
nothing. Every server process sees a new file at its next flush.
"""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from antiphon.declarations.data import ai_agents
from antiphon.guard.core.agents import Kind, Roll, agents_of, is_name
from antiphon.guard.data import operators
from antiphon.kernel.errors import BadInput
from antiphon.storage.local import write_whole

MOST_BYTES = 2 * 1024 * 1024
MOST_NAMES = 5000
_ROBOTS_LINE = re.compile(r"user-agent\s*:\s*(.+)", re.I)
_kept: tuple[float, Roll] | None = None


def path() -> Path:
    """Where the list that an operator brought lies."""
    return Path(settings.DATA) / "guard" / "agents.json"


def roll() -> Roll:
    """Return the roll in force. Reads nothing after the first time: `look_again` does."""
    return (_kept or look_again())[1]


def look_again() -> tuple[float, Roll]:
    """Read the list again if there is a new one. A file that was damaged since leaves the roll as it was."""
    global _kept
    try:
        changed = path().stat().st_mtime
    except OSError:
        changed = 0.0
    if _kept is None or _kept[0] != changed:
        names: list[str] = []
        extra: list[dict[str, Any]] = []
        if changed:
            try:
                names, extra = read(path().read_bytes())
            except (OSError, BadInput):
                names, extra = [], []
        if not names and _kept is not None and changed:
            _kept = (changed, _kept[1])
        else:
            _kept = (changed, Roll(agents_of(names or ai_agents(), [*extra, *operators()])))
    return _kept


def refresh(raw: bytes) -> int:
    """Put another list in place of the one in force; return how many names it has. Raises `BadInput`."""
    names, extra = read(raw)
    Roll(agents_of(names, [*extra, *operators()]))
    kinds = {name: str(one["name"]) for one in extra for name in one.get(Kind.TRAINING, ())}
    said = {name: {"operator": kinds[name], "function": "training"} if name in kinds else {} for name in names}
    write_whole(path(), json.dumps(said, indent=1).encode())
    look_again()
    return len(names)


def read(raw: bytes) -> tuple[list[str], list[dict[str, Any]]]:
    """Return the names in a list, and those of which it says that they train. Raises `BadInput` for the whole of it.

    A list is JSON as ai.robots.txt publishes it (names with what is known of each, or an array of names), or text: a
    name a line, or a robots.txt.
    """
    if len(raw) > MOST_BYTES:
        raise BadInput(_("A list of agents has at most %(most)s kB.") % {"most": MOST_BYTES // 1024})
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput(_("This is neither JSON nor text.")) from error
    known = _of_json(text) if text.lstrip()[:1] in ("{", "[") else {name: {} for name in _of_text(text)}
    bad = [name for name in known if not isinstance(name, str) or not is_name(name)]
    if bad:
        raise BadInput(
            _("“%(name)s” cannot be the name of an agent.") % {"name": str(bad[0])[:80]},
            hint=_("Nothing was changed. A name has letters, and is not a word that every browser says."),
        )
    if not known or len(known) > MOST_NAMES:
        raise BadInput(_("There are no names in it, or far too many."), hint=_("Nothing was changed."))
    extra = [
        {"name": str(said.get("operator") or "")[:80], "training": [name]}
        for name, said in known.items()
        if "train" in str(said.get("function") or "").lower()
    ]
    return list(known), extra


def _of_json(text: str) -> dict[str, Mapping[str, Any]]:
    try:
        said = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadInput(_("This is not JSON."), hint=_("Nothing was changed.")) from error
    if isinstance(said, list):
        said = {name: {} for name in said if isinstance(name, str)} if all(isinstance(n, str) for n in said) else None
    if not isinstance(said, dict) or not all(isinstance(about, dict) for about in said.values()):
        raise BadInput(_("This JSON is no list of agents."), hint=_("Nothing was changed."))
    return said


def _of_text(text: str) -> list[str]:
    lines = [line.partition("#")[0].strip() for line in text.splitlines()]
    named = [found[1].strip() for line in lines if (found := _ROBOTS_LINE.fullmatch(line))]
    if named:
        return [name for name in named if name != "*"]
    return [line for line in lines if line]
