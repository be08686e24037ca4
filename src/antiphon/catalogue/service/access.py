"""Who may see, hear and fetch what. Every read of somebody else's music goes through here."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.db.models import BigAutoField, CharField, Q, QuerySet
from django.utils.translation import gettext as _

from antiphon.accounts import service as accounts
from antiphon.catalogue.models import Downloads, FormerSetSlug, FormerTrackSlug, MusicSet, SetItem, Sharing, Track
from antiphon.kernel import clock
from antiphon.kernel.errors import Gone, NotFound
from antiphon.storage.prepared import Prepared, Slot

Viewer = accounts.User | None
TrackRows = QuerySet[Track]
SetRows = QuerySet[MusicSet]

# What pages of many tracks do not show: the large columns of a recording and a track.
_HEAVY = (
    "recording__overview",
    "recording__report",
    "search_text",
    "profile__biography",
    "profile__search_text",
)


@dataclass(frozen=True)
class FoundTrack:
    track: Track
    is_owner: bool


@dataclass(frozen=True)
class Moved:
    """A track or a set has another address now; send the visitor there."""

    address: str


@dataclass(frozen=True)
class FoundSet:
    music_set: MusicSet
    tracks: list[Track]  # in order, those that this viewer may hear
    is_owner: bool


def is_owner(viewer: Viewer, thing: Track | MusicSet) -> bool:
    return viewer is not None and viewer.is_authenticated and thing.profile.owner_id == viewer.pk


can_edit = is_owner


def listenable(viewer: Viewer) -> TrackRows:
    """Every track that is public for this viewer now, newest first, with profile and the light part of recording."""
    return _without_blocked(public_tracks(), viewer)


def public_now(now: datetime | Slot | None = None, below: str = "") -> dict[str, Any]:
    """The conditions on a track's own row under which everybody may hear it at this moment.

    below: the way to that row from another one, as `track__`.
    """
    return {
        f"{below}sharing": Sharing.PUBLIC,
        f"{below}state": Track.State.PUBLISHED,
        f"{below}playable": True,
        f"{below}held": Track.Held.FREE,
        f"{below}hidden_at": None,
        f"{below}published_at__lte": now or clock.now(),
    }


def is_public(thing: Track | MusicSet) -> bool:
    """Tell whether everybody may hear a track, or see a set, at this moment."""
    if thing.sharing != Sharing.PUBLIC or thing.hidden_at is not None or thing.profile.hidden_at is not None:
        return False
    if isinstance(thing, Track) and (thing.state != Track.State.PUBLISHED or not thing.playable or thing.held):
        return False
    return thing.published_at is not None and thing.published_at <= clock.now()


def public_tracks(now: datetime | Slot | None = None) -> TrackRows:
    """Every track that is public for everybody at this moment, newest first."""
    return (
        Track.objects.filter(profile__hidden_at=None, **public_now(now))
        .select_related("profile", "recording")
        .defer(*_HEAVY)
        .order_by("-published_at", "-id")
    )


def _without_blocked(rows: TrackRows, viewer: Viewer) -> TrackRows:
    blocked = accounts.blocked_ids(viewer) if viewer is not None and viewer.is_authenticated else set()
    return rows.exclude(profile__owner_id__in=blocked) if blocked else rows


def public_sets(now: datetime | Slot | None = None) -> SetRows:
    """Every set that is public for everybody at this moment, newest first."""
    return MusicSet.objects.filter(**public_sets_now(now)).order_by("-published_at", "-id")


def public_sets_now(now: datetime | Slot | None = None, below: str = "") -> dict[str, Any]:
    """The conditions under which everybody may see a set at this moment; `below` as of `public_now`."""
    return {
        f"{below}sharing": Sharing.PUBLIC,
        f"{below}hidden_at": None,
        f"{below}published_at__lte": now or clock.now(),
        f"{below}profile__hidden_at": None,
    }


def visible_sets(viewer: Viewer) -> SetRows:
    """Every set that is public for this viewer now, newest first."""
    rows = public_sets().select_related("profile").defer("search_text", "profile__biography", "profile__search_text")
    blocked = accounts.blocked_ids(viewer) if viewer is not None and viewer.is_authenticated else set()
    return rows.exclude(profile__owner_id__in=blocked) if blocked else rows


_at_address = Prepared(
    lambda: Track.objects.select_related("profile", "recording").filter(
        profile__slug=Slot("profile", CharField()), slug=Slot("track", CharField())
    )
)


def track_at(profile_slug: str, track_slug: str, viewer: Viewer, secret: str = "") -> FoundTrack | Moved:
    """Return the track at an address, if this viewer may see it.

    Raises `NotFound`, also for what is private, and `Gone` for what was public and was withdrawn.
    """
    rows = _at_address(profile=profile_slug, track=track_slug)
    if not rows:
        return _moved(profile_slug, track_slug, viewer)
    track = rows[0]
    _admit(track, viewer, secret)
    return FoundTrack(track, is_owner(viewer, track))


@cache
def _by_id(columns: tuple[str, ...]) -> Prepared[Track]:
    rows = Track.objects.select_related("profile", "recording").filter(pk=Slot("track", BigAutoField()))
    return Prepared(lambda: rows.only(*columns) if columns else rows)


def track_for(viewer: Viewer, track_id: int, secret: str = "", *, columns: Iterable[str] = ()) -> Track:
    """Return a track by id, if this viewer may see it; a set's secret opens its tracks too. Raises as `track_at`.

    With `columns`, only those are read, which a program that asks for many tracks one by one is glad of.
    """
    rows = _by_id(tuple(columns))(track=track_id)
    if not rows:
        raise NotFound(_("There is no such track."))
    track = rows[0]
    _admit(track, viewer, secret)
    return track


def set_at(profile_slug: str, set_slug: str, viewer: Viewer, secret: str = "") -> FoundSet | Moved:
    """Return the set at an address with the tracks this viewer may hear. Raises `NotFound`."""
    row = MusicSet.objects.select_related("profile").filter(profile__slug=profile_slug, slug=set_slug).first()
    return _moved_set(profile_slug, set_slug, viewer) if row is None else _opened(row, viewer, secret)


def set_for(viewer: Viewer, set_id: int, secret: str = "") -> FoundSet:
    """Return a set by id with the tracks this viewer may hear. Raises `NotFound`."""
    row = MusicSet.objects.select_related("profile").filter(pk=set_id).first()
    return _opened(row, viewer, secret)


def may_download(viewer: Viewer, track: Track) -> bool:
    """Tell whether this viewer may fetch the file of a track that they may already see."""
    if is_owner(viewer, track):
        return True
    if track.downloads == Downloads.ANYONE:
        return True
    return track.downloads == Downloads.MEMBERS and viewer is not None and viewer.is_authenticated


def _moved(profile_slug: str, track_slug: str, viewer: Viewer) -> Moved:
    former = (
        FormerTrackSlug.objects.filter(profile__slug=profile_slug, slug=track_slug)
        .select_related("track__profile", "track__recording")
        .first()
    )
    if former is None:
        raise NotFound(_("There is no such track."))
    _admit(former.track, viewer, "")
    return Moved(former.track.get_absolute_url())


def _moved_set(profile_slug: str, set_slug: str, viewer: Viewer) -> Moved:
    rows = FormerSetSlug.objects.filter(profile__slug=profile_slug, slug=set_slug)
    former = rows.select_related("music_set__profile").first()
    _opened(former.music_set if former else None, viewer, "")
    assert former is not None  # noqa: S101  (`_opened` refuses None)
    return Moved(former.music_set.get_absolute_url())


def _admit(track: Track, viewer: Viewer, secret: str) -> None:
    if is_owner(viewer, track) or (viewer is not None and accounts.is_moderator(viewer)):
        return
    missing = NotFound(_("There is no such track."))
    if track.hidden_at or track.profile.hidden_at:
        raise missing
    if viewer is not None and viewer.is_authenticated and track.profile.owner_id in accounts.blocked_ids(viewer):
        raise missing
    by_link = bool(secret) and track.sharing != Sharing.PRIVATE and opens(track, secret)
    if track.sharing != Sharing.PUBLIC and not by_link:
        raise missing
    if track.state == Track.State.WITHDRAWN:
        raise Gone(_("This track has been withdrawn by its creator."))
    if track.state != Track.State.PUBLISHED or not track.playable or track.held:
        raise missing
    if track.published_at is None or track.published_at > clock.now():
        raise missing


def opens(track: Track, secret: str) -> bool:
    """Tell whether a secret is this track's, or that of a set which its owner put it in."""
    if secret == track.secret_token:
        return True
    return SetItem.objects.filter(
        track=track,
        music_set__secret_token=secret,
        music_set__sharing=Sharing.SECRET,
        music_set__profile__owner_id=track.profile.owner_id,
    ).exists()


def _opened(music_set: MusicSet | None, viewer: Viewer, secret: str) -> FoundSet:
    missing = NotFound(_("There is no such set."))
    if music_set is None:
        raise missing
    owner = is_owner(viewer, music_set)
    by_link = music_set.sharing == Sharing.SECRET and secret == music_set.secret_token
    if not owner and not (viewer is not None and accounts.is_moderator(viewer)):
        if music_set.hidden_at or music_set.profile.hidden_at:
            raise missing
        if music_set.sharing != Sharing.PUBLIC and not by_link:
            raise missing
        if music_set.published_at is None or music_set.published_at > clock.now():
            raise missing
        if (
            viewer is not None
            and viewer.is_authenticated
            and music_set.profile.owner_id in accounts.blocked_ids(viewer)
        ):
            raise missing
    return FoundSet(music_set, tracks_of_set(music_set, viewer, owner, by_link), owner)


def tracks_of_set(music_set: MusicSet, viewer: Viewer, owner: bool, by_link: bool) -> list[Track]:
    if owner:
        rows = Track.objects.exclude(state=Track.State.WITHDRAWN).select_related("profile", "recording").defer(*_HEAVY)
        rows = rows.filter(Q(profile__owner_id=music_set.profile.owner_id) | Q(pk__in=listenable(viewer).values("pk")))
    elif by_link:
        heard = Q(sharing=Sharing.PUBLIC) | Q(sharing=Sharing.SECRET, profile__owner_id=music_set.profile.owner_id)
        rows = (
            Track.objects.filter(
                heard,
                state=Track.State.PUBLISHED,
                playable=True,
                held=Track.Held.FREE,
                hidden_at=None,
                published_at__lte=clock.now(),
            )
            .filter(profile__hidden_at=None)
            .select_related("profile", "recording")
            .defer(*_HEAVY)
        )
        rows = _without_blocked(rows, viewer)
    else:
        rows = listenable(viewer)
    return list(rows.filter(set_items__music_set=music_set).order_by("set_items__position", "set_items__id"))
