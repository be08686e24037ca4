"""Questions to the registry by sound and what was answered; what is counted of them for creators; who is named."""

from django.conf import settings
from django.db import models

from antiphon.kernel import clock


class LookupBatch(models.Model):
    """Many fingerprints that one asker wants to know about. More may be added until all are there."""

    uid = models.CharField(max_length=32, unique=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=100, blank=True)  # as its asker calls it
    made_at = models.DateTimeField(default=clock.now, db_index=True)

    def __str__(self) -> str:
        return f"batch {self.uid}"


class Lookup(models.Model):
    """One question and its answer, which is written once. Nothing says from which network it came.

    Sound that was sent lies under `key` until it was heard; the prints stay until the unreleased were looked at.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        ANSWERED = "answered"
        FAILED = "failed"

    uid = models.CharField(max_length=32, unique=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="+")
    by_kind = models.CharField(max_length=8)
    by_name = models.CharField(max_length=120, blank=True)
    by_actor = models.CharField(max_length=60, blank=True)  # under which the gate knows them
    how = models.CharField(max_length=10)
    link = models.CharField(max_length=300, blank=True)
    key = models.CharField(max_length=200, blank=True)
    prints = models.BinaryField(null=True)
    sha256 = models.CharField(max_length=64, blank=True)
    duration_ms = models.PositiveBigIntegerField(null=True)
    batch = models.ForeignKey(LookupBatch, on_delete=models.CASCADE, null=True, related_name="lookups")
    ref = models.CharField(max_length=200, null=True)  # what the asker calls it, once in a batch
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    failure = models.CharField(max_length=500, blank=True)  # in plain words
    answer = models.TextField(blank=True)  # canonical JSON
    note = models.TextField(blank=True)  # who signed it
    asked_at = models.DateTimeField(default=clock.now, db_index=True)
    answered_at = models.DateTimeField(null=True)
    looked_further_at = models.DateTimeField(null=True)  # among what is not released

    class Meta:
        constraints = (models.UniqueConstraint(fields=["batch", "ref"], name="lookup_once_in_a_batch"),)
        indexes = (
            models.Index(fields=["batch", "id"], condition=models.Q(state="waiting"), name="lookup_waiting"),
            models.Index(fields=["id"], condition=models.Q(prints__isnull=False), name="lookup_with_prints"),
        )

    def __str__(self) -> str:
        return f"lookup {self.uid}"


class AskedAfter(models.Model):
    """How often a recording was the answer on a day, by what kind of asker; an actor of the gate by name.

    released: whether it was public then. What was not was never told to the asker.
    """

    recording_id = models.BigIntegerField()
    day = models.DateField()
    by_kind = models.CharField(max_length=8)
    by_actor = models.CharField(max_length=60, blank=True)
    by_name = models.CharField(max_length=120, blank=True)
    released = models.BooleanField(default=True)
    number = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["recording_id", "day", "by_kind", "by_actor", "released"], name="asked_after_once_a_day"
            ),
        )

    def __str__(self) -> str:
        return f"recording {self.recording_id} on {self.day}: {self.number}"


class RegistryChoice(models.Model):
    """Whether the registry names somebody as a creator. Without a row it does."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    is_named = models.BooleanField(default=True)
    changed_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return f"user {self.user_id}: {'named' if self.is_named else 'not named'}"
