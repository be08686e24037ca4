"""What the two sides do in a case. Who is on which side is looked up here; what may be done, the course says."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from antiphon.accounts import service as accounts
from antiphon.cases.core.course import Act, Side
from antiphon.cases.models import CaseEntry, CaseFile
from antiphon.cases.service import files
from antiphon.catalogue.core import words as cleaning
from antiphon.kernel import clock
from antiphon.kernel.errors import BadInput, NotFound

MOST_WORDS = 4000
# Acts that mean nothing without words: the other side and a moderator are to read them.
NEEDS_WORDS = frozenset({Act.ANSWER, Act.OBJECT, Act.SAY, Act.APPEAL})


def act(
    user: accounts.User, uid: str, deed: Act, said: str = "", *, told: Mapping[str, Any] | None = None,
    asks_holder: bool = False,
) -> CaseEntry:  # fmt: skip
    """Do something in a case of one's own; the other side is told.

    Raises `NotFound` for somebody else's, `BadInput` without words where they are needed, `Conflict` for what may not
    be done at this point.
    """
    clean = cleaning.lines(said, MOST_WORDS)
    if deed in NEEDS_WORDS and not clean:
        raise BadInput(_("Say why, in your own words."), fields={"words": _("Say why.")})
    with transaction.atomic():
        file = files.locked(case_id(user, uid), deed)
        side = side_of(user, file)
        if side is None:
            raise _missing()
        return files.step(file, side, deed, by=user.pk, at=clock.now(), words=clean, told=told, asks_holder=asks_holder)


def side_of(user: accounts.User, file: CaseFile) -> Side | None:
    """Return the side on which somebody is, None for neither."""
    if file.uploader_id == user.pk:
        return Side.UPLOADER
    return Side.HOLDER if file.holder_id == user.pk else None


def case_id(user: accounts.User, uid: str) -> int:
    """Return the number of a case in which somebody has a side. Raises `NotFound`, also for others' cases."""
    file = CaseFile.objects.filter(uid=uid).first()
    if file is None or side_of(user, file) is None:
        raise _missing()
    return file.pk


def _missing() -> NotFound:
    return NotFound(_("There is no such case of yours."))
