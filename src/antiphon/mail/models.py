"""Letters on their way. A row commits with the change that caused it; the text goes once it was delivered."""

from django.db import models

from antiphon.kernel import clock


class Letter(models.Model):
    class State(models.TextChoices):
        WAITING = "waiting"
        SENT = "sent"
        FAILED = "failed"  # given up; an operator may revive its job

    to = models.EmailField(max_length=254)
    subject = models.CharField(max_length=300)
    body = models.TextField(max_length=50_000)
    html = models.TextField(blank=True)  # the same, for readers that show it; empty: plain text alone
    headers = models.JSONField(default=dict, blank=True)  # further ones, such as List-Unsubscribe
    key = models.CharField(max_length=160, blank=True)  # one letter a key, however often it is posted
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    failure = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(default=clock.now)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key"], condition=~models.Q(key=""), name="letter_once_per_key")]
        indexes = [models.Index(fields=["state", "sent_at"], name="letter_state_sent")]

    def __str__(self) -> str:
        return f"letter {self.pk}"  # never the address: this ends up in logs
