"""Names of files that every system can keep: what people typed, without what a file system takes for something else.

Windows: Microsoft, "Naming Files, Paths, and Namespaces" (reserved letters and names, no dot or space at the end).
macOS: names in NFC, and two that differ in case or form alone are one. Elsewhere: 255 bytes a name, and no slash.
"""

import re
import unicodedata

from antiphon.accounts.core.pieces import Place
from antiphon.storage.core.disposition import plain_name

MOST_LETTERS = 70  # a folder of a profile, one of a track and a file stay below the 260 that old Windows takes
MOST_BYTES = 200
_TAKEN_BY_PATHS = re.compile(r'\s*[<>:"/\\|?*][<>:"/\\|?*\s]*')
_DEVICES = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9\u00b9\u00b2\u00b3])\s*(?:\..*)?", re.I)
_ENDING = re.compile(r"\.[A-Za-z0-9]{1,8}")


def safe_name(text: str, *, otherwise: str = "untitled") -> str:
    """Return a name that any system can keep, in NFC, with its ending; `otherwise` where nothing is left of it."""
    # Controls are spaces here: `plain_name` takes them out, and two words would become one.
    spaced = "".join(" " if unicodedata.category(one) == "Cc" else one for one in unicodedata.normalize("NFC", text))
    joined = _TAKEN_BY_PATHS.sub("-", spaced)
    name = " ".join(unicodedata.normalize("NFC", plain_name(joined)).split()) if joined.strip(" .") else ""
    stem, ending = split(name)
    stem = _cut(stem, MOST_LETTERS - len(ending)).strip(" .-") or otherwise
    name = stem + ending
    return f"_{name}" if _DEVICES.fullmatch(name) else name


def split(name: str) -> tuple[str, str]:
    """Return a name and its ending, dot included; empty for none."""
    stem, dot, rest = name.rpartition(".")
    return (stem, dot + rest) if stem and _ENDING.fullmatch(dot + rest) else (name, "")


def _cut(text: str, letters: int) -> str:
    """The beginning of a text, no letter parted from its accents."""
    end = min(len(text), letters)
    while end and (len(text[:end].encode()) > MOST_BYTES or (end < len(text) and unicodedata.combining(text[end]))):
        end -= 1
    return text[:end]


def _as_systems_see(path: str) -> str:
    """The form in which two names are one, on a system that ignores case and forms of letters."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFKC", path).casefold())


class Paths:
    """Gives every file of one parcel a path of its own; asked in the same order, it says the same."""

    def __init__(self) -> None:
        self._folders: dict[tuple[str, str, str], str] = {}
        self._taken: set[str] = set()

    def path_of(self, place: Place, name: str) -> str:
        """Return a relative path with forward slashes that nothing else has here."""
        parent = ""
        for folder in place:
            known = (parent, folder.name if not folder.of else "", folder.of)
            if known not in self._folders:
                self._folders[known] = self._free(parent, safe_name(folder.name), is_folder=True)
            parent = self._folders[known]
        return self._free(parent, safe_name(name, otherwise="file"))

    def _free(self, parent: str, name: str, *, is_folder: bool = False) -> str:
        stem, ending = (name, "") if is_folder else split(name)
        number, path = 1, parent + name
        while _as_systems_see(path) in self._taken:
            number += 1
            path = f"{parent}{stem} ({number}){ending}"
        self._taken.add(_as_systems_see(path))
        return path + "/" if is_folder else path
