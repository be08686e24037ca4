"""The registry, for the parcel that somebody takes along: what they asked by sound, each answer with its signature, how
often their music was asked after, and whether they are named. Fills `accounts.ports.Packer`.
"""

import json
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from antiphon.accounts import service as accounts
from antiphon.accounts.core.pieces import Folder, Piece, document, tables
from antiphon.catalogue import service as catalogue
from antiphon.consent import service as consent
from antiphon.identification.lookup_models import AskedAfter, Lookup
from antiphon.identification.service.registry import answering, choosing
from antiphon.storage.paging import in_turn

_PLACE = (Folder("registry"),)
_ASKED = ("uid", "how", "link", "ref", "sha256", "state", "failure", "asked_at", "answered_at")
Row = dict[str, Any]


def weigh(user_id: int) -> int:
    """Nothing but words."""
    return 0


def pieces(user: accounts.User) -> Iterator[Piece]:
    """Yield what was asked, what was answered, and what others asked about one's music."""
    about = _("What you asked the registry by sound, with the signed answer to each, which anybody can check")
    yield from tables(_PLACE, "asked_by_me", about, (*_ASKED, "batch", "said"), lambda: _mine(user))
    about = _("How often your music was asked after by sound, by day and by what kind of asker")
    columns = ("title", "recording", "day", "by", "released", "number")
    yield from tables(_PLACE, "asked_of_me", about, columns, lambda: _of_me(user))
    about = _("Whether the registry names you")
    yield document(_PLACE, "named", about, lambda: {"named": choosing.is_named(user)})


def _mine(user: accounts.User) -> Iterator[Row]:
    for row in in_turn(Lookup.objects.filter(user=user).defer("prints").select_related("batch")):
        signed = json.loads(answering.signed_file(row)) if row.answer else None
        yield {
            **{name: getattr(row, name) for name in _ASKED},
            "batch": row.batch.name if row.batch else None,
            "said": signed["answer"]["said"] if signed else None,
            "signed": signed,
        }


def _of_me(user: accounts.User) -> Iterator[Row]:
    mine = list(consent.held_by(user).values_list("pk", flat=True))
    titles = catalogue.titles_of(mine)
    for row in in_turn(AskedAfter.objects.filter(recording_id__in=mine)):
        found = titles.get(row.recording_id)
        # What is not released is told to its owner alone.
        if row.released or (found is not None and found.is_of(user)):
            yield {
                "title": found.title if found else "",
                "recording": row.recording_id,
                "day": row.day,
                "by": row.by_name or row.by_kind,
                "released": row.released,
                "number": row.number,
            }
