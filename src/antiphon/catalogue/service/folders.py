"""Sets made from a dropped folder: which set, in which order, and until when the tags may still arrange it."""

from pathlib import PurePosixPath

from antiphon.catalogue.models import MusicSet, SetItem, Track, Upload
from antiphon.catalogue.service import addresses, folding, gate


def place(track: Track, upload: Upload) -> None:
    """Put a new track into the set of its folder, which is made when this is the folder's first file."""
    music_set = MusicSet.objects.filter(
        profile_id=upload.profile_id, source_batch=upload.batch, source_folder=upload.folder
    ).first()
    if music_set is None:
        title = PurePosixPath(upload.folder).name
        music_set = MusicSet(
            profile=upload.profile,
            title=title,
            slug=addresses.free_set_slug(upload.profile_id, title),
            kind=MusicSet.Kind.SINGLE,
            source_batch=upload.batch,
            source_folder=upload.folder,
        )
        music_set.search_text = folding.set_text(music_set)
        music_set.save()
    SetItem.objects.get_or_create(music_set=music_set, track=track, defaults={"position": music_set.items.count()})
    arrange(music_set)
    gate.set_changed(music_set)


def attached_set(track: Track) -> MusicSet | None:
    """Return the set that this track's folder made, while nobody has arranged it by hand."""
    return MusicSet.objects.filter(items__track=track, published_at=None).exclude(source_folder="").first()


def arrange(music_set: MusicSet) -> None:
    """Order a folder's set by disc, track number and file name, and call it what its length says."""
    items = list(SetItem.objects.filter(music_set=music_set).select_related("track__recording"))
    items.sort(key=_order)
    for position, item in enumerate(items):
        item.position = position
    SetItem.objects.bulk_update(items, ["position"])
    kind = _kind(len(items))
    if music_set.kind != kind:
        music_set.kind = kind
        music_set.save(update_fields=["kind", "updated_at"])


def name_after_album(music_set: MusicSet, album: str) -> None:
    """Give a folder's set the title that the files' tags give the album, unless somebody has named it."""
    if album and music_set.title == PurePosixPath(music_set.source_folder).name and music_set.title != album:
        music_set.title = album
        music_set.slug = addresses.free_set_slug(music_set.profile_id, album)
        music_set.search_text = folding.set_text(music_set)
        music_set.save(update_fields=["title", "slug", "search_text", "updated_at"])


def _order(item: SetItem) -> tuple[int, int, str, int]:
    track = item.track
    name = track.recording.original_name if track.recording else track.title
    return (track.disc_number or 1, track.track_number or 10_000, name.casefold(), track.pk)


def _kind(tracks: int) -> MusicSet.Kind:
    if tracks <= 1:
        return MusicSet.Kind.SINGLE
    return MusicSet.Kind.EP if tracks <= 6 else MusicSet.Kind.ALBUM
