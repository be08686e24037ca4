"""Addresses of tracks and sets under a profile: free ones, and those that were left and redirect."""

from collections.abc import Callable

from django.utils.translation import gettext as _

from antiphon.accounts import service as accounts
from antiphon.accounts.core.names import slug_of
from antiphon.catalogue.core.edits import RESERVED_TRACK_SLUGS
from antiphon.catalogue.models import FormerSetSlug, FormerTrackSlug, MusicSet, Track
from antiphon.kernel.errors import BadInput


def lock_profile(profile_id: int) -> accounts.Profile:
    """Hold a profile until the transaction ends, so that two writers cannot take one address."""
    return accounts.Profile.objects.select_for_update().get(pk=profile_id)


def free_track_slug(profile_id: int, title: str) -> str:
    """Return an address for a new track: its title's, with a number when that is taken."""
    return _free(slug_of(title)[:90].strip("-") or "track", lambda slug: _track_slug_taken(profile_id, slug))


def free_set_slug(profile_id: int, title: str) -> str:
    """Return an address for a new set: its title's, with a number when that is taken."""
    return _free(slug_of(title)[:90].strip("-") or "set", lambda slug: _set_slug_taken(profile_id, slug))


def move_track(track: Track, slug: str) -> None:
    """Give a track another address and keep the old one as a redirect. Raises `BadInput` when it is taken."""
    if slug == track.slug:
        return
    lock_profile(track.profile_id)
    if _track_slug_taken(track.profile_id, slug, track.pk):
        taken = _("Another of your tracks has or had this address.")
        raise BadInput(taken, hint=_("Choose another."), fields={"slug": taken})
    FormerTrackSlug.objects.filter(profile_id=track.profile_id, slug=slug).delete()  # its own, taken back
    FormerTrackSlug.objects.create(profile_id=track.profile_id, slug=track.slug, track=track)
    track.slug = slug


def move_set(music_set: MusicSet, slug: str) -> None:
    """Give a set another address and keep the old one as a redirect. Raises `BadInput` when it is taken."""
    if slug == music_set.slug:
        return
    lock_profile(music_set.profile_id)
    if _set_slug_taken(music_set.profile_id, slug, music_set.pk):
        taken = _("Another of your sets has or had this address.")
        raise BadInput(taken, hint=_("Choose another."), fields={"slug": taken})
    FormerSetSlug.objects.filter(profile_id=music_set.profile_id, slug=slug).delete()  # its own, taken back
    FormerSetSlug.objects.create(profile_id=music_set.profile_id, slug=music_set.slug, music_set=music_set)
    music_set.slug = slug


def _track_slug_taken(profile_id: int, slug: str, by_others_than: int = 0) -> bool:
    if slug in RESERVED_TRACK_SLUGS:
        return True
    live = Track.objects.filter(profile_id=profile_id, slug=slug).exclude(pk=by_others_than)
    former = FormerTrackSlug.objects.filter(profile_id=profile_id, slug=slug).exclude(track_id=by_others_than)
    return live.exists() or former.exists()


def _set_slug_taken(profile_id: int, slug: str, by_others_than: int = 0) -> bool:
    live = MusicSet.objects.filter(profile_id=profile_id, slug=slug).exclude(pk=by_others_than)
    former = FormerSetSlug.objects.filter(profile_id=profile_id, slug=slug).exclude(music_set_id=by_others_than)
    return live.exists() or former.exists()


def _free(wish: str, taken: Callable[[str], bool]) -> str:
    number = 1
    slug = wish
    while taken(slug):
        number += 1
        slug = f"{wish}-{number}"
    return slug
