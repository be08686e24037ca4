"""What somebody brings from another service: kept by the batch of its uploads, until they have all come."""

from django.db import models

from antiphon.kernel import clock


class Bringing(models.Model):
    """What a drop or an import said of its files: titles, sets, dates, tags. Each upload of its batch looks here."""

    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="+")
    batch = models.UUIDField(unique=True)
    tracks = models.JSONField(default=dict)  # by the path of the file: what is said of it
    sets = models.JSONField(default=dict)  # by the folder of a set: what is said of it
    created_at = models.DateTimeField(default=clock.now, db_index=True)

    def __str__(self) -> str:
        return f"bringing {self.pk}"
