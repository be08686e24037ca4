"""What this room knows of a person's ties and notices, in JSON types, for the copy that they may ask for."""

from typing import Any

from antiphon.accounts import service as accounts
from antiphon.community.models import Follow, Like, Mute, Notice, OpenLikes, Repost
from antiphon.community.service import hearing


def ties_of(user: accounts.User) -> dict[str, Any]:
    """Return likes, reposts, follows, mutes, notices and their switches."""
    things = ("track__profile__slug", "track__slug", "music_set__profile__slug", "music_set__slug")
    likes = Like.objects.filter(user=user).order_by("at").values_list(*things, "at")
    reposts = Repost.objects.filter(profile__owner=user).order_by("at")
    follows, mutes = Follow.objects.filter(user=user).order_by("at"), Mute.objects.filter(user=user).order_by("at")
    told = Notice.objects.filter(user=user).order_by("at")
    open_likes = OpenLikes.objects.filter(profile__owner=user)
    return {
        "likes": [{"what": _path(*names), "at": at} for *names, at in likes],
        "reposts": [
            {"profile": profile, "what": _path(*names), "words": words, "at": at}
            for profile, words, *names, at in reposts.values_list("profile__slug", "words", *things, "at")
        ],
        "follows": list(follows.values("profile__slug", "at")),
        "mutes": list(mutes.values("profile__slug", "at")),
        "profiles_that_show_likes": list(open_likes.values_list("profile__slug", flat=True)),
        "notices": list(told.values("kind", "by__slug", "address", "words", "at", "seen_at", "mailed_at")),
        "notice_switches": [
            {"kind": one.kind, "in_app": one.in_app, "mail": one.mail} for one in hearing.switches_of(user)
        ],
    }


def _path(face: str | None, track: str | None, set_face: str | None, music_set: str | None) -> str:
    return f"/{face}/{track}" if track else f"/{set_face}/sets/{music_set}"
