"""Pictures in a parcel: the largest of the sizes in which each is kept; the file that was sent is not."""

from collections.abc import Iterator

from antiphon.accounts.core.pieces import Piece, Place
from antiphon.storage import service as storage


def picture(place: Place, name: str, about: str, key: str) -> Iterator[Piece]:
    """Yield the picture of a folder of sizes, such as `pictures/<uid>`; nothing where there never was one."""
    if not key:
        return
    sizes = storage.files().keys(f"{key}/")
    largest = max(sizes, key=_side, default=f"{key}/0.webp")  # none is there: whoever writes says that it is missing
    yield Piece(place, f"{name}.{largest.rpartition('.')[2]}", about, key=largest)


def _side(key: str) -> int:
    number = key.rpartition("/")[2].partition(".")[0]
    return int(number) if number.isascii() and number.isdigit() else 0
