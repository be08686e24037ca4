"""The Job row: what shall be done, committed with the change that caused it. Engines carry only its id."""

from django.db import models


class Job(models.Model):
    class State(models.TextChoices):
        QUEUED = "queued"  # waits for a worker, or for `run_after`
        RUNNING = "running"  # somebody holds the lease
        DONE = "done"
        DEAD = "dead"  # gave up; a person may revive it
        CANCELLED = "cancelled"

    name = models.CharField(max_length=80)
    args = models.JSONField(default=dict)
    subject = models.CharField(max_length=80, blank=True)  # "recording:12", to find the jobs of a thing
    purpose = models.CharField(max_length=40, blank=True)  # slug from the table of purposes, where the gate is asked
    permit = models.CharField(max_length=80, blank=True)
    # One live job a key: enqueuing the same key twice gives the same row.
    key = models.CharField(max_length=160, blank=True)
    state = models.CharField(max_length=12, choices=State.choices, default=State.QUEUED)
    attempts = models.PositiveIntegerField(default=0)  # runs that ended in a failure
    crashes = models.PositiveIntegerField(default=0)  # runs whose worker died, or fell silent, in the middle
    again = models.BooleanField(default=False)  # enqueued by its key while it ran: runs once more
    run_after = models.DateTimeField()
    lease_token = models.CharField(max_length=40, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    worker = models.CharField(max_length=120, blank=True)  # name of the worker that holds, or last held, the lease
    failure = models.TextField(blank=True)
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["state", "run_after"], name="job_state_run_after"),
            models.Index(fields=["subject"], name="job_subject"),
            models.Index(
                fields=["finished_at"],
                condition=models.Q(state__in=["done", "cancelled"]),
                name="job_finished",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["key"],
                condition=~models.Q(key="") & models.Q(state__in=["queued", "running"]),
                name="job_one_live_per_key",
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} #{self.pk} ({self.state})"


class Worker(models.Model):
    """A worker process that says it is alive every few seconds; silence for half a minute is a death."""

    name = models.CharField(max_length=120, unique=True)  # host:pid:random
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name


class Beat(models.Model):
    """When a periodic job is due again. Of several workers, the one whose update hits the row enqueues it."""

    name = models.CharField(max_length=80, unique=True)
    due_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
