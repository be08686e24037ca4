"""Tables of the room: datasets that left or are being made, their files, and the notices that called files back."""

from django.db import models

from antiphon.kernel import clock


class Dataset(models.Model):
    """A folder of permitted recordings, made for one purpose and one actor."""

    class State(models.TextChoices):
        BUILDING = "building"
        PUBLISHED = "published"
        ENDED = "ended"  # given up while it was made, or every file was called back

    uid = models.CharField(max_length=32, unique=True)
    purpose = models.CharField(max_length=40)
    actor = models.CharField(max_length=60)
    folder = models.CharField(max_length=1000)
    asked = models.CharField(max_length=32)  # the question to the gate whose manifest it is
    artefact = models.CharField(max_length=32, blank=True, db_index=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.BUILDING)
    manifest_sha256 = models.CharField(max_length=64, blank=True)
    entry = models.BigIntegerField(null=True)  # its row in the ledger
    made_at = models.DateTimeField(default=clock.now)
    published_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"dataset {self.uid}"


class DatasetFile(models.Model):
    """One recording's file in a dataset."""

    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="files")
    recording_id = models.BigIntegerField()
    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    size_bytes = models.BigIntegerField()
    recalled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["dataset", "recording_id"], name="dataset_recording_once")]

    def __str__(self) -> str:
        return self.name


class RecallNotice(models.Model):
    """What a recipient was told to drop: signed by the log's key, mailed, and in the ledger."""

    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="notices")
    recordings = models.JSONField(default=list)
    sent_to = models.CharField(max_length=254, blank=True)
    note = models.TextField()  # a signed note
    at = models.DateTimeField(default=clock.now)
    entry = models.BigIntegerField(null=True)

    def __str__(self) -> str:
        return f"notice {self.pk} of {self.dataset_id}"
