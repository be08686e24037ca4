"""The Content-Disposition header for a file name in any script (RFC 6266, RFC 8187)."""

import re
import unicodedata
from urllib.parse import quote

_UNSAFE = re.compile(r'[^ -~]|["\\/:*?<>|%]')
# Characters that change how the rest of a name reads: controls, direction marks, separators.
_HIDDEN_CATEGORIES = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def plain_name(file_name: str) -> str:
    """A name that is safe to save as: no folders, no controls or direction marks, no leading dots, 200 characters."""
    last = re.split(r"[/\\]", file_name)[-1]
    seen = "".join(letter for letter in last if unicodedata.category(letter) not in _HIDDEN_CATEGORIES)
    return seen.strip().lstrip(".").strip()[:200] or "file"


def content_disposition(file_name: str) -> str:
    """`attachment` with an ASCII name for old programs and, where it differs, the true one as `filename*`."""
    name = plain_name(file_name)
    folded = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode("ascii")
    fallback = _UNSAFE.sub("_", folded).strip() or "file"
    if fallback.startswith("."):  # nothing but an extension was left of it
        fallback = "file" + fallback
    header = f'attachment; filename="{fallback}"'
    if fallback != name:
        header += f"; filename*=UTF-8''{quote(name, safe='')}"
    return header
