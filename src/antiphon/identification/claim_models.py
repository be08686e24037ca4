"""Who claims which stretch of a published track. Private to the room."""

from django.db import models

from antiphon.kernel import clock


class Claim(models.Model):
    """Somebody says that a stretch of a published track is theirs. What is said about it stands in its case."""

    class Reason(models.TextChoices):
        RECORDING = "recording"  # my recording is in it
        COMPOSITION = "composition"  # my song is played in it
        PERFORMANCE = "performance"  # I am heard in it
        OTHER = "other"

    claimant_id = models.BigIntegerField(null=True)  # an account; none: it has ended
    recording_id = models.BigIntegerField(db_index=True)
    reference_id = models.BigIntegerField(null=True)  # their own recording that it is taken from
    at_ms = models.BigIntegerField()
    length_ms = models.BigIntegerField()
    reason = models.CharField(max_length=12, choices=Reason.choices)
    proof_url = models.CharField(max_length=500, blank=True)
    stands = models.BooleanField(default=False)  # the gate counts it: unanswered in time, or decided for the claimant
    holds = models.BooleanField(default=False)  # a moderator decided for the claimant: the track is held
    case_id = models.BigIntegerField(null=True, db_index=True)
    made_at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = [models.Index(fields=["claimant_id", "-made_at"], name="claim_of_claimant")]

    def __str__(self) -> str:
        return f"claim on recording {self.recording_id}"
