"""Replies to writes that came with an idempotency key, so that a repeated request is answered, not repeated."""

from django.db import models

from antiphon.kernel import clock


class IdempotentReply(models.Model):
    """Draft-ietf-httpapi-idempotency-key-header: one key, one caller, one request body, one reply."""

    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=255)
    request_sha256 = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True, blank=True)  # empty: still being answered
    body = models.TextField(blank=True)
    content_type = models.CharField(max_length=100, blank=True)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="idempotency_key_once")]

    def __str__(self) -> str:
        return f"reply {self.pk}"
