"""Where bounces come in: a message or an mbox on a pipe, or a Maildir that is looked through every few minutes."""

import logging
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.utils.translation import gettext as _

from antiphon.kernel.errors import BadInput
from antiphon.mail.core.bounces import Verdict
from antiphon.mail.core.parts import MOST_BYTES
from antiphon.mail.service.bouncing import Taken, take

_LINE = 64 * 1024
# "From " begins a message only where what follows looks like a sender and a day: text may begin with that word, too.
_BEGINS = re.compile(rb"From \S* +(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) ")
_log = logging.getLogger(__name__)


@dataclass
class Read:
    """What was read: how many messages said what, and how many were about no letter that is known here."""

    verdicts: Counter[Verdict] = field(default_factory=Counter)
    new: int = 0
    unknown: int = 0  # failed or delayed, and none of our letters
    unreadable: int = 0  # files that could not be opened, and stay where they are

    def count(self, taken: Taken) -> bool:
        """Count a message; return whether it was understood."""
        self.verdicts[taken.verdict] += 1
        self.new += taken.is_new
        is_unknown = taken.verdict in (Verdict.FAILED, Verdict.DELAYED) and taken.letter_id is None
        self.unknown += is_unknown
        return not is_unknown and taken.verdict is not Verdict.STRANGE

    @property
    def messages(self) -> int:
        return self.verdicts.total()

    @property
    def strange(self) -> int:
        """How many a person should look at."""
        return self.verdicts[Verdict.STRANGE] + self.unknown + self.unreadable


def read_stream(stream: BinaryIO, *, to: str = "") -> Read:
    """Note what one message, or every message of an mbox, says. Each is kept before the next is read."""
    found = Read()
    for raw in messages(stream):
        found.count(take(raw, to=to))
    return found


def messages(stream: BinaryIO) -> Iterator[bytes]:
    """Yield the messages of an mbox (RFC 4155), or the one that there is; of each, as much as is ever looked at."""
    held, is_mbox, after_gap = bytearray(), False, True
    is_first = True
    while line := stream.readline(_LINE):
        begins = after_gap and _BEGINS.match(line) is not None
        is_mbox = is_mbox or (is_first and begins)
        if begins and is_mbox and not is_first:
            yield bytes(held)
            held.clear()
        if len(held) < MOST_BYTES:
            held += line
        after_gap, is_first = line in (b"\n", b"\r\n"), False
    if held.strip():
        yield bytes(held)


def is_maildir(folder: Path) -> bool:
    return (folder / "new").is_dir() and (folder / "cur").is_dir()


def read_maildir(folder: Path, go_on: Callable[[], bool] = lambda: True) -> Read:
    """Note what every unseen message of a Maildir says, and move it among the seen; what is not understood gets a flag.

    Moved after it is noted: cut off in between, it is read once more, which changes nothing. Raises `BadInput`.
    """
    if not is_maildir(folder):
        raise BadInput(
            _("This is no Maildir: it has no folders “new” and “cur”."), subject=str(folder),
            hint=_("A mail server makes one; name that folder, not one within it."),
        )  # fmt: skip
    found = Read()
    for path in _unseen(folder):
        if not go_on():
            break
        try:
            with path.open("rb") as file:
                raw = file.read(MOST_BYTES)
        except OSError as error:
            found.unreadable += 1
            _log.warning("a message of the Maildir cannot be read: %s", error)
            continue
        _move(path, folder / "cur", "S" if found.count(take(raw)) else "FS")
    return found


def _unseen(folder: Path) -> Iterator[Path]:
    yield from (path for path in sorted((folder / "new").iterdir()) if path.is_file() and path.name[0] != ".")
    for path in sorted((folder / "cur").iterdir()):
        if path.is_file() and path.name[0] != "." and "S" not in path.name.partition(":2,")[2]:
            yield path


def _move(path: Path, seen: Path, flags: str) -> None:
    name, _mark, held = path.name.partition(":2,")
    try:
        path.rename(seen / f"{name}:2,{''.join(sorted(set(held + flags)))}")
    except FileNotFoundError:  # another reader was quicker
        _log.info("a message of the Maildir was moved meanwhile")


def read_bounces(go_on: Callable[[], bool]) -> Read | None:
    """Look through the Maildir that is set, if any. `antiphon doctor` says when it is none."""
    folder = str(settings.ANTIPHON.bounces)
    if not folder or not is_maildir(Path(folder)):
        return None
    return read_maildir(Path(folder), go_on)
