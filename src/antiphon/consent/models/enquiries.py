"""Enquiries: what somebody from outside asks the holders of recordings for, and what each of them replied."""

from django.db import models

from antiphon.consent.models.asked import Actor
from antiphon.consent.models.said import Grant, Party, Subject
from antiphon.kernel import clock


class Enquiry(models.Model):
    """Who asks, for which use, how long and for what price. Holders hear of it once the asker's address is proved."""

    uid = models.CharField(max_length=32, unique=True)
    actor = models.ForeignKey(Actor, null=True, on_delete=models.PROTECT, related_name="enquiries")  # once it is open
    user = models.ForeignKey("accounts.User", null=True, on_delete=models.SET_NULL, related_name="+")
    name = models.CharField(max_length=200)
    about = models.CharField(max_length=300)
    email = models.EmailField(max_length=254)
    purpose = models.PositiveSmallIntegerField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    amount_minor = models.BigIntegerField(null=True)  # for each track and the whole time; empty: nothing was offered
    currency = models.CharField(max_length=3, blank=True)
    words = models.CharField(max_length=2000)
    made_at = models.DateTimeField(default=clock.now)
    opened_at = models.DateTimeField(null=True, blank=True)
    closes_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    secret_sha256 = models.CharField(max_length=64, null=True, unique=True)  # of the link of who has no account
    entry = models.BigIntegerField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["user", "-made_at"], name="enquiry_of_user"),
            models.Index(fields=["email", "-made_at"], name="enquiry_of_email"),
        ]

    def __str__(self) -> str:
        return f"enquiry {self.uid}"


class EnquiryOf(models.Model):
    """A recording that an enquiry is about."""

    enquiry = models.ForeignKey(Enquiry, on_delete=models.CASCADE, related_name="recordings")
    subject = models.ForeignKey(Subject, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["enquiry", "subject"], name="enquiry_once_per_recording")]

    def __str__(self) -> str:
        return f"recording {self.subject_id} of enquiry {self.enquiry_id}"


class Reply(models.Model):
    """What a holder replied to an enquiry: only ever added to, the last one stands."""

    enquiry = models.ForeignKey(Enquiry, on_delete=models.CASCADE, related_name="replies")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="replies")
    words = models.CharField(max_length=1000, blank=True)
    shuts_out = models.BooleanField(default=False)  # nothing more of this asker shall reach them
    at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = [models.Index(fields=["party", "shuts_out"], name="reply_shuts_out")]

    def __str__(self) -> str:
        return f"reply {self.pk}"


class ReplyOf(models.Model):
    """What a reply says about one recording; a yes is a grant."""

    reply = models.ForeignKey(Reply, on_delete=models.CASCADE, related_name="recordings")
    subject = models.ForeignKey(Subject, on_delete=models.CASCADE, related_name="+")
    is_yes = models.BooleanField()
    grant = models.ForeignKey(Grant, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["reply", "subject"], name="reply_once_per_recording")]

    def __str__(self) -> str:
        return f"{'yes' if self.is_yes else 'no'} for recording {self.subject_id}"
