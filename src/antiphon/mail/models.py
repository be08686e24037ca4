"""Letters on their way, and what came back. A row commits with the change that caused it; the text goes once it was
delivered."""

import secrets

from django.db import models

from antiphon.kernel import clock


def new_name() -> str:
    """Return the word by which a letter is known outside: nobody who has not seen the letter can say it."""
    return secrets.token_hex(16)


class Words(models.Model):
    """What many letters say alike, kept once."""

    key = models.CharField(max_length=160, unique=True)
    subject = models.CharField(max_length=300)
    body = models.TextField(max_length=50_000)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name_plural = "words"

    def __str__(self) -> str:
        return self.key


class Letter(models.Model):
    class State(models.TextChoices):
        WAITING = "waiting"
        SENT = "sent"  # a mail server took it
        FAILED = "failed"  # given up; an operator may revive its job
        BOUNCED = "bounced"  # taken, and not delivered after all

    name = models.CharField(max_length=32, unique=True, default=new_name)  # in its Message-ID, and in its return path
    to = models.EmailField(max_length=254)
    words = models.ForeignKey(Words, null=True, on_delete=models.PROTECT, related_name="+")
    subject = models.CharField(max_length=300)  # empty: that of the words
    body = models.TextField(max_length=50_000)  # follows the words
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

    @property
    def said(self) -> tuple[str, str]:
        """Subject and text, with the words that it shares with others."""
        if self.words is None:
            return self.subject, self.body
        return self.subject or self.words.subject, self.words.body + self.body


class Bounce(models.Model):
    """What a mail server said of a letter that another had taken. The words of it are not kept: they name people."""

    letter = models.OneToOneField(Letter, on_delete=models.CASCADE, related_name="bounce")
    at = models.DateTimeField(default=clock.now)
    is_final = models.BooleanField()  # not delivered; else a server still tries
    status = models.CharField(max_length=12, blank=True)  # RFC 3463, such as 5.1.1

    class Meta:
        indexes = [models.Index(fields=["at"], condition=models.Q(is_final=True), name="bounce_final_at")]

    def __str__(self) -> str:
        return f"bounce of letter {self.letter_id}"


class Mailbox(models.Model):
    """An address from which letters came back for good, until one of its letters arrives or its owner confirms it."""

    email = models.EmailField(max_length=254, unique=True)  # lower case
    in_a_row = models.PositiveIntegerField(default=0)
    status = models.CharField(max_length=12, blank=True)  # of the last one
    last_sent_at = models.DateTimeField()  # when the last letter that came back had been taken
    came_back_at = models.DateTimeField()
    paused_at = models.DateTimeField(null=True, blank=True)  # letters that can wait wait since then

    class Meta:
        verbose_name_plural = "mailboxes"
        indexes = [models.Index(fields=["paused_at"], condition=models.Q(paused_at__isnull=False),
                                name="mailbox_paused")]  # fmt: skip

    def __str__(self) -> str:
        return f"mailbox {self.pk}"  # never the address: this ends up in logs
