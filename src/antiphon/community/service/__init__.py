"""Listening together: the public face of the room."""

from antiphon.community.service.comment_care import CommentsOfPeople, ReportedComments, comments_written_by
from antiphon.community.service.notices import tell
from antiphon.community.service.tallies import Counts, followers_of, of_tracks

__all__ = ["CommentsOfPeople", "Counts", "ReportedComments", "comments_written_by", "followers_of", "of_tracks", "tell"]
