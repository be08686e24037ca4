"""Tables of the catalogue: music, what is said against it, what comes in, what is found. Private to the room."""

from antiphon.catalogue.models.care import (
    Appeal,
    Case,
    CaseNote,
    Report,
    Ruling,
    TrailLine,
)
from antiphon.catalogue.models.elsewhere import (
    Bringing,
)
from antiphon.catalogue.models.finding import (
    SearchRow,
    SearchSpelling,
)
from antiphon.catalogue.models.music import (
    Downloads,
    FormerSetSlug,
    FormerTrackSlug,
    License,
    MusicSet,
    PinnedTrack,
    Recording,
    SetItem,
    Sharing,
    Track,
    Upload,
)

__all__ = [
    "Appeal",
    "Bringing",
    "Case",
    "CaseNote",
    "Downloads",
    "FormerSetSlug",
    "FormerTrackSlug",
    "License",
    "MusicSet",
    "PinnedTrack",
    "Recording",
    "Report",
    "Ruling",
    "SearchRow",
    "SearchSpelling",
    "SetItem",
    "Sharing",
    "Track",
    "TrailLine",
    "Upload",
]
