"""Everything that somebody ever said at the gate, row by row, for the parcel that they take along.

Owns which rows are somebody's; what each is called and which proof there is of it, rooms above know.
"""

from collections.abc import Iterable, Iterator

from django.db.models import QuerySet

from antiphon.accounts import service as accounts
from antiphon.consent.models import Act, Answer, Dispute, Grant, Holder, Reply
from antiphon.consent.service.parties import holder_name
from antiphon.storage.paging import in_parts, in_turn


def every_answer(user: accounts.User) -> Iterator[Answer]:
    """Yield all answers, superseded ones too, each with its act and what came after it; the earliest first."""
    return in_turn(Answer.objects.filter(party__user=user).select_related("act", "superseded_by"))


def every_act(user: accounts.User) -> Iterator[Act]:
    """Yield all acts, the earliest first."""
    return in_turn(Act.objects.filter(party__user=user))


def every_grant(user: accounts.User) -> Iterator[Grant]:
    """Yield all grants, those that ended too."""
    return in_turn(Grant.objects.filter(party__user=user))


def every_holding(user: accounts.User) -> Iterator[list[Holder]]:
    """Yield what somebody holds or was named for, with its recording, some at a time."""
    return in_parts(Holder.objects.filter(party__user=user).select_related("subject", "party__user"), 200)


def every_reply(user: accounts.User) -> "QuerySet[Reply]":
    """Return what somebody replied to enquiries, to be read in turn, with the enquiries."""
    return Reply.objects.filter(party__user=user).select_related("enquiry__actor").prefetch_related("recordings")


def lists_of(recording_ids: Iterable[int]) -> Iterator[tuple[Holder, str]]:
    """Yield the lists of holders of these recordings, each with the name that the others know; never an address.

    Whoever was invited and given no name stands under their e-mail address, which is theirs: it is left out.
    """
    rows = Holder.objects.filter(subject_id__in=list(recording_ids)).select_related("party__user")
    for row in rows.order_by("subject_id", "pk"):
        name = holder_name(row)
        yield row, "" if "@" in name else name


def disputed_by(user: accounts.User) -> dict[int, str]:
    """Return the recordings whose list somebody says is wrong, with since when."""
    rows = Dispute.objects.filter(party__user=user).values_list("subject_id", "at")
    return {pk: at.isoformat() for pk, at in rows}
