"""Ties: likes, reposts, follows, mutes, and the feed that they make."""

from ninja import Router, Status

from antiphon.accounts import service as accounts
from antiphon.api.callers import ANYONE, READ, WRITE, ApiRequest
from antiphon.api.cursors import Cursor, Limit, next_href, of_few, position_of, word_of
from antiphon.api.params import ProfileName, SecretToken, SetId, TrackId, clashes, secret_of
from antiphon.api.routers.profiles import own_profile, profile_for
from antiphon.api.rows import set_out, track_out, user_out, viewer_of
from antiphon.api.shapes.music import SetPage, TrackPage
from antiphon.api.shapes.people import UserPage
from antiphon.api.shapes.ties import Entry, EntryPage, LikesShown, NewRepost, ProfileTiesOut, RepostOut, TiesOut
from antiphon.catalogue import service as catalogue
from antiphon.community.service import feed as feeds
from antiphon.community.service import shelves, ties
from antiphon.declarations import service as declarations

router = Router(tags=["ties"])


@router.get("/tracks/{track_id}/ties", auth=ANYONE, response=TiesOut)
def track_ties(request: ApiRequest, track_id: TrackId, secret_token: SecretToken) -> TiesOut:
    """How many like a track and reposted it, and whether you did."""
    viewer = viewer_of(request.caller)
    track = catalogue.track_for(viewer, track_id, secret_of(secret_token))
    declarations.note_track(request, track)
    return _ties_out(shelves.ties_of_track(track.pk, viewer), viewer)


@router.get("/sets/{set_id}/ties", auth=ANYONE, response=TiesOut)
def set_ties(request: ApiRequest, set_id: SetId, secret_token: SecretToken) -> TiesOut:
    """How many like a set and reposted it, and whether you did."""
    viewer = viewer_of(request.caller)
    found = catalogue.set_for(viewer, set_id, secret_of(secret_token))
    music_set = found.music_set
    declarations.note(request, declarations.of_several(found.tracks), declarations.place_of_set(music_set))
    return _ties_out(shelves.ties_of_set(music_set.pk, viewer), viewer)


@router.get("/profiles/{permalink}/ties", auth=ANYONE, response=ProfileTiesOut)
def profile_ties(request: ApiRequest, permalink: ProfileName) -> ProfileTiesOut:
    """How many follow a profile, and whether you do."""
    viewer = viewer_of(request.caller)
    profile = profile_for(request, permalink)
    declarations.note_profile(request, profile)
    return _profile_ties_out(profile, viewer)


@router.put("/profiles/{permalink}/ties", auth=WRITE, response=ProfileTiesOut)
def show_likes(request: ApiRequest, permalink: ProfileName, body: LikesShown) -> ProfileTiesOut:
    """Let everybody see on your profile what you like, or nobody."""
    person = request.caller.person
    profile = own_profile(person, permalink)
    shelves.show_likes(person, profile.pk, body.shows_likes)
    return _profile_ties_out(profile, person)


@router.get("/me/likes/tracks", auth=READ, response=TrackPage)
def liked_tracks(request: ApiRequest, cursor: Cursor, limit: Limit) -> TrackPage:
    """The tracks you like, the latest liked first. Nobody else can ask for them."""
    person = request.caller.person
    page = shelves.likes_of(person, position_of(cursor), limit)
    rows = [track_out(track, person) for track in page.tracks]
    return TrackPage.model_construct(collection=rows, next_href=_next(request, page.next))


@router.put("/me/likes/tracks/{track_id}", auth=WRITE, response={204: None})
def like_track(request: ApiRequest, track_id: TrackId, secret_token: SecretToken) -> Status[None]:
    """Like a track. Twice is the same as once."""
    ties.like_track(request.caller.person, track_id, secret_of(secret_token))
    return Status(204, None)


@router.delete("/me/likes/tracks/{track_id}", auth=WRITE, response={204: None})
def unlike_track(request: ApiRequest, track_id: TrackId) -> Status[None]:
    """Take your like of a track back."""
    ties.unlike_track(request.caller.person, track_id)
    return Status(204, None)


@router.get("/me/likes/sets", auth=READ, response=SetPage)
def liked_sets(request: ApiRequest, cursor: Cursor, limit: Limit) -> SetPage:
    """The sets you like, the latest liked first."""
    person = request.caller.person
    sets, end = shelves.liked_sets(person, position_of(cursor), limit)
    return SetPage.model_construct(collection=[set_out(row, person) for row in sets], next_href=_next(request, end))


@router.put("/me/likes/sets/{set_id}", auth=WRITE, response={204: None})
def like_set(request: ApiRequest, set_id: SetId, secret_token: SecretToken) -> Status[None]:
    """Like a set. Twice is the same as once."""
    ties.like_set(request.caller.person, set_id, secret_of(secret_token))
    return Status(204, None)


@router.delete("/me/likes/sets/{set_id}", auth=WRITE, response={204: None})
def unlike_set(request: ApiRequest, set_id: SetId) -> Status[None]:
    """Take your like of a set back."""
    ties.unlike_set(request.caller.person, set_id)
    return Status(204, None)


@router.put("/me/reposts/tracks/{track_id}", auth=WRITE, response=RepostOut)
def repost_track(request: ApiRequest, track_id: TrackId, body: NewRepost | None = None) -> RepostOut:
    """Repost a public track to those who follow you, with a few words. Again with other words changes them."""
    return _repost(request.caller.person, body, track_id=track_id)


@router.delete("/me/reposts/tracks/{track_id}", auth=WRITE, response={204: None})
def unrepost_track(request: ApiRequest, track_id: TrackId) -> Status[None]:
    """Take your reposts of a track back, from all your profiles."""
    ties.unrepost(request.caller.person, track_id=track_id)
    return Status(204, None)


@router.put("/me/reposts/sets/{set_id}", auth=WRITE, response=RepostOut)
def repost_set(request: ApiRequest, set_id: SetId, body: NewRepost | None = None) -> RepostOut:
    """Repost a public set to those who follow you."""
    return _repost(request.caller.person, body, set_id=set_id)


@router.delete("/me/reposts/sets/{set_id}", auth=WRITE, response={204: None})
def unrepost_set(request: ApiRequest, set_id: SetId) -> Status[None]:
    """Take your reposts of a set back, from all your profiles."""
    ties.unrepost(request.caller.person, set_id=set_id)
    return Status(204, None)


@router.get("/profiles/{permalink}/reposts", auth=ANYONE, response=EntryPage)
def profile_reposts(request: ApiRequest, permalink: ProfileName, cursor: Cursor) -> EntryPage:
    """What a profile reposted, the latest first."""
    viewer = viewer_of(request.caller)
    return _feed_out(request, feeds.reposts_of(profile_for(request, permalink), viewer, position_of(cursor)), viewer)


@router.get("/me/follows", auth=READ, response=UserPage)
def my_follows(request: ApiRequest, cursor: Cursor, limit: Limit) -> UserPage:
    """Whom you follow, the latest first."""
    rows, end = shelves.follows_of(request.caller.person, position_of(cursor), limit)
    return UserPage.model_construct(collection=[user_out(row.profile) for row in rows], next_href=_next(request, end))


@router.put("/me/follows/{permalink}", auth=WRITE, response={204: None})
def follow(request: ApiRequest, permalink: ProfileName) -> Status[None]:
    """Follow a profile. Twice is the same as once."""
    with clashes():
        ties.follow(request.caller.person, profile_for(request, permalink))
    return Status(204, None)


@router.delete("/me/follows/{permalink}", auth=WRITE, response={204: None})
def unfollow(request: ApiRequest, permalink: ProfileName) -> Status[None]:
    """Stop following a profile."""
    ties.unfollow(request.caller.person, profile_for(request, permalink))
    return Status(204, None)


@router.get("/me/mutes", auth=READ, response=UserPage)
def my_mutes(request: ApiRequest, cursor: Cursor, limit: Limit) -> UserPage:
    """Whom you muted."""
    rows, more = of_few(request, shelves.mutes_of(request.caller.person), cursor, limit, lambda face: face.pk)
    return UserPage.model_construct(collection=[user_out(face) for face in rows], next_href=more)


@router.put("/me/mutes/{permalink}", auth=WRITE, response={204: None})
def mute(request: ApiRequest, permalink: ProfileName) -> Status[None]:
    """Be shown nothing of a profile any more. Nobody is told."""
    with clashes():
        ties.mute(request.caller.person, profile_for(request, permalink))
    return Status(204, None)


@router.delete("/me/mutes/{permalink}", auth=WRITE, response={204: None})
def unmute(request: ApiRequest, permalink: ProfileName) -> Status[None]:
    """Be shown a profile again."""
    ties.unmute(request.caller.person, profile_for(request, permalink))
    return Status(204, None)


@router.get("/me/feed", auth=READ, response=EntryPage)
def my_feed(request: ApiRequest, cursor: Cursor, limit: Limit) -> EntryPage:
    """What those whom you follow have published and reposted, in the order of time; nothing is ranked."""
    person = request.caller.person
    return _feed_out(request, feeds.feed_of(person, position_of(cursor), limit), person)


def _ties_out(found: shelves.Ties, viewer: accounts.User | None) -> TiesOut:
    liked, reposted = (found.liked, found.reposted) if viewer else (None, None)
    return TiesOut(likes_count=found.likes, reposts_count=found.reposts, liked=liked, reposted=reposted)


def _profile_ties_out(profile: accounts.Profile, viewer: accounts.User | None) -> ProfileTiesOut:
    found = shelves.ties_of_profile(profile, viewer)
    followed, muted = (found.followed, found.muted) if viewer else (None, None)
    return ProfileTiesOut(
        followers_count=found.followers, followed=followed, muted=muted, shows_likes=found.shows_likes
    )  # fmt: skip


def _repost(person: accounts.User, body: NewRepost | None, *, track_id: int = 0, set_id: int = 0) -> RepostOut:
    said = body or NewRepost()
    with clashes():
        row = ties.repost(
            person, track_id=track_id, set_id=set_id, profile_id=said.user_id or 0, words=said.words
        )  # fmt: skip
    return RepostOut(user=user_out(row.profile), words=row.words, created_at=row.at)


def _feed_out(request: ApiRequest, page: feeds.Feed, viewer: accounts.User | None) -> EntryPage:
    return EntryPage.model_construct(
        collection=[_entry_out(entry, viewer) for entry in page.entries], next_href=_next(request, page.next)
    )


def _entry_out(entry: feeds.Entry, viewer: accounts.User | None) -> Entry:
    return Entry.model_construct(
        kind="repost" if entry.reposts else "track",
        at=entry.at,
        track=track_out(entry.track, viewer) if entry.track else None,
        set=set_out(entry.music_set, viewer) if entry.music_set else None,
        reposts=[
            RepostOut.model_construct(user=user_out(row.profile), words=row.words, created_at=row.at)
            for row in entry.reposts
        ],
    )


def _next(request: ApiRequest, place: shelves.Cursor | None) -> str | None:
    return next_href(request, word_of(*place)) if place else None
