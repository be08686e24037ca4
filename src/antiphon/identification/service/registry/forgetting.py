"""What the registry lets go of: old answers, old sums, and whatever a killed run or a request that broke off left."""

from datetime import timedelta

from django.conf import settings
from django.utils.translation import gettext as _

from antiphon.identification.lookup_models import Lookup, LookupBatch
from antiphon.identification.service.registry import answering, counting
from antiphon.identification.service.registry.asking import FOLDER
from antiphon.kernel import clock
from antiphon.storage import service as storage

_STALE = timedelta(hours=6)
_PART = 500


def forget() -> int:
    """Delete what is older than the site keeps it, and sound that nobody waits for; return how many answers went."""
    now = clock.now()
    counting.forget_old()
    for row in Lookup.objects.filter(state=Lookup.State.WAITING, batch=None, asked_at__lt=now - _STALE):
        answering.fail(row.pk, _("The site could not work on this. Send it again later."))
    _forget_stray_sound()
    days = int(settings.ANTIPHON.registry_keep_days)
    if not days:
        return 0
    old = Lookup.objects.filter(asked_at__lt=now - timedelta(days=days))
    number = 0
    while some := list(old.values_list("pk", flat=True)[:_PART]):
        number += Lookup.objects.filter(pk__in=some).delete()[0]
    LookupBatch.objects.filter(made_at__lt=now - timedelta(days=days), lookups=None).delete()
    return number


def _forget_stray_sound() -> None:
    waiting = Lookup.objects.filter(state=Lookup.State.WAITING)
    Lookup.objects.exclude(key="").exclude(state=Lookup.State.WAITING).update(key="")
    # Rows first and files after: a row is written before its file is there.
    there = storage.files().keys(f"{FOLDER}/")
    wanted = set(waiting.exclude(key="").values_list("key", flat=True))
    for key in there:
        if key not in wanted:
            storage.files().delete(key)
