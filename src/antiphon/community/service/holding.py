"""In which order rows are held that several people write to, so that nobody waits for somebody who waits for them.

Accounts first, then profiles, tracks and sets, each by its number, and counts last. PostgreSQL looks up whom a new row
points at when the transaction ends, and waits then for whoever deletes them: so whoever is pointed at is held before a
count is. An account that ends, and music that is deleted, are held in the same order.
"""

from collections import Counter
from collections.abc import Iterable

from django.db import connection
from django.db.models import Model
from django.utils.translation import gettext as _

from antiphon.accounts import service as accounts
from antiphon.catalogue import service as catalogue
from antiphon.kernel.errors import NotFound

_HELD = "SELECT {place} FROM (SELECT 1 FROM {table} WHERE id = ANY(%s) ORDER BY id FOR KEY SHARE) AS held_{place}"


def hold(
    *,
    people: Iterable[int] = (),
    profiles: Iterable[int] = (),
    tracks: Iterable[int] = (),
    sets: Iterable[int] = (),
) -> None:
    """Until the transaction ends, none of these goes away. People may have gone already; nothing is told to them.

    Raises `NotFound` for anything else that has. SQLite has one writer, and needs none of it.
    """
    if connection.vendor != "postgresql":
        return
    models: tuple[type[Model], ...] = (accounts.User, accounts.Profile, catalogue.Track, catalogue.MusicSet)
    asked = zip(models, (people, profiles, tracks, sets), strict=True)
    wanted = [(model, ids) for model, some in asked if (ids := sorted(set(some)))]
    if not wanted:
        return
    # One question, whose parts are answered in this order. The lock is the weakest there is: it keeps out who deletes a
    # row, and nobody who changes it.
    parts = [_HELD.format(place=place, table=model._meta.db_table) for place, (model, _ids) in enumerate(wanted)]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), [ids for _model, ids in wanted])
        held = Counter(place for (place,) in cursor.fetchall())
    for place, (model, ids) in enumerate(wanted):
        if model is not accounts.User and held[place] < len(ids):
            raise NotFound(_("This is not here any more."))
