"""What a holder says about being on a list: that it is so, that it is not, that the list is wrong.

In the studio, or by the link of a letter, which needs no account and works once. A list in doubt is a no.
"""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext as _

from antiphon.accounts import service as accounts
from antiphon.consent.models import Act, Dispute, Holder, HolderLink, Party, Subject
from antiphon.consent.service import acts, folding
from antiphon.consent.service.answering import TRACK, Scope, answer_as
from antiphon.consent.service.parties import party_of, use_link
from antiphon.kernel import clock
from antiphon.kernel.errors import Gone, NotAllowed, NotFound


@dataclass(frozen=True)
class Listed:
    """Somebody's line on a list that another wrote."""

    holder: Holder
    has_disputed: bool


def answer_by_link(secret: str, answers: dict[str, str], *, is_minor: bool | None = None) -> Act:
    """An invited holder confirms and answers, by a link that works once. Raises `Gone`, `BadInput`."""
    with transaction.atomic():
        acts.grow()
        link = use_link(secret)
        if is_minor is not None:
            _mark_minor(link.party, is_minor)
        row = _invited(link)
        row.state = Holder.State.CONFIRMED
        row.save(update_fields=["state"])
        act = answer_as(link.party, answers, [Scope(TRACK, link.subject_id)], via="link")
        folding.fold([link.subject_id])
        return act


def decline_by_link(secret: str) -> None:
    """Somebody says that they hold no rights there: the list is in doubt until its owner mends it."""
    with transaction.atomic():
        acts.grow()
        link = use_link(secret)
        _take_off(_invited(link), by=None, via="link")


def _invited(link: HolderLink) -> Holder:
    """Return the one row that a link is about. Raises `Gone` when it was confirmed, declined or dropped since."""
    rows = Holder.objects.filter(party=link.party, subject=link.subject, state=Holder.State.INVITED)
    row = rows.select_related("party").first()
    if row is None:
        raise Gone(_("This was answered in another way since."), hint=_("Ask whoever invited you."))
    return row


def confirm(user: accounts.User, recording_id: int) -> Holder:
    """Say that one holds rights in a recording one was named for. Raises `NotFound`."""
    with transaction.atomic():
        acts.grow()
        row = Holder.objects.filter(party=party_of(user), subject_id=recording_id).first()
        if row is None:
            raise NotFound(_("Nobody named you as a holder there."))
        row.state = Holder.State.CONFIRMED
        row.save(update_fields=["state"])
        folding.fold([recording_id])
        return row


def decline(user: accounts.User, recording_id: int) -> None:
    """Say that one holds no rights in a recording: the list is in doubt until its owner mends it.

    Raises `NotFound`, and `NotAllowed` for who writes the list.
    """
    with transaction.atomic():
        acts.grow()
        row = _mine(party_of(user), recording_id)
        if row.subject.owner_id == row.party_id:
            raise NotAllowed(_("You write this list yourself."), hint=_("Change the list, and leave yourself out."))
        _take_off(row, by=user, via="studio")


def dispute(user: accounts.User, recording_id: int, disputed: bool) -> None:
    """A holder says that the list is wrong, or takes their own word for that back. In doubt, everything is a no.

    Raises `NotFound`, and `NotAllowed` for taking back what somebody else said.
    """
    with transaction.atomic():
        acts.grow()
        party = _mine(party_of(user), recording_id).party
        if disputed:
            Dispute.objects.get_or_create(subject_id=recording_id, party=party, defaults={"at": clock.now()})
        elif not Dispute.objects.filter(subject_id=recording_id, party=party).exists():
            _refuse_settling(recording_id)
            return
        else:
            Dispute.objects.filter(subject_id=recording_id, party=party).delete()
        settle(recording_id)
        told = {"recording": recording_id, "disputed": disputed}
        acts.write(Act.Kind.HOLDERS, party=party, by=user, via="studio", told=told, at=clock.now())
        folding.fold([recording_id])


def has_disputed(user: accounts.User, recording_id: int) -> bool:
    """Tell whether somebody says that the list of holders of a recording is wrong."""
    return Dispute.objects.filter(subject_id=recording_id, party__user=user).exists()


def lists_with(user: accounts.User, *, before: int = 0, limit: int = 50) -> list[Listed]:
    """Return the lists of others that somebody is on, the latest first; nobody becomes a party by looking.

    `before` is the holder of the last line that was seen. Two queries.
    """
    own = Q(party__user=user)
    if not Party.objects.filter(user=user).exists():
        own = Q(party__user=None, party__ended_at=None, party__email__iexact=user.email)
    rows = Holder.objects.filter(own).exclude(state=Holder.State.DECLINED).exclude(subject__owner=F("party"))
    if before:
        rows = rows.filter(pk__lt=before)
    disputed = Dispute.objects.filter(subject=OuterRef("subject"), party=OuterRef("party"))
    found = rows.select_related("party", "subject").annotate(doubts=Exists(disputed)).order_by("-pk")[:limit]
    return [Listed(row, row.doubts) for row in found]


def settle(recording_id: int) -> None:
    """Write down whether anybody says that the list is wrong. Whoever calls folds."""
    still = Dispute.objects.filter(subject_id=recording_id).exists()
    Subject.objects.filter(pk=recording_id).update(disputed=still)


def leave(party_id: int, recording_id: int) -> None:
    """Mark a holder as one who holds nothing there: what they said against the list is settled by that."""
    Holder.objects.filter(party_id=party_id, subject_id=recording_id).update(state=Holder.State.DECLINED)
    Dispute.objects.filter(party_id=party_id, subject_id=recording_id).delete()
    settle(recording_id)
    folding.fold([recording_id])


def _take_off(row: Holder, *, by: accounts.User | None, via: str) -> None:
    told = {"recording": row.subject_id, "declined": True}
    acts.write(Act.Kind.HOLDERS, party=row.party, by=by, via=via, told=told, at=clock.now())
    leave(row.party_id, row.subject_id)


def _mine(party: Party, recording_id: int) -> Holder:
    rows = Holder.objects.filter(party=party, subject_id=recording_id).exclude(state=Holder.State.DECLINED)
    row = rows.select_related("party", "subject").first()
    if row is None:
        raise NotFound(_("You hold no rights there."))
    return row


def _refuse_settling(recording_id: int) -> None:
    """Where nobody says that the list is wrong there is nothing to take back; else it is another's word."""
    if Dispute.objects.filter(subject_id=recording_id).exists():
        raise NotAllowed(
            _("Only who said that the list is wrong can say that it is right after all."),
            hint=_("Talk to the others who hold rights in it."),
        )


def _mark_minor(party: Party, is_minor: bool) -> None:
    """Say whether a party is a minor, wherever they hold rights: nobody can license a minor's voice."""
    party.is_minor = is_minor
    party.save(update_fields=["is_minor"])
    folding.fold(party.holdings.values_list("subject_id", flat=True))
