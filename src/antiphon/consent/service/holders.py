"""Holders of a recording: who shares the rights, in which role, with which part. A list in doubt is a no."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from antiphon.accounts import service as accounts
from antiphon.consent.models import Act, Answer, Dispute, Holder, HolderLink, Party, Subject
from antiphon.consent.service import acts, folding, letters
from antiphon.consent.service.answering import TRACK, Scope, answer_as
from antiphon.consent.service.parties import holder_name, new_link, party_of, use_link
from antiphon.consent.service.subjects import WHOLE_PPM
from antiphon.kernel import clock
from antiphon.kernel.errors import BadInput, Gone, NotAllowed, NotFound

ROLES = ("recording", "composition", "performance")


@dataclass(frozen=True)
class Named:
    """A line of the list of holders as its owner writes it. `email` names somebody; empty is the owner."""

    name: str
    email: str
    roles: tuple[str, ...]
    share_ppm: int
    is_minor: bool = False


def name_holders(user: accounts.User, recording_id: int, lines: Sequence[Named], *, title: str = "") -> list[Holder]:
    """Write the whole list of holders of one's own recording; whoever is new on it is asked by e-mail.

    Nobody who has answered is lost from it: a holder leaves the list only by declining. Raises `BadInput`.
    """
    with transaction.atomic():
        acts.grow()
        owner = party_of(user)
        subject = _own(owner, recording_id)
        _check(lines)
        kept = {row.party_id: row for row in subject.holders.select_related("party__user")}
        wanted: dict[int, tuple[Party, Named]] = {}
        for line in lines:
            party = owner if not line.email else _party_at(line)
            if party.pk in wanted:
                raise BadInput(_("%s is on the list twice.") % (line.name or line.email))
            wanted[party.pk] = (party, line)
        _refuse_dropping(kept, set(wanted), owner)
        fresh = _put(subject, kept, wanted, owner)
        told = {"recording": recording_id, "holders": len(wanted)}
        acts.write(Act.Kind.HOLDERS, party=owner, by=user, via="studio", told=told, at=clock.now())
        for party in fresh:
            invite(party, owner, subject, title)
        folding.fold([recording_id])
        return list(subject.holders.select_related("party__user").order_by("pk"))


def answer_by_link(secret: str, answers: dict[str, str], *, is_minor: bool | None = None) -> Act:
    """An invited holder confirms and answers, by a link that works once. Raises `Gone`, `BadInput`."""
    with transaction.atomic():
        link = use_link(secret)
        acts.grow()
        if is_minor is not None:
            _mark_minor(link.party, is_minor)
        _invited(link).update(state=Holder.State.CONFIRMED)
        act = answer_as(link.party, answers, [Scope(TRACK, link.subject_id)], via="link")
        folding.fold([link.subject_id])
        return act


def decline_by_link(secret: str) -> None:
    """Somebody says that they hold no rights there: the list is in doubt until its owner mends it."""
    with transaction.atomic():
        link = use_link(secret)
        acts.grow()
        _invited(link).update(state=Holder.State.DECLINED)
        folding.fold([link.subject_id])


def _invited(link: HolderLink) -> QuerySet[Holder]:
    """Return the one row that a link is about. Raises `Gone` when it was confirmed, declined or dropped since."""
    rows = Holder.objects.filter(party=link.party, subject=link.subject, state=Holder.State.INVITED)
    if not rows.exists():
        raise Gone(_("This was answered in another way since."), hint=_("Ask whoever invited you."))
    return rows


def invite(party: Party, by: Party, subject: Subject, title: str = "") -> None:
    """Write to somebody who was named: one letter a recording, however often the list is written."""
    letters.invited(party, by, subject, [title or _("a recording")], new_link(party, subject))


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


def dispute(user: accounts.User, recording_id: int, disputed: bool) -> None:
    """A holder says that the list is wrong, or takes their own word for that back. In doubt, everything is a no."""
    with transaction.atomic():
        acts.grow()
        party = party_of(user)
        mine = Holder.objects.filter(party=party, subject_id=recording_id).exclude(state=Holder.State.DECLINED)
        if not mine.exists():
            raise NotFound(_("You hold no rights there."))
        if disputed:
            Dispute.objects.get_or_create(subject_id=recording_id, party=party, defaults={"at": clock.now()})
        else:
            Dispute.objects.filter(subject_id=recording_id, party=party).delete()
        still = Dispute.objects.filter(subject_id=recording_id).exists()
        Subject.objects.filter(pk=recording_id).update(disputed=still)
        told = {"recording": recording_id, "disputed": disputed}
        acts.write(Act.Kind.HOLDERS, party=party, by=user, via="studio", told=told, at=clock.now())
        folding.fold([recording_id])


def holders_of(recording_id: int) -> list[Holder]:
    """Return the holders of a recording, the first named first."""
    return list(Holder.objects.filter(subject_id=recording_id).select_related("party__user").order_by("pk"))


def holds(user: accounts.User, recording_id: int) -> bool:
    """Tell whether somebody is a holder of a recording."""
    return Holder.objects.filter(party__user=user, subject_id=recording_id).exists()


def _own(owner: Party, recording_id: int) -> Subject:
    subject = Subject.objects.filter(pk=recording_id).first()
    if subject is None or subject.owner_id != owner.pk:
        raise NotFound(_("There is no such recording of yours."))
    return subject


def _check(lines: Sequence[Named]) -> None:
    if not lines:
        raise BadInput(_("Somebody has to hold the rights."), hint=_("Name yourself."))
    for line in lines:
        if not line.roles or set(line.roles) - set(ROLES):
            raise BadInput(_("A holder has a role: recording, composition or performance."))
    total = sum(line.share_ppm for line in lines)
    if total != WHOLE_PPM:
        raise BadInput(_("The shares add up to %s %%, not to 100 %%.") % f"{total / 10_000:g}")


def _party_at(line: Named) -> Party:
    email = line.email.strip().lower()
    try:
        party = party_of(accounts.account_at(email))
    except NotFound:
        party = Party.objects.filter(user=None, email=email, ended_at=None).first() or Party.objects.create(
            name=line.name.strip()[:200] or email, email=email
        )
    return party


def _mark_minor(party: Party, is_minor: bool) -> None:
    """Say whether a party is a minor, wherever they hold rights: nobody can license a minor's voice."""
    party.is_minor = is_minor
    party.save(update_fields=["is_minor"])
    folding.fold(party.holdings.values_list("subject_id", flat=True))


def _refuse_dropping(kept: dict[int, Holder], wanted: set[int], owner: Party) -> None:
    """Whoever has confirmed or answered stays: otherwise a no could be dropped by leaving its holder out."""
    for party_id, row in kept.items():
        if party_id in wanted or row.state == Holder.State.DECLINED:
            continue
        # A no stands whatever it was said on: leaving its holder out would drop it.
        answers = Answer.objects.filter(party_id=party_id, superseded_by=None)
        answered = answers.filter(Q(scope=TRACK, scope_id=row.subject_id) | Q(said=Answer.Said.NO)).exists()
        if party_id != owner.pk and (row.state == Holder.State.CONFIRMED or answered):
            raise NotAllowed(
                _("%s has confirmed their rights and cannot be taken off the list.") % holder_name(row),
                hint=_("They can decline them themselves, or you can dispute the list."),
            )


def _put(
    subject: Subject, kept: dict[int, Holder], wanted: dict[int, tuple[Party, Named]], owner: Party
) -> list[Party]:
    subject.holders.exclude(party_id__in=wanted).delete()
    fresh = []
    for party, line in wanted.values():
        row = kept.get(party.pk)
        if row is None:
            is_owner = party.pk == owner.pk
            state = Holder.State.CONFIRMED if is_owner else Holder.State.INVITED
            row = Holder(subject=subject, party=party, state=state)
            if not is_owner:
                fresh.append(party)
        elif party.pk != owner.pk and (row.roles, row.share_ppm) != (",".join(line.roles), line.share_ppm):
            # They confirmed another role and share than this: until they say so again, nobody has.
            row.state = Holder.State.INVITED
            fresh.append(party)
        row.roles, row.share_ppm, row.is_minor = ",".join(line.roles), line.share_ppm, line.is_minor
        row.named = line.name.strip()[:200]
        row.save()
    return fresh
