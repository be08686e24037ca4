"""What was heard: single plays for a while, sums by day for good."""

from django.conf import settings
from django.db import models

from antiphon.community.core.reports import SOURCES


class Play(models.Model):
    """One round of a track in one browser, with the total that was heard of it.

    Who heard it stands here only if they were signed in and keep a history. A browser is a pseudonym whose key is
    thrown away with its month, and is blanked after some days; the row itself goes after some more.
    """

    key = models.UUIDField(unique=True, editable=False)  # of browser and play; leads back to neither
    track = models.ForeignKey("catalogue.Track", on_delete=models.CASCADE, related_name="+")
    recording_id = models.BigIntegerField()
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, db_index=False, related_name="+"
    )
    browser = models.UUIDField(null=True)
    ticket = models.BigIntegerField()  # its number: what one ticket was used for is summed
    issued_ms = models.BigIntegerField()  # of the ticket, since 1970
    began_at = models.DateTimeField()
    day = models.DateField()  # in UTC, on which it began
    heard_ms = models.BigIntegerField()
    counted = models.BooleanField(default=False)  # 30 s or the whole of a shorter track
    finished = models.BooleanField(default=False)
    source = models.CharField(max_length=8, choices=[(one, one) for one in SOURCES])
    source_id = models.BigIntegerField(default=0)  # of the set or profile it was played from; 0 for none
    country = models.CharField(max_length=2, blank=True)

    class Meta:
        indexes = (
            models.Index(
                fields=["user", "-began_at", "-id"], condition=models.Q(user__isnull=False), name="play_of_user"
            ),
            models.Index(
                fields=["browser", "issued_ms"], condition=models.Q(browser__isnull=False), name="play_of_browser"
            ),
            models.Index(fields=["day"], condition=models.Q(browser__isnull=False), name="play_named"),
        )

    def __str__(self) -> str:
        return f"{self.heard_ms} ms of track {self.track_id}"


class PlayDay(models.Model):
    """What a day brought a track, by where it was played from and, where that is counted, by country."""

    track = models.ForeignKey("catalogue.Track", on_delete=models.CASCADE, db_index=False, related_name="+")
    day = models.DateField()
    source = models.CharField(max_length=8)
    country = models.CharField(max_length=2, blank=True)
    plays = models.BigIntegerField(default=0)
    heard_ms = models.BigIntegerField(default=0)
    finishes = models.BigIntegerField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["track", "day", "source", "country"], name="play_day_once"),
        )  # fmt: skip

    def __str__(self) -> str:
        return f"{self.plays} plays of track {self.track_id} on {self.day}"


class BrowserKey(models.Model):
    """The secret by which browsers are called in a month; when it is gone, nobody can say again who was called what."""

    month = models.DateField(primary_key=True)
    secret = models.BinaryField(max_length=32)

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"


class NoHistory(models.Model):
    """Somebody who keeps no history: their plays count, and nobody stands beside them."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="no_history"
    )  # fmt: skip

    def __str__(self) -> str:
        return f"user {self.user_id}"
