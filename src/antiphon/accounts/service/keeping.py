"""Which files accounts count on: pictures and banners of profiles, and parcels. For the doctor and for backups."""

from collections.abc import Iterator

from antiphon.accounts.models import Parcel, Profile
from antiphon.storage.core.kept import KeptFile


def kept_files() -> Iterator[KeptFile]:
    """Yield every file that a row names."""
    for pk, *keys in Profile.objects.values_list("pk", "picture_key", "banner_key").iterator():
        for key in filter(None, keys):
            yield KeptFile(key + "/", f"profile:{pk}")
    for pk, key, size in Parcel.objects.filter(state=Parcel.State.READY).values_list("pk", "key", "size_bytes"):
        yield KeptFile(key, f"parcel:{pk}", size)
