"""What a person is told of: in the app, and by a digest for those who want one."""

from django.conf import settings
from django.db import models

from antiphon.kernel import clock


class Notice(models.Model):
    """One thing that happened and concerns somebody. It goes with whoever did it and with what it is about."""

    class Kind(models.TextChoices):
        FOLLOW = "follow"
        LIKE = "like"
        REPOST = "repost"
        COMMENT = "comment"
        REPLY = "reply"
        MENTION = "mention"
        RELEASE = "release"  # a track of somebody they follow
        ENQUIRY = "enquiry"  # somebody asks for a licence
        PARCEL = "parcel"  # everything that they asked to take along is ready
        REGISTRY = "registry"  # somebody has sound of theirs that is not released
        TERMS = "terms"  # a text that binds them is to change; cannot be switched off
        CASE = "case"  # what their music sounds like, or who claims a stretch of it; cannot be switched off
        MODERATION = "moderation"  # a decision about what is theirs; cannot be switched off

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    by = models.ForeignKey("accounts.Profile", on_delete=models.CASCADE, null=True, related_name="+")
    track = models.ForeignKey("catalogue.Track", on_delete=models.CASCADE, null=True, related_name="+")
    about_id = models.BigIntegerField(default=0)  # the comment or case it is about; 0 for none
    address = models.CharField(max_length=300)  # where it leads
    words = models.CharField(max_length=300, blank=True)  # the beginning of what was written
    at = models.DateTimeField(default=clock.now)
    seen_at = models.DateTimeField(null=True)
    mailed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (
            models.Index(fields=["user", "-at", "-id"], name="notice_of_user"),
            models.Index(fields=["user"], condition=models.Q(seen_at=None), name="notice_unseen"),
            models.Index(fields=["at"], condition=models.Q(mailed_at=None), name="notice_unmailed"),
        )

    def __str__(self) -> str:
        return f"{self.kind} for user {self.user_id}"


class NoticeChoice(models.Model):
    """How somebody wants to hear of one kind of thing; without a row, as `service.notices.DEFAULTS` says."""

    class Mail(models.TextChoices):
        NEVER = "never"
        DAILY = "daily"
        WEEKLY = "weekly"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notice_choices")
    kind = models.CharField(max_length=10, choices=Notice.Kind.choices)
    in_app = models.BooleanField(default=True)
    mail = models.CharField(max_length=6, choices=Mail.choices, default=Mail.NEVER)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["user", "kind"], name="one_choice_a_kind"),)

    def __str__(self) -> str:
        return f"{self.kind}: {self.in_app}, {self.mail}"
