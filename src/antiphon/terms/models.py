"""Versions of the terms, each known by its content, who was told of which, and who accepted which, when and how."""

from django.db import models

from antiphon.kernel import clock
from antiphon.terms.core.notice import Weight
from antiphon.terms.core.versions import TERMS


class Version(models.Model):
    """One text, never changed: another text is another version. In force only where the ledger says the same of it."""

    hash = models.CharField(max_length=71, unique=True)  # sha256:… over the text and what it forbids
    document = models.CharField(max_length=8, default=TERMS)
    text = models.TextField()
    summary = models.TextField(max_length=4000)
    forbids = models.PositiveIntegerField(default=0)  # mask of purposes that nobody may grant under it
    author = models.CharField(max_length=200, blank=True)
    weight = models.CharField(max_length=10, default=Weight.EDITORIAL)
    topics = models.JSONField(default=list)  # of sentences that came, went or were changed
    argued = models.CharField(max_length=1000, blank=True)  # in public: why it weighs less than the rules say
    ordered = models.CharField(max_length=300, blank=True)  # a court's order, where it is sooner
    published_at = models.DateTimeField(default=clock.now)
    effective_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True, blank=True)  # a letter has been posted to everybody
    told_upto = models.BigIntegerField(default=0)  # the last person, by number, to whom one has been posted
    subscribers_told_upto = models.BigIntegerField(default=0)
    entry = models.BigIntegerField(null=True, blank=True)  # its row in the ledger
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = [models.Index(fields=["document", "effective_at"], name="version_in_force")]

    def __str__(self) -> str:
        return self.hash


class Acceptance(models.Model):
    """Somebody accepted a version: at sign-up, with an upload, or when asked. Kept when the account ends, without the
    person."""

    class How(models.TextChoices):
        SIGN_UP = "sign-up"
        UPLOAD = "upload"
        ASKED = "asked"

    user = models.ForeignKey("accounts.User", null=True, on_delete=models.SET_NULL, related_name="+")
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="acceptances")
    how = models.CharField(max_length=8, choices=How.choices)
    clauses = models.JSONField(default=list)  # those that were opted into one by one
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "version", "how"], name="acceptance_once")]

    def __str__(self) -> str:
        return f"acceptance {self.pk}"


class Notice(models.Model):
    """Somebody is told of a version: by a letter, and by what they see when they come. It counts from the first; a
    letter that came back never counted."""

    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="+")
    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="notices")
    posted_at = models.DateTimeField(default=clock.now)
    delivered_at = models.DateTimeField(null=True, blank=True)  # a mail server took the letter
    failed_at = models.DateTimeField(null=True, blank=True)  # it was given up
    bounced_at = models.DateTimeField(null=True, blank=True)  # it was taken, and came back
    seen_at = models.DateTimeField(null=True, blank=True)
    kept_at = models.DateTimeField(null=True, blank=True)  # said that the old terms shall stay

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "version"], name="terms_notice_once")]
        indexes = [models.Index(fields=["version"], condition=models.Q(delivered_at=None, failed_at=None),
                                name="terms_notice_waits")]  # fmt: skip

    def __str__(self) -> str:
        return f"notice {self.pk}"


class SubscriberNotice(models.Model):
    """A letter about a version went to a subscriber. It stays, naming nobody, when they are forgotten."""

    number = models.BigIntegerField()  # of the subscriber; no key, since that row goes
    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="subscriber_notices")
    delivered_at = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)
    bounced_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "number"], name="subscriber_notice_once")]
        indexes = [models.Index(fields=["version"], condition=models.Q(delivered_at=None, failed_at=None),
                                name="subscriber_notice_waits")]  # fmt: skip

    def __str__(self) -> str:
        return f"subscriber notice {self.pk}"


class Watched(models.Model):
    """A text of somebody else that is watched: of a service, of a kind, such as its terms of service."""

    service = models.CharField(max_length=120)
    kind = models.CharField(max_length=80)
    slug = models.SlugField(max_length=120, unique=True)
    url = models.URLField(max_length=500, blank=True)
    made_at = models.DateTimeField(default=clock.now)
    said = models.JSONField(default=dict)  # its sentences about AI over time, so that no reader waits for its texts
    tried_at = models.DateTimeField(null=True, blank=True)  # when the page was last asked for
    visited_at = models.DateTimeField(null=True, blank=True)  # when it was last read
    failure = models.CharField(max_length=300, blank=True)  # why it could not be read since
    failed_at = models.DateTimeField(null=True, blank=True)  # since when

    class Meta:
        constraints = [models.UniqueConstraint(fields=["service", "kind"], name="watched_once")]

    def __str__(self) -> str:
        return f"{self.service}: {self.kind}"


class Snapshot(models.Model):
    """A watched text as it was seen at a moment. The same text again is no other snapshot."""

    watched = models.ForeignKey(Watched, on_delete=models.CASCADE, related_name="snapshots")
    at = models.DateTimeField()
    sha256 = models.CharField(max_length=64)  # of the text as it is kept
    text = models.TextField()
    source = models.CharField(max_length=300, blank=True)  # the file that it came from

    class Meta:
        constraints = [models.UniqueConstraint(fields=["watched", "at"], name="snapshot_once_a_moment")]

    def __str__(self) -> str:
        return f"snapshot {self.pk}"


class Question(models.Model):
    """Somebody asks in public about a clause of a version that is to come; the answer stays beside it for ever."""

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="questions")
    clause = models.CharField(max_length=60)
    user = models.ForeignKey("accounts.User", null=True, on_delete=models.SET_NULL, related_name="+")
    name = models.CharField(max_length=200)  # as whoever asks is called in public
    words = models.CharField(max_length=1000)
    is_about_rights = models.BooleanField()  # AI or money: while it is unanswered, the version binds nobody
    asked_at = models.DateTimeField(default=clock.now)
    answer = models.CharField(max_length=2000, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.CharField(max_length=200, blank=True)
    # Hidden words are still a question: it is answered, or holds the version up, all the same.
    hidden_at = models.DateTimeField(null=True, blank=True)
    hidden_because = models.CharField(max_length=1000, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["version", "clause"], name="question_of_clause"),
            models.Index(fields=["version"], condition=models.Q(answered_at=None, is_about_rights=True),
                         name="question_holds"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"question {self.pk}"


class Subscriber(models.Model):
    """An address that wants a letter when terms change. Written to only about what it has confirmed."""

    email = models.EmailField(max_length=254, unique=True)
    asked_at = models.DateTimeField(default=clock.now)
    confirmed_at = models.DateTimeField(null=True, blank=True)  # wants letters about the terms of this site

    def __str__(self) -> str:
        return f"subscriber {self.pk}"


class Wish(models.Model):
    """A subscriber wants a letter when terms of others change: of one text that is watched, or of all. Confirmed."""

    subscriber = models.ForeignKey(Subscriber, on_delete=models.CASCADE, related_name="wishes")
    watched = models.ForeignKey(Watched, null=True, on_delete=models.CASCADE, related_name="+")  # None: all of them
    confirmed_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subscriber", "watched"], name="wish_once"),
            models.UniqueConstraint(fields=["subscriber"], condition=models.Q(watched=None), name="wish_for_all_once"),
        ]

    def __str__(self) -> str:
        return f"wish {self.pk}"
