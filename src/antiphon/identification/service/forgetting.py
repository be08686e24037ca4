"""What a recall does to fingerprints. The rows are gone with the withdrawal already; here the index follows."""

from collections.abc import Iterable

from django.db import transaction

from antiphon.identification.service import hearing, shelving


def forget(recording_ids: Iterable[int]) -> int:
    """Take recordings out of the index, and forget everything about those that are deleted. Idempotent.

    Raises `Conflict` while another process writes to the index: the recall is carried out later.
    """
    ids = list(recording_ids)
    with transaction.atomic():
        gone = hearing.let_go(ids)
    hearing.drop_deleted(ids)
    shelving.take_out(ids)
    return gone
