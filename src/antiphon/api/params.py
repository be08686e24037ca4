"""Parameters that many addresses share, and small turns of speech of the routers."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Annotated, Any

from django.db import transaction
from django.utils.translation import gettext as _
from ninja import File, Path, Query, UploadedFile

from antiphon.api.callers import Caller
from antiphon.api.problems import Changed
from antiphon.kernel import clock
from antiphon.kernel.errors import BadInput, Conflict, NotSignedIn
from antiphon.kernel.ids import MOST_ID
from antiphon.storage.service import binding_of

TrackId = Annotated[int, Path(..., ge=1, le=MOST_ID, example=12)]
SetId = Annotated[int, Path(..., ge=1, le=MOST_ID, example=4)]
RowId = Annotated[int, Path(..., ge=1, le=MOST_ID, example=3)]
ProfileName = Annotated[str, Path(..., pattern="^[a-z0-9]+(?:-[a-z0-9]+)*$", max_length=40, example="ada-quill")]
SecretToken = Annotated[
    str | None,
    Query(None, pattern="^[a-z0-9]{1,32}$", description="Opens what is shared by secret link"),
]
Picture = Annotated[UploadedFile, File(..., description="JPEG, PNG or WebP, up to 20 MB")]
LONGEST_WAIT = timedelta(days=3650)


def secret_of(token: str | None) -> str:
    return token or ""


def binding(caller: Caller) -> str:
    """Return what signed addresses for this caller are bound to. Raises `NotSignedIn` without key and cookie."""
    if not caller.secret:
        raise NotSignedIn(
            _("Addresses of sound are made for one listener."),
            hint=_("Send an API key, or the cookie that a visit to any page of the site gives."),
        )
    return binding_of(caller.secret)


def moment_ahead(at: datetime | None) -> datetime | None:
    """Return the moment if it is still to come, None for now. Raises `Conflict` when it is too far away."""
    now = clock.now()
    if at is None or at <= now:
        return None
    if at > now + LONGEST_WAIT:
        raise Conflict(_("That is more than ten years away."), fields={"at": _("Choose a nearer day.")})
    return at


@contextmanager
def clashes() -> Iterator[None]:
    """What has the right shape and is refused all the same, clashes with what is stored: 409 and not 422."""
    try:
        yield
    except BadInput as error:
        raise Conflict(error.message, subject=error.subject, hint=error.hint, fields=error.fields) from error


def etag_of(row: Any) -> str:
    """Return the tag of what somebody read of a track or set: it changes with every edit."""
    return f'"{row.pk:x}-{int(row.updated_at.timestamp() * 1_000_000):x}"'


@contextmanager
def unchanged(tag: str | None, row: Any) -> Iterator[None]:
    """Edit a row only if it still is what the caller read (If-Match). Raises `Changed`.

    Holds the row until the end, so that of two edits of the same reading only one goes through.
    """
    if not tag:
        yield
        return
    with transaction.atomic():
        held = type(row).objects.select_for_update(of=("self",)).only("updated_at").filter(pk=row.pk).first()
        wanted = {part.strip() for part in tag.split(",")}
        if held is None or ("*" not in wanted and etag_of(held) not in wanted):
            raise Changed(
                _("Somebody changed this since you read it."), hint=_("Read it again and decide what to keep.")
            )
        yield
