"""Versions of the terms, each known by its content, and who accepted which, when and where."""

from django.db import models

from antiphon.kernel import clock


class Version(models.Model):
    """One text of the terms. Never changed: another text is another version."""

    hash = models.CharField(max_length=71, unique=True)  # sha256:… over the text and what it forbids
    text = models.TextField()
    summary = models.TextField(max_length=4000)
    forbids = models.PositiveIntegerField(default=0)  # mask of purposes that nobody may grant under it
    effective_at = models.DateTimeField()
    entry = models.BigIntegerField(null=True, blank=True)  # its row in the ledger
    created_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return self.hash


class Acceptance(models.Model):
    """Somebody accepted a version: at sign-up, or with an upload. Kept when the account ends, without the person."""

    class How(models.TextChoices):
        SIGN_UP = "sign-up"
        UPLOAD = "upload"

    user = models.ForeignKey("accounts.User", null=True, on_delete=models.SET_NULL, related_name="+")
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="acceptances")
    how = models.CharField(max_length=8, choices=How.choices)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "version", "how"], name="acceptance_once")]

    def __str__(self) -> str:
        return f"acceptance {self.pk}"
