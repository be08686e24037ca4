"""The seal “never for models”: any holder closes it; only all holders together open it, after 30 public days."""

from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from antiphon.accounts import service as accounts
from antiphon.consent.models import Act, Holder, Opening, Party, Subject
from antiphon.consent.service import acts, folding, letters
from antiphon.consent.service.parties import party_of
from antiphon.kernel import clock
from antiphon.kernel.errors import NotFound

PUBLIC_DAYS = timedelta(days=30)


def seal(user: accounts.User, recording_ids: Iterable[int]) -> Act:
    """Seal recordings that one holds rights in; it counts at once. Raises `NotFound`."""
    with transaction.atomic():
        acts.grow()
        party, ids, now = party_of(user), list(recording_ids), clock.now()
        _check_held(party, ids)
        Opening.objects.filter(subject_id__in=ids).delete()
        Subject.objects.filter(pk__in=ids, sealed_at=None).update(sealed_at=now, sealed_by=party)
        Subject.objects.filter(pk__in=ids).update(opens_at=None)
        act = acts.write(Act.Kind.SEAL, party=party, by=user, via="studio", told={"sealed": ids}, at=now)
        folding.fold(ids)
    return act


def ask_to_open(user: accounts.User, recording_ids: Iterable[int]) -> Act:
    """Ask to open seals. When every holder of a recording has asked, its 30 public days begin."""
    with transaction.atomic():
        acts.grow()
        party, ids, now = party_of(user), list(recording_ids), clock.now()
        _check_held(party, ids)
        act = acts.write(Act.Kind.SEAL, party=party, by=user, via="studio", told={"asks_to_open": ids}, at=now)
        opening = []
        for pk in (
            Subject.objects.filter(pk__in=ids, opens_at=None).exclude(sealed_at=None).values_list("pk", flat=True)
        ):
            Opening.objects.get_or_create(subject_id=pk, party=party, defaults={"at": now})
            holders = set(Holder.objects.filter(subject_id=pk).values_list("party_id", flat=True))
            if holders == set(Opening.objects.filter(subject_id=pk).values_list("party_id", flat=True)):
                opening.append(pk)
        Subject.objects.filter(pk__in=opening).update(opens_at=now + PUBLIC_DAYS)
        if opening:
            parties = Party.objects.filter(holdings__subject_id__in=opening).select_related("user").distinct()
            letters.seal_opens(len(opening), now + PUBLIC_DAYS, parties, f"seal:{act.uid}")
        folding.fold(ids)
    return act


def _check_held(party: Party, ids: list[int]) -> None:
    held = set(Holder.objects.filter(party=party, subject_id__in=ids).values_list("subject_id", flat=True))
    if not ids or set(ids) - held:
        raise NotFound(_("You hold no rights there."), hint=_("Reload the page and try again."))
