"""Albums, EPs and playlists: make, describe, fill, publish."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext as _

from antiphon.accounts import service as accounts
from antiphon.catalogue import registry
from antiphon.catalogue.core.edits import SET_FIELDS, Changes, clean
from antiphon.catalogue.models import Downloads, MusicSet, SetItem, Sharing, Track
from antiphon.catalogue.service import access, addresses, folding, gate, indexing
from antiphon.catalogue.service.tracks import MOST_AT_ONCE, publish_tracks
from antiphon.consent import service as consent
from antiphon.kernel import clock, ids
from antiphon.kernel.errors import BadInput, NotFound


def make_set(user: accounts.User, profile_id: int, *, title: str, kind: str = MusicSet.Kind.PLAYLIST) -> MusicSet:
    """Make an empty set under one of one's profiles. Raises `BadInput`, `NotFound`."""
    good = clean(SET_FIELDS, {"title": title, "kind": kind}, _)
    profile = next((p for p in accounts.profiles_of(user) if p.pk == profile_id), None)
    if profile is None:
        raise NotFound(_("That is not one of your profiles."))
    with transaction.atomic():
        addresses.lock_profile(profile.pk)
        music_set = MusicSet(profile=profile, slug=addresses.free_set_slug(profile.pk, good["title"]), **good)
        music_set.search_text = folding.set_text(music_set)
        music_set.save()
    return music_set


def own_set(user: accounts.User, set_id: int) -> MusicSet:
    """Return one's own set. Raises `NotFound`."""
    music_set = MusicSet.objects.select_related("profile").filter(pk=set_id, profile__owner=user).first()
    if music_set is None:
        raise NotFound(_("There is no such set of yours."))
    return music_set


def own_sets(user: accounts.User, limit: int = 200) -> list[MusicSet]:
    """Return one's sets, the latest changed first, each with `track_count`."""
    rows = MusicSet.objects.filter(profile__owner=user).select_related("profile")
    return list(rows.annotate(track_count=Count("items")).order_by("-updated_at", "-pk")[:limit])


def tracks_in(user: accounts.User, set_id: int) -> list[Track]:
    """Return the tracks of one's own set in order, in whatever state they are."""
    music_set = own_set(user, set_id)
    return access.tracks_of_set(music_set, user, True, False)


def edit_set(user: accounts.User, set_id: int, changes: Changes) -> MusicSet:
    """Change what is said of a set. Raises `BadInput` naming each wrong field, `NotFound`."""
    good = clean(SET_FIELDS, changes, _)
    with transaction.atomic():
        music_set = own_set(user, set_id)
        if "slug" in good:
            addresses.move_set(music_set, good.pop("slug"))
        for name, value in good.items():
            setattr(music_set, name, value)
        _save(music_set)
        if {"title", "kind"} & set(good):
            album_changed(music_set.items.values_list("track_id", flat=True))
    return music_set


def put_tracks(user: accounts.User, set_id: int, track_ids: Iterable[int]) -> MusicSet:
    """Let a set hold exactly these tracks in this order: one's own, public ones of others, and what it holds already.

    Raises `NotFound` for any other, `BadInput` for too many.
    """
    wanted = list(dict.fromkeys(track_ids))
    if len(wanted) > MOST_AT_ONCE:
        raise BadInput(_("A set holds %d tracks at most.") % MOST_AT_ONCE, hint=_("Make a second one."))
    with transaction.atomic():
        consent.hold()
        music_set = own_set(user, set_id)
        # Whoever adds from two windows at once adds both.
        before = dict(music_set.items.select_for_update().values_list("track_id", "known_as"))
        return _put(user, music_set, wanted, before)


def add_to_set(user: accounts.User, set_id: int, track_id: int) -> bool:
    """Put a track at the end of one's own set; tell whether it was not in it yet. Raises as `put_tracks`."""
    with transaction.atomic():
        consent.hold()
        music_set = own_set(user, set_id)
        before = dict(music_set.items.select_for_update().values_list("track_id", "known_as"))
        if track_id in before:
            return False
        if len(before) >= MOST_AT_ONCE:
            raise BadInput(_("A set holds %d tracks at most.") % MOST_AT_ONCE, hint=_("Make a second one."))
        _put(user, music_set, [*before, track_id], before)
    return True


def take_out(user: accounts.User, set_id: int, track_id: int) -> None:
    """Take a track out of one's own set, whatever has become of it. Nothing happens when it is not in it."""
    with transaction.atomic():
        consent.hold()
        music_set = own_set(user, set_id)
        before = dict(music_set.items.select_for_update().values_list("track_id", "known_as"))
        if track_id in before:
            _put(user, music_set, [pk for pk in before if pk != track_id], before)


def _put(user: accounts.User, music_set: MusicSet, wanted: list[int], before: dict[int, str]) -> MusicSet:
    mine = dict(Track.objects.filter(pk__in=wanted, profile__owner=user).values_list("pk", "title"))
    theirs = dict(access.listenable(user).filter(pk__in=wanted).values_list("pk", "title"))
    called = {**before, **theirs, **mine}
    if set(wanted) - set(called):
        raise NotFound(_("One of these tracks is not there any more."), hint=_("Reload the page and try again."))
    SetItem.objects.filter(music_set=music_set).delete()
    SetItem.objects.bulk_create(
        SetItem(music_set=music_set, track_id=pk, position=position, known_as=called[pk])
        for position, pk in enumerate(wanted)
    )
    music_set.source_folder = ""  # arranged by hand from now on: tags no longer move it
    _save(music_set)
    album_changed(set(before) ^ set(wanted))
    gate.set_changed(music_set)
    return music_set


def publish_set(
    user: accounts.User, set_id: int, *, sharing: str = Sharing.PUBLIC, at: datetime | None = None
) -> MusicSet:
    """Publish a set and those of its own creator's tracks that are not out yet. Raises `BadInput` when it is empty."""
    with transaction.atomic():
        consent.hold()
        music_set = own_set(user, set_id)
        tracks = [track for track in tracks_in(user, set_id) if track.profile.owner_id == user.pk]
        if not SetItem.objects.filter(music_set=music_set).exists():
            raise BadInput(_("This set is empty."), hint=_("Add a track first."))
        drafts = [track.pk for track in tracks if track.state == Track.State.DRAFT and track.recording is not None]
        publishable = [pk for pk in drafts if not _failed(tracks, pk)]
        if publishable:
            publish_tracks(user, publishable, sharing=sharing, at=at)
        music_set.sharing = sharing
        music_set.published_at = at or music_set.published_at or clock.now()
        _save(music_set)
        album_changed(track.pk for track in tracks)
    return music_set


def unpublish_set(user: accounts.User, set_id: int) -> MusicSet:
    """Take a set back to a draft; its tracks stay as they are."""
    with transaction.atomic():
        music_set = own_set(user, set_id)
        music_set.published_at = None
        _save(music_set)
        album_changed(music_set.items.values_list("track_id", flat=True))
    return music_set


def delete_set(user: accounts.User, set_id: int) -> None:
    """Delete a set; its tracks stay."""
    with transaction.atomic():
        consent.hold()
        music_set = own_set(user, set_id)
        MusicSet.objects.select_for_update().only("pk").get(pk=music_set.pk)  # before what others keep of it
        if music_set.artwork_key:
            registry.ingest().forget([music_set.artwork_key + "/"])
        held = list(music_set.items.values_list("track_id", flat=True))
        consent.put_in_set(music_set.pk, [])
        music_set.delete()
        album_changed(held)


def renew_set_secret(user: accounts.User, set_id: int) -> MusicSet:
    """Make a new secret link; the one before opens nothing any more."""
    with transaction.atomic():
        music_set = own_set(user, set_id)
        music_set.secret_token = ids.new_secret()
        _save(music_set)
    return music_set


def set_set_artwork(set_id: int, key: str) -> None:
    """A picture was prepared for a set: it replaces the one before."""
    with transaction.atomic():
        music_set = MusicSet.objects.select_for_update().filter(pk=set_id).first()
        if music_set is None or music_set.artwork_key == key:
            return
        if music_set.artwork_key:
            registry.ingest().forget([music_set.artwork_key + "/"])
        music_set.artwork_key = key
        music_set.save(update_fields=["artwork_key", "updated_at"])


def album_of(track: Track) -> str:
    """Return the title of the release by its own creator that a track stands on, empty where not everybody may know it.

    One that comes out together with the track counts already.
    """
    now = clock.now()
    theirs = access.public_sets(max(now, track.published_at or now)).filter(profile=track.profile, items__track=track)
    rows = theirs.exclude(kind=MusicSet.Kind.PLAYLIST).order_by("pk")
    return rows.values_list("title", flat=True).first() or ""


def album_changed(track_ids: Iterable[int]) -> None:
    """Make the files that listeners may keep of these tracks anew: they name their album."""
    kept = Track.objects.filter(pk__in=list(track_ids)).exclude(downloads=Downloads.NOBODY)
    for pk in kept.values_list("pk", flat=True):
        registry.ingest().track_described(pk)


def _failed(tracks: list[Track], track_id: int) -> bool:
    track = next(track for track in tracks if track.pk == track_id)
    return track.recording is not None and track.recording.state == "failed" and not track.playable


def _save(music_set: MusicSet) -> None:
    music_set.search_text = folding.set_text(music_set)
    music_set.save()
    indexing.sets_changed([music_set.pk])
