"""Counts that pages show, kept with what they count, in its transaction: a page never counts rows."""

from django.db import models


class TrackTally(models.Model):
    """How often a track was played (30 s or more), liked, passed on and written about."""

    track = models.OneToOneField(
        "catalogue.Track", on_delete=models.CASCADE, primary_key=True, related_name="tally"
    )  # fmt: skip
    plays = models.PositiveBigIntegerField(default=0)
    likes = models.PositiveIntegerField(default=0)
    reposts = models.PositiveIntegerField(default=0)
    comments = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.plays} plays of track {self.track_id}"


class ProfileTally(models.Model):
    """How many people follow a profile."""

    profile = models.OneToOneField(
        "accounts.Profile", on_delete=models.CASCADE, primary_key=True, related_name="tally"
    )  # fmt: skip
    followers = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.followers} followers of profile {self.profile_id}"
