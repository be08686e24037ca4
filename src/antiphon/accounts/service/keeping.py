"""Which files accounts count on: pictures of profiles. For the doctor and for backups."""

from collections.abc import Iterator

from antiphon.accounts.models import Profile
from antiphon.storage.core.kept import KeptFile


def kept_files() -> Iterator[KeptFile]:
    """Yield every file that a row names."""
    for pk, key in Profile.objects.exclude(picture_key="").values_list("pk", "picture_key").iterator():
        yield KeptFile(key + "/", f"profile:{pk}")
