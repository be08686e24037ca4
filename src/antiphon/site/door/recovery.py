"""What a killed server leaves behind in `<data>/incoming`: complete files nobody received, and files nobody wants."""

import logging
import time
import uuid
from pathlib import Path

from django.conf import settings

from antiphon.catalogue import service as catalogue
from antiphon.kernel import clock
from antiphon.kernel.errors import AntiphonError
from antiphon.site.door.incoming import Busy, Incoming

log = logging.getLogger(__name__)

# A file without an open upload is removed only when it has lain for so long: it may be about to get its row.
ORPHAN_AFTER_S = 3600
# A complete file is left alone for so long: whoever wrote its last byte is about to receive it.
STRANDED_AFTER_S = 20


def incoming() -> Incoming:
    """The site's folder of partial files."""
    return Incoming(settings.DATA / "incoming")


def finish_stranded() -> int:
    """Receive every upload whose bytes are complete; return how many. Safe to call at any time, by any process."""
    folder, finished = incoming(), 0
    for upload in catalogue.unfinished_uploads():
        if folder.length(upload.pk) != upload.size_bytes or _age_s(folder.path(upload.pk)) < STRANDED_AFTER_S:
            continue
        try:
            with folder.opened(upload.pk):
                catalogue.receive(upload.pk, folder.path(upload.pk))
            finished += 1
        except Busy:
            continue  # whoever writes to it now will receive it
        except AntiphonError as error:
            log.warning("upload %s is complete, but was not received: %s", upload.pk, error.message)
    return finished


def remove_expired() -> int:
    """Expire uploads that nobody finished in time and remove what no open upload owns; return how many files went."""
    folder, removed = incoming(), 0
    catalogue.expire_uploads(clock.now())
    wanted = {upload.pk for upload in catalogue.unfinished_uploads()}
    for path in folder.folder.iterdir():
        try:
            upload_id = uuid.UUID(path.name.partition(".")[0])
        except ValueError:
            continue
        if upload_id not in wanted and _age_s(path) > ORPHAN_AFTER_S:
            folder.remove(upload_id)
            removed += 1
    return removed


def _age_s(path: Path) -> float:
    try:
        return time.time() - path.stat().st_mtime
    except FileNotFoundError:  # filed or removed since we looked
        return 0.0


def sweep() -> None:
    """Do both; called when the server starts, and every now and then."""
    finished, removed = finish_stranded(), remove_expired()
    if finished or removed:
        log.info("received %d complete uploads, removed %d abandoned files", finished, removed)
