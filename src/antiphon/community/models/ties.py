"""What ties people to music and to each other: likes, reposts, follows, and whom somebody does not want to hear."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from antiphon.kernel import clock

_EITHER = Q(track__isnull=False, music_set__isnull=True) | Q(track__isnull=True, music_set__isnull=False)


class Like(models.Model):
    """A person likes a track or a set. Nobody else sees it but its maker, and everybody the count."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    track = models.ForeignKey("catalogue.Track", on_delete=models.CASCADE, null=True, related_name="+")
    music_set = models.ForeignKey("catalogue.MusicSet", on_delete=models.CASCADE, null=True, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["user", "track"], name="like_track_once"),
            models.UniqueConstraint(fields=["user", "music_set"], name="like_set_once"),
            models.CheckConstraint(condition=_EITHER, name="like_of_one_thing"),
        )
        indexes = (models.Index(fields=["user", "-at", "-id"], name="like_of_user"),)

    def __str__(self) -> str:
        return f"like {self.pk}"


class Repost(models.Model):
    """A profile passes a track or a set on to those who follow it, with a few words if it likes."""

    profile = models.ForeignKey("accounts.Profile", on_delete=models.CASCADE, related_name="+")
    track = models.ForeignKey("catalogue.Track", on_delete=models.CASCADE, null=True, related_name="+")
    music_set = models.ForeignKey("catalogue.MusicSet", on_delete=models.CASCADE, null=True, related_name="+")
    words = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["profile", "track"], name="repost_track_once"),
            models.UniqueConstraint(fields=["profile", "music_set"], name="repost_set_once"),
            models.CheckConstraint(condition=_EITHER, name="repost_of_one_thing"),
        )
        indexes = (
            models.Index(fields=["profile", "-at", "-id"], name="repost_of_profile"),
            models.Index(fields=["-at", "-id"], name="repost_newest"),
        )

    def __str__(self) -> str:
        return f"repost {self.pk}"


class Follow(models.Model):
    """A person hears in their feed what a profile publishes and reposts."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    profile = models.ForeignKey("accounts.Profile", on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["user", "profile"], name="follow_once"),)
        indexes = (models.Index(fields=["profile", "id"], name="follow_of_profile"),)

    def __str__(self) -> str:
        return f"follow {self.pk}"


class Mute(models.Model):
    """A person is not shown a profile's doings. Nobody is told, and nothing else changes."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    profile = models.ForeignKey("accounts.Profile", on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["user", "profile"], name="mute_once"),)

    def __str__(self) -> str:
        return f"mute {self.pk}"


class OpenLikes(models.Model):
    """A profile whose owner lets everybody see what they like. Without a row nobody does."""

    profile = models.OneToOneField(
        "accounts.Profile", on_delete=models.CASCADE, primary_key=True, related_name="open_likes"
    )  # fmt: skip

    def __str__(self) -> str:
        return f"open likes of profile {self.profile_id}"


class SetTally(models.Model):
    """How often a set was liked and passed on."""

    music_set = models.OneToOneField(
        "catalogue.MusicSet", on_delete=models.CASCADE, primary_key=True, related_name="tally"
    )  # fmt: skip
    likes = models.PositiveIntegerField(default=0)
    reposts = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.likes} likes of set {self.music_set_id}"


class Release(models.Model):
    """A track that came out, and how far its followers were told: a job goes on behind `told_until`."""

    track = models.OneToOneField("catalogue.Track", on_delete=models.CASCADE, primary_key=True, related_name="+")
    told_until = models.BigIntegerField(default=0)  # the last follow whose person was told
    ended_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"release of track {self.track_id}"


class Digest(models.Model):
    """The last morning on which somebody was sent a digest, in their own time zone: one a day at most."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="+"
    )  # fmt: skip
    last_day = models.DateField(null=True)

    def __str__(self) -> str:
        return f"digest for user {self.user_id}"
