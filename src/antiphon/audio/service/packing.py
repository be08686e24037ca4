"""What audio adds to the parcel that somebody takes along: the copy for listening, where the original is gone.

Fills `accounts.ports.Packer`.
"""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from antiphon.accounts import service as accounts
from antiphon.accounts.core.file_names import split
from antiphon.accounts.core.pieces import Piece
from antiphon.audio.models import Rendition
from antiphon.catalogue import service as catalogue
from antiphon.storage import service as storage

# Both are MP4 files; what plays the first needs to know nothing of the second.
_BEST_FIRST = (Rendition.Kind.AAC_160, Rendition.Kind.OPUS_96)


def weigh(user_id: int) -> int:
    """Nothing more than the originals, in whose place these stand."""
    return 0


def pieces(user: accounts.User) -> Iterator[Piece]:
    """Yield one rendition of each recording whose original is not in the store."""
    store = storage.files()
    for some in catalogue.recordings_to_pack(user):
        lost = {row.pk: row for row in some if not store.exists(row.original_key)}
        found: dict[int, dict[str, Rendition]] = {}
        for one in Rendition.objects.filter(recording_id__in=lost):
            found.setdefault(one.recording_id, {})[one.kind] = one
        for pk, kinds in found.items():
            best = next(kinds[kind] for kind in _BEST_FIRST if kind in kinds)
            name = f"{split(lost[pk].original_name)[0]}.m4a"
            about = _("The copy for listening: the file that you uploaded is gone")
            place = catalogue.place_of_sound(lost[pk])
            yield Piece(place, name, about, key=best.key, sha256=best.sha256)
