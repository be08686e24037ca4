"""Renditions, download copies, and the steps that make them. Owns what worker and uploader see of an ingest."""

from django.db import models

from antiphon.kernel import clock


class Rendition(models.Model):
    """An encoded copy for listening."""

    class Kind(models.TextChoices):
        AAC_160 = "aac160"  # AAC-LC in fragmented MP4
        OPUS_96 = "opus96"  # Opus in fragmented MP4

    recording = models.ForeignKey("catalogue.Recording", on_delete=models.CASCADE, related_name="renditions")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    key = models.CharField(max_length=200)
    mime = models.CharField(max_length=60)
    size_bytes = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["recording", "kind"], name="rendition_kind_once")]

    def __str__(self) -> str:
        return self.key


class IngestStep(models.Model):
    """What happens to a recording, as its uploader watches it."""

    class Name(models.TextChoices):
        CHECK = "check"  # sniff, probe, tags, artwork
        LISTEN = "listen"  # AAC rendition, waveform, loudness
        FINISH = "finish"  # Opus rendition

    class State(models.TextChoices):
        WAITING = "waiting"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"

    recording = models.ForeignKey("catalogue.Recording", on_delete=models.CASCADE, related_name="steps")
    name = models.CharField(max_length=8, choices=Name.choices)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    percent = models.PositiveSmallIntegerField(default=0)
    reason = models.CharField(max_length=500, blank=True)  # when it failed, in plain words
    updated_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["recording", "name"], name="ingest_step_once")]

    def __str__(self) -> str:
        return f"{self.name} of recording {self.recording_id}: {self.state}"


class DownloadCopy(models.Model):
    """The file that a listener may keep: the original's sound with the track's own words in its tags."""

    recording = models.OneToOneField("catalogue.Recording", on_delete=models.CASCADE, related_name="download_copy")
    key = models.CharField(max_length=200)  # its name is a hash of what was written, so a stale one is seen
    told = models.CharField(max_length=16, default="")  # version of the answer in it; another now, and it is stale
    signed_by = models.CharField(max_length=16, default="", blank=True)  # what it was made with; empty: no certificate
    manifest = models.BinaryField(default=b"", blank=True)  # C2PA, where the container cannot hold it
    file_name = models.CharField(max_length=200)  # as a browser saves it
    size_bytes = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    created_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return self.key
