"""What a storage key may look like. A key is a path of plain ASCII segments; nothing a person typed goes into one."""

import re

_KEY = re.compile(r"[a-z0-9][a-z0-9_-]*(/[a-z0-9][a-z0-9_.-]*)+")


def is_key(key: str) -> bool:
    """Tell whether this is a key: `renditions/12/aac160.mp4`, lower case, no dots at a segment's start."""
    return len(key) <= 200 and ".." not in key and _KEY.fullmatch(key) is not None
