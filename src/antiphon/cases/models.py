"""Tables of cases: a file, and its entries. Private to the room."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from antiphon.cases.core.course import Outcome, Side, Stage
from antiphon.kernel import clock


def _choices(kind: type[Stage] | type[Outcome] | type[Side]) -> list[tuple[str, str]]:
    return [(one.value, one.value) for one in kind]


class CaseFile(models.Model):
    """A dispute between two sides about one thing. How it stands is what its entries have made of it."""

    uid = models.CharField(max_length=32, unique=True)
    kind = models.CharField(max_length=20)  # a name of `service.kinds`
    subject_id = models.BigIntegerField()  # what it is about, in the room of that kind
    uploader = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    holder = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    stage = models.CharField(max_length=8, choices=_choices(Stage))
    since = models.DateTimeField()  # of this stage
    outcome = models.CharField(max_length=9, choices=_choices(Outcome), default=Outcome.NONE.value, blank=True)
    reminded = models.PositiveSmallIntegerField(default=0)
    reminded_at = models.DateTimeField(null=True)
    holder_spoke = models.BooleanField(default=False)
    appealed_by = models.CharField(max_length=9, choices=_choices(Side), default="", blank=True)
    due_at = models.DateTimeField(null=True)  # when a clock strikes next
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    claimed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    claimed_at = models.DateTimeField(null=True)
    uploader_told_at = models.DateTimeField(null=True)  # none: a moderator looks, or looked, at it first
    opened_at = models.DateTimeField(default=clock.now)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["stage", "since"], name="casefile_queue"),
            models.Index(fields=["due_at"], condition=~Q(due_at=None), name="casefile_due"),
            models.Index(fields=["kind", "subject_id"], name="casefile_subject"),
            models.Index(fields=["uploader", "-opened_at"], name="casefile_uploader"),
            models.Index(fields=["holder", "-opened_at"], name="casefile_holder"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.uid}"


class CaseEntry(models.Model):
    """One thing that was done in a case, with its entry in the ledger. Written on, never changed, never deleted.

    Words alone go when whoever wrote them leaves; the database refuses every other change.
    """

    file = models.ForeignKey(CaseFile, on_delete=models.PROTECT, related_name="entries")
    at = models.DateTimeField()
    by_id = models.BigIntegerField(null=True)  # an account's number, so that it need not change when the account ends
    side = models.CharField(max_length=9, choices=_choices(Side))
    act = models.CharField(max_length=8)
    words = models.TextField(max_length=4000, blank=True)
    told = models.JSONField(default=dict)  # what goes with it, for both sides
    ledger = models.BigIntegerField()  # its row there

    class Meta:
        indexes = [models.Index(fields=["file", "id"], name="caseentry_of_file")]

    def __str__(self) -> str:
        return f"{self.act} in {self.file_id}"
