"""Tables of the ledger. An entry is committed with the change it tells of, and gets its index from the sequencer."""

from django.db import models


class Entry(models.Model):
    """One entry, from the outbox (no index yet) into the log. Salt and private text go when it is erased."""

    index = models.BigIntegerField(null=True, unique=True)
    kind = models.CharField(max_length=40)
    subject = models.CharField(max_length=80, blank=True)  # "recording:12", to find the entries of a thing
    entry = models.BinaryField()  # what is published, and hashed into the tree
    salt = models.BinaryField(null=True)
    private = models.BinaryField(null=True)  # canonical JSON
    created_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True, blank=True)
    # The journal beside the database has let go of it too.
    forgotten = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(fields=["id"], condition=models.Q(index__isnull=True), name="ledger_outbox"),
            models.Index(fields=["subject", "index"], condition=~models.Q(subject=""), name="ledger_subject"),
            models.Index(
                fields=["id"], condition=models.Q(erased_at__isnull=False, forgotten=False), name="ledger_to_forget"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} #{self.pk} at {'no index yet' if self.index is None else self.index}"


class Log(models.Model):
    """The one row that a sequencer locks: how many entries have an index, and how many a signed checkpoint covers."""

    size = models.BigIntegerField(default=0)
    published = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.published} of {self.size} published"


class Witness(models.Model):
    """Somebody who looks at our checkpoints and cosigns them."""

    url = models.URLField(unique=True)  # the submission prefix
    vkey = models.TextField()
    seen_size = models.BigIntegerField(default=0)  # the tree it cosigned last
    seen_at = models.DateTimeField(null=True, blank=True)
    failure = models.TextField(blank=True)  # empty while it answers as it should

    def __str__(self) -> str:
        return self.url
