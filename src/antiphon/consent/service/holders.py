"""Holders of a recording: who shares the rights, in which role, with which part. A list in doubt is a no."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from antiphon.accounts import service as accounts
from antiphon.consent.models import Act, Answer, Dispute, Holder, Party, Subject
from antiphon.consent.service import acts, folding, inviting
from antiphon.consent.service.answering import TRACK
from antiphon.consent.service.parties import holder_name, party_of
from antiphon.consent.service.subjects import WHOLE_PPM
from antiphon.kernel import clock
from antiphon.kernel.errors import BadInput, NotAllowed, NotFound

ROLES = ("recording", "composition", "performance")


@dataclass(frozen=True)
class Named:
    """A line of the list of holders as its owner writes it. `email` names somebody new; empty is the owner.

    `holder` is a row that stands on the list already: it names its party by itself, and `email` is not read. What is
    said of somebody whose account has ended stays as it is.
    """

    name: str
    email: str
    roles: tuple[str, ...]
    share_ppm: int
    is_minor: bool = False
    holder: int = 0


def name_holders(user: accounts.User, recording_id: int, lines: Sequence[Named], *, title: str = "") -> list[Holder]:
    """Write the whole list of holders of one's own recording; whoever is new on it is asked by e-mail.

    So is who was named before and has no link that works. Nobody who has answered is lost from it: a holder leaves
    the list only by declining. Raises `BadInput`, `NotAllowed`, and `TooMany` for too many letters in a day.
    """
    with transaction.atomic():
        acts.grow()
        owner = party_of(user)
        subject = _own(owner, recording_id)
        _check(lines)
        kept = {row.party_id: row for row in subject.holders.select_related("party__user")}
        wanted: dict[int, tuple[Party, Named]] = {}
        for line in lines:
            party = _party_of_line(line, owner, {row.pk: row for row in kept.values()})
            if party.pk in wanted:
                raise BadInput(_("%s is on the list twice.") % (line.name or line.email))
            wanted[party.pk] = (party, line)
        _refuse_dropping(kept, set(wanted), owner)
        fresh = _put(subject, kept, wanted, owner)
        told = {"recording": recording_id, "holders": len(wanted)}
        acts.write(Act.Kind.HOLDERS, party=owner, by=user, via="studio", told=told, at=clock.now())
        inviting.invite(fresh, owner, subject, title)
        folding.fold([recording_id])
        return list(subject.holders.select_related("party__user").order_by("pk"))


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


def _party_of_line(line: Named, owner: Party, there: dict[int, Holder]) -> Party:
    """Return whom a line names. Raises `BadInput` for a row that is not there, and one of the dead that was changed."""
    if not line.holder:
        return _party_at(line) if line.email else owner
    row = there.get(line.holder)
    if row is None:
        raise BadInput(_("The list has changed since you opened it."), hint=_("Reload the page and try again."))
    same_roles = set(row.roles.split(",")) == set(line.roles)
    is_same = same_roles and (row.share_ppm, row.is_minor) == (line.share_ppm, line.is_minor)
    if row.party.ended_at is not None and not is_same:
        # Nobody is there to confirm another role or share.
        raise BadInput(
            _("%s has left this site, so their role and share stay as they are.") % holder_name(row),
            hint=_("Change the others, and leave this line as it was."),
        )
    return row.party


def _party_at(line: Named) -> Party:
    email = line.email.strip().lower()
    try:
        party = party_of(accounts.account_at(email))
    except NotFound:
        party = Party.objects.filter(user=None, email=email, ended_at=None).first() or Party.objects.create(
            name=line.name.strip()[:200] or email, email=email
        )
    return party


def _refuse_dropping(kept: dict[int, Holder], wanted: set[int], owner: Party) -> None:
    """Whoever has confirmed or answered stays: otherwise a no could be dropped by leaving its holder out."""
    for party_id, row in kept.items():
        if party_id in wanted or row.state == Holder.State.DECLINED:
            continue
        if party_id != owner.pk and Dispute.objects.filter(subject_id=row.subject_id, party_id=party_id).exists():
            # Off the list they could not say any more that it is right.
            raise NotAllowed(
                _("%s says that the list is wrong and cannot be taken off it.") % holder_name(row),
                hint=_("They can decline, or say that it is right after all."),
            )
        # A no stands whatever it was said on: leaving its holder out would drop it.
        answers = Answer.objects.filter(party_id=party_id, superseded_by=None)
        answered = answers.filter(Q(scope=TRACK, scope_id=row.subject_id) | Q(said=Answer.Said.NO)).exists()
        if party_id != owner.pk and (row.state == Holder.State.CONFIRMED or answered):
            gone = row.party.ended_at is not None
            raise NotAllowed(
                _("%s has confirmed their rights and cannot be taken off the list.") % holder_name(row),
                hint=_("Their account has ended: leave their line as it was.")
                if gone
                else _("They can decline them themselves, or you can dispute the list."),
            )


def _put(
    subject: Subject, kept: dict[int, Holder], wanted: dict[int, tuple[Party, Named]], owner: Party
) -> list[Party]:
    subject.holders.exclude(party_id__in=wanted).delete()
    fresh, asked = [], inviting.asked(subject)
    for party, line in wanted.values():
        row = kept.get(party.pk)
        if row is not None and party.ended_at is not None:
            continue
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
        elif row.state == Holder.State.INVITED and party.pk not in asked:
            fresh.append(party)
        row.roles, row.share_ppm, row.is_minor = ",".join(line.roles), line.share_ppm, line.is_minor
        row.named = (line.name.strip() or row.named or line.email)[:200]
        row.save()
    return fresh
