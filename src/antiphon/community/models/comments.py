"""What people write about a track: at a place in it or about the whole, and what others answer."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q

from antiphon.community.core.times import clock_of
from antiphon.community.core.writing import beginning
from antiphon.kernel import clock

# Behind every place of every track: where comments on the whole of it stand, so that order by place needs no nulls.
NOWHERE = 2**40


class Comment(models.Model):
    """Somebody's words, by their profile. A reply belongs to a comment and has no place of its own."""

    class State(models.TextChoices):
        SHOWN = "shown"
        DELETED = "deleted"  # by whoever wrote it
        REMOVED = "removed"  # by whoever made the track
        HIDDEN = "hidden"  # by a moderator

    track = models.ForeignKey("catalogue.Track", on_delete=models.CASCADE, related_name="comments")
    # Nobody any more, where the account has ended and others have answered.
    profile = models.ForeignKey("accounts.Profile", on_delete=models.CASCADE, null=True, related_name="comments")
    parent = models.ForeignKey("self", on_delete=models.CASCADE, null=True, related_name="answers")
    number = models.PositiveIntegerField(default=0)  # of a reply, in the order they came
    numbered = models.PositiveIntegerField(default=0)  # how many replies were ever numbered
    replies = models.PositiveIntegerField(default=0)  # how many of them are shown
    place_ms = models.BigIntegerField(default=NOWHERE)
    words = models.TextField(max_length=2000, blank=True)
    mentions = models.JSONField(default=list)  # addresses of profiles that there were when it was written
    links_work = models.BooleanField(default=False)  # false: written when its account was new
    came_by = models.CharField(max_length=32, blank=True)  # the secret that opened the track to whoever wrote this
    state = models.CharField(max_length=8, choices=State.choices, default=State.SHOWN)
    state_at = models.DateTimeField(null=True)
    state_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    hidden_because = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(default=clock.now)
    edited_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (
            models.Index(fields=["track", "-id"], condition=Q(parent=None), name="comment_newest"),
            models.Index(fields=["track", "place_ms", "id"], condition=Q(parent=None), name="comment_by_place"),
            models.Index(fields=["parent", "number"], name="comment_answers"),
        )

    def __str__(self) -> str:
        return f"comment {self.pk}"

    def get_absolute_url(self) -> str:
        return f"{self.track.get_absolute_url()}?comment={self.pk}#comment-{self.pk}"

    @property
    def at_ms(self) -> int | None:
        """The place it is about; None for the whole track."""
        return None if self.place_ms == NOWHERE else self.place_ms

    @property
    def name(self) -> str:
        """What a list of reports calls it."""
        who = self.profile.name if self.profile else "–"
        place = "" if self.at_ms is None else f" ({clock_of(self.at_ms)})"
        return f"{who}{place}: {beginning(self.words, 80)}"

    @property
    def hidden_at(self) -> datetime | None:
        """When a moderator hid it; None while everybody may read it."""
        return self.state_at if self.state == self.State.HIDDEN else None


class EarlierWords(models.Model):
    """What a comment said before it was edited: kept for moderators, and gone with the comment."""

    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="earlier")
    words = models.TextField(max_length=2000)
    until = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return f"earlier words of comment {self.comment_id}"
