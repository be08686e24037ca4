"""Descriptors: what software heard in a recording, and under which permit. Private to the room."""

from django.db import models

from antiphon.kernel import clock


class Descriptor(models.Model):
    """The numbers of one recording (`core.layout`). A row is never changed: a new one takes its place.

    It carries the purpose it was made for; whoever reads it for another needs another permit.
    """

    recording_id = models.BigIntegerField(unique=True)
    vector = models.BinaryField()  # float32, little-endian
    version = models.PositiveSmallIntegerField()
    purpose = models.CharField(max_length=20)
    permit_uid = models.CharField(max_length=64)
    artefact_uid = models.CharField(max_length=64)
    made_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return f"descriptor of recording {self.recording_id}"
