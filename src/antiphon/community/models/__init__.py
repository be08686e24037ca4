"""What people do with music here: tables of the community, one file a subject. Private to the room."""

from antiphon.community.models.comments import Comment, EarlierWords
from antiphon.community.models.notices import Notice, NoticeChoice
from antiphon.community.models.plays import BrowserKey, NoHistory, Play, PlayDay
from antiphon.community.models.tallies import ProfileTally, TrackTally
from antiphon.community.models.ties import Digest, Follow, Like, Mute, OpenLikes, Release, Repost, SetTally

__all__ = [
    "BrowserKey",
    "Comment",
    "Digest",
    "EarlierWords",
    "Follow",
    "Like",
    "Mute",
    "NoHistory",
    "Notice",
    "NoticeChoice",
    "OpenLikes",
    "Play",
    "PlayDay",
    "ProfileTally",
    "Release",
    "Repost",
    "SetTally",
    "TrackTally",
]
