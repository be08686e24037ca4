"""What was turned away at the door: sums by day and name, and by day, name and track. Never who came."""

from django.db import models


class TurnedAway(models.Model):
    """How often somebody who bore this name was refused on a day. Stays when tracks go."""

    day = models.DateField()
    name = models.CharField(max_length=64)
    number = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["day", "name"], name="guard_one_sum_a_day")]

    def __str__(self) -> str:
        return f"{self.name} {self.number} times on {self.day}"


class TurnedAwayFrom(models.Model):
    """The same for one track, its page or its sound."""

    day = models.DateField()
    name = models.CharField(max_length=64)
    track = models.ForeignKey("catalogue.Track", on_delete=models.CASCADE, related_name="+")
    number = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["track", "day", "name"], name="guard_one_sum_a_day_and_track")
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.name} {self.number} times from track {self.track_id} on {self.day}"
