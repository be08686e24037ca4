"""What is said against something here, what people decide about it, and the trail of their acts."""

from django.db import models
from django.db.models import Q

from antiphon.kernel import clock


class Case(models.Model):
    """One thing that was reported, and all that was said of it until somebody decides. One open case a thing."""

    class State(models.TextChoices):
        OPEN = "open"
        DECIDED = "decided"
        APPEALED = "appealed"

    kind = models.CharField(max_length=20)  # a name of `service.kinds`
    subject_id = models.BigIntegerField()
    owner = models.ForeignKey("accounts.User", null=True, on_delete=models.SET_NULL, related_name="+")
    # As it stood when it was reported first; emptied when its owner's account ends.
    name = models.CharField(max_length=300, blank=True)
    address = models.CharField(max_length=300, blank=True)
    words = models.JSONField(default=dict)
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    voices = models.PositiveIntegerField(default=0)  # people who reported it; all without an account are one
    rank = models.PositiveSmallIntegerField(default=1)  # see `core.care.rank`
    claimed_by = models.ForeignKey("accounts.User", null=True, on_delete=models.SET_NULL, related_name="+")
    claimed_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(default=clock.now)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "subject_id"], condition=Q(state="open"), name="one_open_case"),
        ]
        indexes = [
            models.Index(fields=["state", "rank", "opened_at"], name="case_queue"),
            models.Index(fields=["kind", "subject_id"], name="case_subject"),
        ]

    def __str__(self) -> str:
        return f"case {self.pk}"


class Report(models.Model):
    """Somebody says that something here should not be. A moderator decides about its case and says why."""

    class State(models.TextChoices):
        OPEN = "open"
        UPHELD = "upheld"
        DISMISSED = "dismissed"

    case = models.ForeignKey(Case, null=True, on_delete=models.CASCADE, related_name="reports")
    kind = models.CharField(max_length=20)
    subject_id = models.BigIntegerField()
    reporter = models.ForeignKey("accounts.User", null=True, on_delete=models.SET_NULL, related_name="+")
    reason = models.CharField(max_length=20)
    words = models.TextField(max_length=4000, blank=True)
    wants_answer = models.BooleanField(default=False)
    snapshot = models.JSONField(null=True)  # where its subject no longer said what the case keeps
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    decided_by = models.ForeignKey("accounts.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decision = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = [
            models.Index(fields=["state", "created_at"], name="report_state_created"),
            models.Index(fields=["reporter", "-created_at"], name="report_of_reporter"),
        ]

    def __str__(self) -> str:
        return f"report {self.pk}"


class Ruling(models.Model):
    """What a moderator decided about a case, in words that the person concerned reads."""

    class Verdict(models.TextChoices):
        LEAVE = "leave"
        HIDE = "hide"
        WITHDRAW = "withdraw"  # off the public pages, until its owner puts it right
        SUSPEND = "suspend"
        SHOW = "show"  # again

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="rulings")
    verdict = models.CharField(max_length=8, choices=Verdict.choices)
    by = models.ForeignKey("accounts.User", null=True, on_delete=models.SET_NULL, related_name="+")
    because = models.CharField(max_length=500)
    on_appeal = models.BooleanField(default=False)
    undo = models.JSONField(default=dict)  # what brings its subject back as it was
    at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = [models.Index(fields=["case", "at"], name="ruling_of_case")]

    def __str__(self) -> str:
        return f"{self.verdict} in case {self.case_id}"


class Appeal(models.Model):
    """Whom a ruling concerns says why it is wrong: once a ruling. Another moderator answers, where there is one."""

    class Outcome(models.TextChoices):
        WAITING = ""
        KEPT = "kept"
        CHANGED = "changed"

    ruling = models.OneToOneField(Ruling, on_delete=models.CASCADE, related_name="appeal")
    by = models.ForeignKey("accounts.User", null=True, on_delete=models.SET_NULL, related_name="+")
    words = models.TextField(max_length=4000)
    at = models.DateTimeField(default=clock.now)
    outcome = models.CharField(max_length=8, choices=Outcome.choices, default=Outcome.WAITING, blank=True)
    answered_by = models.ForeignKey("accounts.User", null=True, on_delete=models.SET_NULL, related_name="+")
    answered_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=500, blank=True)

    def __str__(self) -> str:
        return f"appeal {self.pk}"


class CaseNote(models.Model):
    """What moderators tell each other about a case. Nobody else reads it, and nobody changes it."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="notes")
    by = models.ForeignKey("accounts.User", null=True, on_delete=models.SET_NULL, related_name="+")
    words = models.TextField(max_length=4000)
    at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return f"note {self.pk}"


class TrailLine(models.Model):
    """One act of moderation: the trail. Rows are added and never changed or deleted; the database refuses both.

    People stand in it by number alone, so that it need not change when an account ends.
    """

    at = models.DateTimeField(default=clock.now)
    who = models.BigIntegerField(null=True)  # the account's number; none: a rule, or the installation
    what = models.CharField(max_length=16)
    kind = models.CharField(max_length=20)
    subject_id = models.BigIntegerField()
    case_id = models.BigIntegerField(null=True)
    why = models.CharField(max_length=500, blank=True)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["-at", "-id"], name="trail_latest"),
            models.Index(fields=["kind", "subject_id"], name="trail_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.what} {self.kind} {self.subject_id}"
