"""Who packs: this room, and every room above that keeps things of people."""

import shutil
from collections.abc import Iterator

from django.conf import settings
from django.utils.translation import gettext as _

from antiphon.accounts.core.pieces import Piece
from antiphon.accounts.models import User
from antiphon.accounts.ports import Packer
from antiphon.accounts.service.parcels import own
from antiphon.kernel.errors import Unavailable

# Words, pictures and proof files: they are not weighed beforehand, and nobody has written this much.
WORDS_BYTES = 64 * 1024 * 1024
# What uploads leave free, too: the database has to go on.
RESERVE_BYTES = 512 * 1024 * 1024

_packers: list[Packer] = [own]


def use_packer(packer: Packer) -> None:
    """Name somebody who keeps things of people; called by `site`, once for each."""
    if packer not in _packers:
        _packers.append(packer)


def weigh(user_id: int) -> int:
    """Return the bytes of all files that go into somebody's parcel. A query or so a room."""
    return sum(packer.weigh(user_id) for packer in _packers)


def pieces_of(user: User) -> Iterator[Piece]:
    """Yield everything that somebody has here, room by room."""
    for packer in _packers:
        yield from packer.pieces(user)


def check_room(weight_bytes: int) -> None:
    """Raise `Unavailable` unless a parcel of this weight fits on the disk and leaves some free."""
    if shutil.disk_usage(settings.DATA).free < weight_bytes + WORDS_BYTES + RESERVE_BYTES:
        raise no_room()


def no_room() -> Unavailable:
    return Unavailable(
        _("There is not enough room on this site’s disk to make your copy."),
        hint=_("Write to whoever runs this site, and try again later."),
    )
