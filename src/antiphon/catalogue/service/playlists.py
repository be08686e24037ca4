"""Sets that listeners make of what they hear: of many creators, for themselves, for whoever has the link, or for all.

An answer on a set reaches the tracks of its own maker and nobody else's (`gate.set_changed`), so putting somebody's
music into a set says nothing about what software may do with it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count, Exists, OuterRef
from django.utils.translation import gettext as _

from antiphon.accounts import service as accounts
from antiphon.catalogue.models import MusicSet, SetItem, Sharing, Track
from antiphon.catalogue.service import access, indexing, sets
from antiphon.kernel import clock
from antiphon.kernel.errors import BadInput, NotFound

MOST_OFFERED = 200


@dataclass(frozen=True)
class Held:
    """A place in a set, as its maker sees it. No track: it is there, and its creator lets nobody hear it now."""

    track_id: int
    title: str
    track: Track | None


@dataclass(frozen=True)
class Choice:
    """One of somebody's sets, and whether a track is in it."""

    music_set: MusicSet
    holds: bool
    count: int


def held_by_set(user: accounts.User, set_id: int) -> list[Held]:
    """Return everything that one's own set holds, in order. Raises `NotFound`."""
    heard = {track.pk: track for track in sets.tracks_in(user, set_id)}
    rows = SetItem.objects.filter(music_set_id=set_id).values_list("track_id", "known_as")
    return [
        Held(pk, track.title if (track := heard.get(pk)) else known_as or _("A track without a title"), track)
        for pk, known_as in rows
    ]


def not_available(music_set: MusicSet, heard: Sequence[Track]) -> list[str]:
    """Return what the tracks of a set were called that even its maker cannot hear any more, in order. One query."""
    here = {track.pk for track in heard}
    rows = SetItem.objects.filter(music_set=music_set).values_list("track_id", "known_as")
    return [known_as or _("A track without a title") for pk, known_as in rows if pk not in here]


def choices_for(user: accounts.User, track_id: int) -> list[Choice]:
    """Return one's sets, the latest changed first, each with whether it holds this track. One query."""
    held = SetItem.objects.filter(music_set=OuterRef("pk"), track_id=track_id)
    rows = MusicSet.objects.filter(profile__owner=user).select_related("profile")
    rows = rows.annotate(track_count=Count("items"), holds=Exists(held)).order_by("-updated_at", "-pk")
    return [Choice(row, row.holds, row.track_count) for row in rows[:MOST_OFFERED]]


def track_to_add(user: accounts.User, track_id: int) -> Track:
    """Return a track that this person may put into a set: their own, or one that everybody may hear.

    Raises `NotFound`.
    """
    found = access.listenable(user).filter(pk=track_id).first()
    if found is None:
        mine = Track.objects.filter(profile__owner=user).exclude(state=Track.State.WITHDRAWN)
        found = mine.select_related("profile", "recording").filter(pk=track_id).first()
    if found is None:
        raise NotFound(_("There is no such track."))
    return found


def begin_playlist(
    user: accounts.User, title: str, track_id: int, *, sharing: str = Sharing.PRIVATE, name: str = ""
) -> MusicSet:
    """Make a playlist that begins with this track. Whoever has no profile yet gets one with the name they give.

    Raises `BadInput` naming the field, `NotFound`.
    """
    if sharing not in Sharing.values:
        raise BadInput(_("Choose who may see it."), fields={"sharing": _("Choose one.")})
    if not title.strip():
        raise BadInput(_("A set needs a title."), fields={"title": _("Give it a title.")})
    with transaction.atomic():
        track_to_add(user, track_id)
        profiles = accounts.profiles_of(user)
        if not profiles and not name.strip():
            words = _("Say under which name you make it.")
            raise BadInput(words, fields={"name": words})
        profile = profiles[0] if profiles else accounts.make_profile(user, name)
        made = sets.make_set(user, profile.pk, title=title)
        sets.add_to_set(user, made.pk, track_id)
        return share_set(user, made.pk, sharing)


def share_set(user: accounts.User, set_id: int, sharing: str) -> MusicSet:
    """Let everybody see one's set, whoever has its link, or nobody; the tracks in it stay as they are.

    Raises `BadInput`, `NotFound`.
    """
    if sharing not in Sharing.values:
        raise BadInput(_("Choose who may see it."), fields={"sharing": _("Choose one.")})
    with transaction.atomic():
        music_set = sets.own_set(user, set_id)
        music_set.sharing = sharing
        if sharing == Sharing.PRIVATE:
            music_set.published_at = None
        else:
            music_set.published_at = music_set.published_at or clock.now()
        music_set.save(update_fields=["sharing", "published_at", "updated_at"])
        indexing.sets_changed([music_set.pk])
        sets.album_changed(music_set.items.values_list("track_id", flat=True))
    return music_set
