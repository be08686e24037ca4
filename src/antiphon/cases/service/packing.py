"""What cases keep of somebody, for the parcel that they take along. Fills `accounts.ports.Packer`.

Of the other side stands what it wrote to them, and no name.
"""

from collections.abc import Iterator
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from antiphon.accounts import service as accounts
from antiphon.accounts.core.pieces import Folder, Piece, tables
from antiphon.cases.core.course import Act
from antiphon.cases.models import CaseEntry
from antiphon.storage.paging import in_turn

_PLACE = (Folder("cases"),)
_COLUMNS = ("case", "kind", "my_side", "at", "side", "act", "words", "told", "ledger_row")


def weigh(user_id: int) -> int:
    """Nothing but words."""
    return 0


def pieces(user: accounts.User) -> Iterator[Piece]:
    """Yield every entry of every case in which somebody has a side."""
    about = _("Cases of yours, and everything that both sides and the moderators said in them")
    yield from tables(_PLACE, "entries", about, _COLUMNS, lambda: _entries(user))


def _entries(user: accounts.User) -> Iterator[dict[str, Any]]:
    mine = Q(file__holder=user) | Q(file__uploader=user, file__uploader_told_at__isnull=False)
    rows = CaseEntry.objects.filter(mine).exclude(act=Act.NOTE.value).select_related("file")
    for row in in_turn(rows):
        side = "uploader" if row.file.uploader_id == user.pk else "holder"
        yield {
            "case": row.file.uid, "kind": row.file.kind, "my_side": side, "at": row.at, "side": row.side,
            "act": row.act, "words": row.words, "told": row.told, "ledger_row": row.ledger,
        }  # fmt: skip
