"""Which files accounts count on: pictures and banners of profiles. For the doctor and for backups."""

from collections.abc import Iterator

from antiphon.accounts.models import Profile
from antiphon.storage.core.kept import KeptFile


def kept_files() -> Iterator[KeptFile]:
    """Yield every file that a row names."""
    for pk, *keys in Profile.objects.values_list("pk", "picture_key", "banner_key").iterator():
        for key in filter(None, keys):
            yield KeptFile(key + "/", f"profile:{pk}")
