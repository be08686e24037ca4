"""Fingerprints, how far each recording was compared, and what it sounds like. Private to the room.

Recordings are named by number, not by a key of the database: what is forgotten here is forgotten in the order of this
room (rows, then the index in files), and a match outlives nobody's deletion.
"""

from django.db import models

from antiphon.identification.claim_models import Claim
from antiphon.identification.lookup_models import AskedAfter, Lookup, LookupBatch, RegistryChoice
from antiphon.kernel import clock

__all__ = ["AskedAfter", "Claim", "Comparison", "Fingerprint", "Lookup", "LookupBatch", "Match", "RegistryChoice"]


class Fingerprint(models.Model):
    """What is kept of a recording so that its sound can be found again (`core.prints`). Never changed: a new one comes.

    The index in files is made of these rows; there a track's name is the recording's number.
    """

    recording_id = models.BigIntegerField(unique=True)
    prints = models.BinaryField()  # packed, as a question has them; the index keeps the strongest of them
    sound = models.BinaryField()  # SHA-256 of the samples that were heard
    duration_ms = models.BigIntegerField()
    version = models.PositiveSmallIntegerField()
    purpose = models.CharField(max_length=20)
    permit_uid = models.CharField(max_length=64)
    artefact_uid = models.CharField(max_length=64)
    made_at = models.DateTimeField(default=clock.now)
    indexed_at = models.DateTimeField(null=True, blank=True)  # null: not in the index in files yet

    class Meta:
        indexes = [
            models.Index(fields=["id"], condition=models.Q(indexed_at=None), name="fingerprint_unindexed"),
        ]

    def __str__(self) -> str:
        return f"fingerprint of recording {self.recording_id}"


class Comparison(models.Model):
    """How far a recording was compared with the music that is here. Without a row nobody has begun."""

    class State(models.TextChoices):
        WAITING = "waiting"
        COMPARED = "compared"
        FAILED = "failed"  # for good: a moderator looks, or the uploader tries again

    recording_id = models.BigIntegerField(unique=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    because = models.CharField(max_length=500, blank=True)  # why it failed, in plain words
    since = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = [models.Index(fields=["state", "since"], name="comparison_state")]

    def __str__(self) -> str:
        return f"comparison of recording {self.recording_id}"


class Match(models.Model):
    """A stretch of a recording that sounds like a stretch of an earlier one of somebody's. A row of the later one."""

    class State(models.TextChoices):
        OPEN = "open"
        RESOLVED = "resolved"

    class Way(models.TextChoices):
        """How a match was resolved."""

        OWN = "own"  # by rule: both are one person's
        LICENSED = "licensed"
        COVER = "cover"
        PUBLIC_DOMAIN = "public-domain"
        MISTAKE = "mistake"
        AGREED = "agreed"
        REMOVED = "removed"
        DECIDED_FREE = "decided-free"
        DECIDED_AGAINST = "decided-against"

    recording_id = models.BigIntegerField()
    other_id = models.BigIntegerField(db_index=True)
    at_ms = models.BigIntegerField()
    length_ms = models.BigIntegerField()
    other_at_ms = models.BigIntegerField()
    other_length_ms = models.BigIntegerField()
    tempo = models.FloatField()  # how much faster than the other
    pitch = models.FloatField()  # semitones above the other
    score = models.FloatField()
    chance = models.FloatField()
    is_certain = models.BooleanField()  # it holds the upload; else it is for a person's eyes
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    way = models.CharField(max_length=16, choices=Way.choices, blank=True)
    resolved_by = models.BigIntegerField(null=True, blank=True)  # an account; null: a rule
    resolved_at = models.DateTimeField(null=True, blank=True)
    because = models.CharField(max_length=500, blank=True)
    case_id = models.BigIntegerField(null=True, blank=True, db_index=True)  # number of a file of `cases`
    found_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["recording_id", "other_id", "at_ms", "other_at_ms"], name="match_once_a_stretch"
            )
        ]
        indexes = [models.Index(fields=["state", "-found_at"], name="match_open")]

    def __str__(self) -> str:
        return f"match of recording {self.recording_id} with {self.other_id}"
