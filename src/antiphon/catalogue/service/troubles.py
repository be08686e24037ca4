"""What an operator sees of the catalogue: how much there is, and which recordings failed."""

from dataclasses import dataclass

from antiphon.catalogue.models import MusicSet, Recording, Track, Upload


@dataclass(frozen=True)
class Amounts:
    """How much music is here."""

    tracks: int
    sets: int
    recordings: int
    open_uploads: int


def amounts() -> Amounts:
    """Count tracks, sets, recordings and uploads on their way."""
    return Amounts(
        tracks=Track.objects.count(),
        sets=MusicSet.objects.count(),
        recordings=Recording.objects.count(),
        open_uploads=Upload.objects.filter(state=Upload.State.OPEN).count(),
    )


def failed_recordings(limit: int = 20) -> list[Recording]:
    """Return the recordings that could not be made ready, the latest first, with track and profile."""
    rows = Recording.objects.filter(state=Recording.State.FAILED).select_related("track__profile")
    return list(rows.defer("overview", "report", "waveform_path").order_by("-pk")[:limit])
