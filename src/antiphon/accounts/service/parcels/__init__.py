"""Parcels: everything that somebody has here, in open formats, to take along. Each room packs what it keeps."""

from antiphon.accounts.models import Parcel
from antiphon.accounts.service.parcels.asking import (
    ADDRESS_SECONDS,
    Shelf,
    address_of,
    ask,
    shelf_of,
)
from antiphon.accounts.service.parcels.ending import clear_away, let_go
from antiphon.accounts.service.parcels.packers import use_packer
from antiphon.accounts.service.parcels.packing import PREFIX, gave_up, pack, use_tidings
from antiphon.accounts.service.parcels.pictures import picture
from antiphon.accounts.service.parcels.writing import Packed, write_folder, write_zip

__all__ = [
    "ADDRESS_SECONDS",
    "PREFIX",
    "Packed",
    "Parcel",
    "Shelf",
    "address_of",
    "ask",
    "clear_away",
    "gave_up",
    "let_go",
    "pack",
    "picture",
    "shelf_of",
    "use_packer",
    "use_tidings",
    "write_folder",
    "write_zip",
]
