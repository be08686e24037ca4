"""Licences, for the parcel that somebody takes along: what they asked others for, what others asked them for and what
they replied, and the grants that they gave. Fills `accounts.ports.Packer`.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.translation import gettext as _

from antiphon.accounts import service as accounts
from antiphon.accounts.core.pieces import Folder, Piece, document, tables
from antiphon.catalogue import service as catalogue
from antiphon.consent.core.purposes import PURPOSES
from antiphon.consent.service import enquiries, own
from antiphon.storage.paging import in_turn

_PLACE = (Folder("licences"),)
_ASKED = ("uid", "about", "words", "starts_at", "ends_at", "amount_minor", "currency", "made_at", "opened_at",
          "closes_at", "withdrawn_at")  # fmt: skip
_A_PAGE = 50
Row = dict[str, Any]


def weigh(user_id: int) -> int:
    """Nothing but words."""
    return 0


def pieces(user: accounts.User) -> Iterator[Piece]:
    """Yield enquiries of both directions, and grants."""
    about = _("Licences that you asked for, with what holders wrote back")
    yield document(_PLACE, "asked_by_me", about, lambda: list(_mine(user)))
    about = _("Licences that others asked for to music in which you hold rights, and what you said to each track")
    yield document(_PLACE, "asked_of_me", about, lambda: list(_to_me(user)))
    about = _("What you granted: to whom, for which purpose, from when and until when")
    columns = ("uid", "title", "recording", "actor", "purpose", "starts_at", "ends_at", "revoked_at")
    yield from tables(_PLACE, "grants", about, columns, lambda: _grants(user))


def _mine(user: accounts.User) -> Iterator[Row]:
    before = 0
    while page := enquiries.enquiries_of(user, before=before, limit=_A_PAGE):
        for row, _count in page:
            replies = [{"words": one.words, "at": one.at} for one in enquiries.replies_of(row)]
            about = list(row.recordings.order_by("subject_id").values_list("subject_id", flat=True))
            said = {name: getattr(row, name) for name in ("name", "email")}
            yield {**_enquiry(row), **said, "recordings": _titles(about), "replies": replies}
        before = page[-1][0].pk


def _to_me(user: accounts.User) -> Iterator[Row]:
    replies: dict[int, list[Row]] = {}
    for one in in_turn(own.every_reply(user)):
        said = {line.subject_id: "yes" if line.is_yes else "no" for line in one.recordings.all()}
        line = {"at": one.at, "words": one.words, "said": said, "wants_to_hear_no_more": one.shuts_out}
        replies.setdefault(one.enquiry_id, []).append(line)
    before = 0
    while page := enquiries.to_holder(user, before=before, limit=_A_PAGE):
        for asked in page:
            # Who asked stands by the name that they gave. Their address is theirs.
            yield {
                **_enquiry(asked.enquiry),
                "asker": asked.enquiry.name,
                "recordings": _titles(asked.recording_ids),
                "your_replies": replies.get(asked.enquiry.pk, []),
            }
        before = page[-1].enquiry.pk


def _grants(user: accounts.User) -> Iterator[Row]:
    said = ("uid", "actor", "starts_at", "ends_at", "revoked_at")
    for row in own.every_grant(user):
        found = catalogue.titles_of([row.subject_id]).get(row.subject_id)
        names = {"title": found.title if found else "", "recording": row.subject_id}
        yield {**names, "purpose": PURPOSES[row.purpose - 1].slug, **{name: getattr(row, name) for name in said}}


def _enquiry(row: enquiries.Enquiry) -> Row:
    return {"for": PURPOSES[row.purpose - 1].slug, **{name: getattr(row, name) for name in _ASKED}}


def _titles(recording_ids: Iterable[int]) -> dict[int, str]:
    ids = list(recording_ids)
    titled = catalogue.titles_of(ids)
    return {pk: titled[pk].title if pk in titled else "" for pk in ids}
