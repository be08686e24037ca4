"""Liking, passing on, following, muting, and taking each of them back. Doing one twice is the same as once.

Each verb holds whom it concerns, writes its row, tells them and keeps the count in one transaction. Counts come last:
whoever holds one waits for nobody. What was undone leaves no count and no notice that nobody has seen.
"""

from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from antiphon.accounts import service as accounts
from antiphon.catalogue import service as catalogue
from antiphon.community.models import Follow, Like, Mute, Repost
from antiphon.community.service import notices, pace, tallies
from antiphon.community.service.holding import hold
from antiphon.community.service.seen import forget_cached
from antiphon.kernel.errors import BadInput, Conflict, NotAllowed, NotFound

Kind = notices.Kind
LONGEST_WORDS = 200


def like_track(user: accounts.User, track_id: int, secret: str = "") -> None:
    """Like a track that one may hear. Raises `NotFound`, `Gone` and `TooMany`."""
    track = catalogue.track_for(user, track_id, secret)
    pace.count_like(user.pk)
    with transaction.atomic():
        hold(people=[user.pk, track.profile.owner_id], tracks=[track.pk])
        row, made = Like.objects.get_or_create(user=user, track_id=track.pk)
        if not made:
            return
        about = 0 if _face(user) else row.at.toordinal()
        _tell(user, track.profile.owner_id, Kind.LIKE, track.get_absolute_url(), track_id=track.pk, about=about)
        tallies.bump_track(track.pk, likes=1)


def unlike_track(user: accounts.User, track_id: int) -> None:
    """Take a like of a track back."""
    with transaction.atomic():
        hold(people=[user.pk], tracks=[track_id])
        row = Like.objects.select_for_update().filter(user=user, track_id=track_id).first()
        if row is None:
            return
        row.delete()
        by = _face(user)
        if by is not None:
            notices.take_back(Kind.LIKE, by=by, track_id=track_id)
        elif not Like.objects.filter(_unnamed_on(row.at), track_id=track_id).exists():
            notices.take_back(Kind.LIKE, by=None, track_id=track_id, about_id=row.at.toordinal())
        tallies.bump_track(track_id, likes=-1)


def like_set(user: accounts.User, set_id: int, secret: str = "") -> None:
    """Like a set that one may see. Raises `NotFound` and `TooMany`."""
    music_set = catalogue.set_for(user, set_id, secret).music_set
    pace.count_like(user.pk)
    with transaction.atomic():
        hold(people=[user.pk, music_set.profile.owner_id], sets=[music_set.pk])
        _row, made = Like.objects.get_or_create(user=user, music_set_id=music_set.pk)
        if not made:
            return
        _tell(user, music_set.profile.owner_id, Kind.LIKE, music_set.get_absolute_url(), about=music_set.pk)
        tallies.bump_set(music_set.pk, likes=1)


def unlike_set(user: accounts.User, set_id: int) -> None:
    """Take a like of a set back."""
    with transaction.atomic():
        hold(people=[user.pk], sets=[set_id])
        if not Like.objects.filter(user=user, music_set_id=set_id).delete()[0]:
            return
        by = _face(user)
        if by is not None or not Like.objects.filter(music_set_id=set_id).exists():
            notices.take_back(Kind.LIKE, by=by, about_id=set_id)
        tallies.bump_set(set_id, likes=-1)


def repost(
    user: accounts.User, *, track_id: int = 0, set_id: int = 0, profile_id: int = 0, words: str | None = None
) -> Repost:
    """Pass a public track or set on to those who follow a profile of one's own (the first, when none is named).

    Again with other words changes them; None leaves them. Raises `NotFound`, `Conflict` for somebody without a
    profile, `NotAllowed` for what is not public, `BadInput` for too many words, and `TooMany`.
    """
    by = _speaker(user, profile_id)
    kept = _few(words)
    thing = catalogue.track_for(user, track_id) if track_id else catalogue.set_for(user, set_id).music_set
    if not catalogue.is_public(thing):
        raise NotAllowed(
            _("Only what everybody may hear can be reposted."), hint=_("Share its link with whom you mean instead.")
        )
    pace.count_repost(user.pk)
    with transaction.atomic():
        _hold_reposted(user, thing.profile.owner_id, track_id, set_id)
        row, made = Repost.objects.get_or_create(  # type: ignore[misc]  # one of the two is None
            profile=by, track_id=track_id or None, music_set_id=set_id or None, defaults={"words": kept or ""}
        )
        if not made:
            if kept is not None and row.words != kept:
                row.words = kept
                row.save(update_fields=["words"])
            return row
        notices.tell(
            thing.profile.owner_id, Kind.REPOST, address=thing.get_absolute_url(), by=by,
            track_id=track_id or None, about_id=set_id, words=row.words,
        )  # fmt: skip
        _bump_reposts(track_id, set_id, 1)
    return row


def unrepost(user: accounts.User, *, track_id: int = 0, set_id: int = 0, profile_id: int = 0) -> None:
    """Take back what one's profiles (or the one that is named) passed on."""
    mine = [one for one in accounts.profiles_of(user) if profile_id in (0, one.pk)]
    with transaction.atomic():
        _hold_reposted(user, 0, track_id, set_id)
        for by in mine:
            rows = Repost.objects.filter(profile=by, track=track_id or None, music_set=set_id or None)
            if rows.delete()[0]:
                notices.take_back(Kind.REPOST, by=by, track_id=track_id or None, about_id=set_id)
                _bump_reposts(track_id, set_id, -1)


def follow(user: accounts.User, profile: accounts.Profile) -> None:
    """Hear in one's feed what a profile publishes and reposts.

    Raises `BadInput` for one's own, `NotFound` where one blocked the other, `TooMany`, and `Conflict` at the most that
    one person may follow.
    """
    _check_reachable(user, profile)
    if profile.owner_id == user.pk:
        raise BadInput(_("This is your own profile; you hear it anyway."), subject=profile.slug)
    if Follow.objects.filter(user=user, profile=profile).exists():
        return
    pace.count_follow(user.pk)
    most = int(settings.ANTIPHON.follows_most)
    if most and Follow.objects.filter(user=user).count() >= most:
        raise Conflict(
            _("You follow %(most)s profiles, which is as many as go.") % {"most": most},
            hint=_("Unfollow some that you do not listen to any more."),
        )
    with transaction.atomic():
        hold(people=[user.pk, profile.owner_id], profiles=[profile.pk])
        row, made = Follow.objects.get_or_create(user=user, profile=profile)
        if not made:
            return
        by = _face(user)
        about = 0 if by else row.at.toordinal()
        address = by.get_absolute_url() if by else profile.get_absolute_url()
        _tell(user, profile.owner_id, Kind.FOLLOW, address, about=about)
        tallies.bump_profile(profile.pk, followers=1)
    forget_cached(user)


def unfollow(user: accounts.User, profile: accounts.Profile) -> None:
    """Stop following a profile."""
    with transaction.atomic():
        hold(people=[user.pk, profile.owner_id], profiles=[profile.pk])
        row = Follow.objects.select_for_update().filter(user=user, profile=profile).first()
        if row is None:
            return
        row.delete()
        by, owner_id = _face(user), profile.owner_id
        theirs = Follow.objects.filter(profile__owner_id=owner_id)
        if by is not None and not theirs.filter(user=user).exists():  # one notice for all profiles of one person
            notices.take_back(Kind.FOLLOW, by=by, user_id=owner_id)
        elif by is None and not theirs.filter(_unnamed_on(row.at)).exists():
            notices.take_back(Kind.FOLLOW, by=None, about_id=row.at.toordinal(), user_id=owner_id)
        tallies.bump_profile(profile.pk, followers=-1)
    forget_cached(user)


def mute(user: accounts.User, profile: accounts.Profile) -> None:
    """Be shown nothing of a profile any more. Raises `BadInput` for one's own."""
    if profile.owner_id == user.pk:
        raise BadInput(_("You cannot mute yourself."), subject=profile.slug)
    Mute.objects.get_or_create(user=user, profile=profile)
    forget_cached(user)


def unmute(user: accounts.User, profile: accounts.Profile) -> None:
    """Be shown a profile again."""
    Mute.objects.filter(user=user, profile=profile).delete()
    forget_cached(user)


def _tell(
    user: accounts.User, owner_id: int, kind: str, address: str, *, track_id: int | None = None, about: int = 0
) -> None:
    if owner_id != user.pk:
        notices.tell(owner_id, kind, address=address, by=_face(user), track_id=track_id, about_id=about)


def _face(user: accounts.User) -> accounts.Profile | None:
    """Whom the other is told of: one's first profile; people without any stay unnamed."""
    faces = accounts.profiles_of(user)
    return faces[0] if faces else None


def _speaker(user: accounts.User, profile_id: int) -> accounts.Profile:
    if profile_id:
        return accounts.profile_for(user, profile_id)
    by = _face(user)
    if by is None:
        raise Conflict(_("You have no profile yet."), hint=_("Give yourself a name first; it takes nothing else."))
    return by


def _few(words: str | None) -> str | None:
    if words is None:
        return None
    line = " ".join("".join(letter if letter.isprintable() else " " for letter in words[:5000]).split())
    if len(line) > LONGEST_WORDS or len(words) > 5000:
        told = _("At most %(most)s characters fit here.") % {"most": LONGEST_WORDS}
        raise BadInput(told, fields={"words": told})
    return line


def _check_reachable(user: accounts.User, profile: accounts.Profile) -> None:
    if not accounts.may_see_profile(user, profile) or profile.owner_id in accounts.blocked_ids(user):
        raise NotFound(_("Nobody has this address."), subject=profile.slug)


def _hold_reposted(user: accounts.User, owner_id: int, track_id: int, set_id: int) -> None:
    tracks, sets = ([one] if one else [] for one in (track_id, set_id))
    hold(people=[user.pk, owner_id], tracks=tracks, sets=sets)


def _bump_reposts(track_id: int, set_id: int, by: int) -> None:
    if track_id:
        tallies.bump_track(track_id, reposts=by)
    else:
        tallies.bump_set(set_id, reposts=by)


def _unnamed_on(at: datetime) -> Q:
    """What people without a name did on the day of `at` in UTC: all of it is one notice."""
    first = at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return Q(user__profiles=None, at__gte=first, at__lt=first + timedelta(days=1))
