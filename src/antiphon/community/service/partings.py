"""What is left when people part: the counts stay right when an account ends, and a block cuts follows both ways."""

from django.db.models import F, QuerySet
from django.db.models.functions import Greatest

from antiphon.accounts import service as accounts
from antiphon.community.models import Follow, Like, ProfileTally, Repost, SetTally, TrackTally
from antiphon.community.service import holding


def hold() -> None:
    """The account is held first, as by everybody else (`holding`)."""


def forget_person(user_id: int) -> int:
    """Take a person's likes, follows and reposts out of the counts and delete them, before their account ends."""
    likes = Like.objects.filter(user_id=user_id)
    follows = Follow.objects.filter(user_id=user_id)
    _less(TrackTally.objects.filter(pk__in=likes.exclude(track=None).values("track_id")), "likes")
    _less(SetTally.objects.filter(pk__in=likes.exclude(music_set=None).values("music_set_id")), "likes")
    _less(ProfileTally.objects.filter(pk__in=follows.values("profile_id")), "followers")
    gone = likes.delete()[0] + follows.delete()[0]
    for profile_id in accounts.Profile.objects.filter(owner_id=user_id).values_list("pk", flat=True):
        # One profile at a time: each has passed a thing on once, and two of a person's may have passed on the same.
        reposts = Repost.objects.filter(profile_id=profile_id)
        _less(TrackTally.objects.filter(pk__in=reposts.exclude(track=None).values("track_id")), "reposts")
        _less(SetTally.objects.filter(pk__in=reposts.exclude(music_set=None).values("music_set_id")), "reposts")
        gone += reposts.delete()[0]
    return gone


def part(user_id: int, other_id: int) -> None:
    """One has blocked the other: neither follows the other any more. In the transaction of the block."""
    holding.hold(people=[user_id, other_id])
    for follower, owner in ((user_id, other_id), (other_id, user_id)):
        follows = Follow.objects.filter(user_id=follower, profile__owner_id=owner)
        _less(ProfileTally.objects.filter(pk__in=follows.values("profile_id")), "followers")
        follows.delete()


def _less(rows: "QuerySet[TrackTally] | QuerySet[SetTally] | QuerySet[ProfileTally]", name: str) -> None:
    rows.update(**{name: Greatest(F(name) - 1, 0)})
