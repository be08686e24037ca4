"""Who sees what of a comment: pure. A comment that is gone leaves a line where others have answered it."""

from enum import Enum

SHOWN, DELETED, REMOVED, HIDDEN = "shown", "deleted", "removed", "hidden"


class Fate(Enum):
    """What one viewer gets of one comment."""

    WORDS = "words"
    TRACE = "trace"  # that something was here, and who took it away
    NOTHING = "nothing"


def fate_of(
    state: str, *, answered: bool, is_own: bool, is_moderator: bool, is_left_out: bool, is_faceless: bool
) -> Fate:
    """Decide what a viewer gets.

    is_faceless: a moderator hid the profile that wrote it. is_left_out: one of the two blocked the other, or the viewer
    muted who wrote it, and then nothing of it is left, not even its place in a thread.
    """
    if is_left_out and not is_moderator:
        return Fate.NOTHING
    trace = Fate.TRACE if answered else Fate.NOTHING
    if state == SHOWN:
        return trace if is_faceless and not (is_own or is_moderator) else Fate.WORDS
    if state in (HIDDEN, REMOVED) and (is_own or is_moderator):
        return Fate.WORDS
    return trace
