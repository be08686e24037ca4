"""The registry by sound: whose is this, and what may be done with it? Questions, answers, and who asked after what."""

from antiphon.identification.lookup_models import Lookup, LookupBatch
from antiphon.identification.service.registry.answering import signed_file
from antiphon.identification.service.registry.asking import (
    LARGEST_BYTES,
    LARGEST_PRINTS,
    ask_by_file,
    ask_by_link,
    ask_by_prints,
    lookup,
)
from antiphon.identification.service.registry.batches import Item, Stands, add, answers, begin, stands
from antiphon.identification.service.registry.choosing import choose, is_named
from antiphon.identification.service.registry.composing import read
from antiphon.identification.service.registry.counting import After, asked_after, times_asked_after

__all__ = [
    "LARGEST_BYTES",
    "LARGEST_PRINTS",
    "After",
    "Item",
    "Lookup",
    "LookupBatch",
    "Stands",
    "add",
    "answers",
    "ask_by_file",
    "ask_by_link",
    "ask_by_prints",
    "asked_after",
    "begin",
    "choose",
    "is_named",
    "lookup",
    "read",
    "signed_file",
    "stands",
    "times_asked_after",
]
