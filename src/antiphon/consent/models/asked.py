"""Who may ask, what was asked, what was made of it, and what had to be taken out again."""

from django.db import models

from antiphon.kernel import clock


class Actor(models.Model):
    """Somebody from outside who may ask: a developer, an institute. Whoever is not here is a no."""

    slug = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=200)
    contact = models.EmailField(max_length=254)
    # Who sent an enquiry enters themselves: all that is known of them is that they read letters at `contact`.
    is_self_entered = models.BooleanField(default=False)
    user = models.OneToOneField("accounts.User", null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.slug


class RegisteredSystem(models.Model):
    """A system in the public register. A material change is another row with its own days of notice."""

    name = models.CharField(max_length=80)
    fingerprint = models.CharField(max_length=71)  # of purpose, what it reads, model version, owner
    purpose = models.PositiveSmallIntegerField()
    owner = models.CharField(max_length=200)
    reads = models.CharField(max_length=500)
    version = models.CharField(max_length=60)
    approved_by = models.JSONField(default=list)  # two names
    announced_at = models.DateTimeField()
    active_from = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    entry = models.BigIntegerField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name", "fingerprint"], name="system_once")]

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


class Asked(models.Model):
    """One question to the gate by a system: what was considered, what was allowed, and why the rest was not."""

    uid = models.CharField(max_length=32, unique=True)
    system = models.CharField(max_length=80)
    purpose = models.PositiveSmallIntegerField()
    actor = models.CharField(max_length=60)
    at = models.DateTimeField(db_index=True)
    considered = models.PositiveIntegerField()
    allowed = models.PositiveIntegerField()
    bitmap = models.BinaryField()  # Roaring, recording ids that were allowed
    manifest_root = models.CharField(max_length=64)
    salt = models.BinaryField()  # of the manifest's keys: for holders of a recording, auditors and whoever was allowed
    consent_size = models.BigIntegerField()
    policy = models.CharField(max_length=71)
    noted_to = models.BigIntegerField(null=True)  # the last recording it was noted on; empty once on all of them
    entry = models.BigIntegerField(null=True)

    def __str__(self) -> str:
        return f"asked {self.uid}"


class AskedRule(models.Model):
    """The recordings of one question that one rule decided."""

    asked = models.ForeignKey(Asked, on_delete=models.CASCADE, related_name="rules")
    rule = models.CharField(max_length=40)
    count = models.PositiveIntegerField()
    bitmap = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["asked", "rule"], name="asked_rule_once")]

    def __str__(self) -> str:
        return f"{self.rule} of {self.asked_id}"


class AskedOf(models.Model):
    """Where a question is found by the recordings that it considered, by the rule that decided: see `core.places`."""

    asked = models.ForeignKey(Asked, on_delete=models.CASCADE, db_index=False, related_name="+")
    rule = models.PositiveSmallIntegerField()  # its code
    place = models.BigIntegerField()
    bitmap = models.BinaryField()

    class Meta:
        indexes = [models.Index(fields=["place", "asked", "rule"], name="asked_by_place")]

    def __str__(self) -> str:
        return f"asked {self.asked_id} at {self.place}"


class Artefact(models.Model):
    """Whatever a job made of recordings: a descriptor, an index, a model, a dataset."""

    uid = models.CharField(max_length=32, unique=True)
    kind = models.CharField(max_length=40)
    system = models.CharField(max_length=80)
    purpose = models.PositiveSmallIntegerField()
    actor = models.CharField(max_length=60)
    asked = models.ForeignKey(Asked, null=True, on_delete=models.SET_NULL, related_name="artefacts")
    parents = models.ManyToManyField("self", symmetrical=False, related_name="children")
    bitmap = models.BinaryField()  # recordings it was made of, its parents' included
    note = models.CharField(max_length=500, blank=True)
    made_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True, blank=True, db_index=True)

    def __str__(self) -> str:
        return f"{self.kind} {self.uid}"


class Recall(models.Model):
    """An artefact must lose recordings. Carried out by whoever keeps that kind; interrupted, it resumes."""

    class State(models.TextChoices):
        QUEUED = "queued"
        DONE = "done"

    artefact = models.ForeignKey(Artefact, on_delete=models.CASCADE, related_name="recalls")
    bitmap = models.BinaryField()
    because = models.CharField(max_length=40)  # the rule that refuses them now
    state = models.CharField(max_length=8, choices=State.choices, default=State.QUEUED)
    remedy = models.CharField(max_length=200, blank=True)
    made_at = models.DateTimeField(default=clock.now)
    done_at = models.DateTimeField(null=True, blank=True)
    entry = models.BigIntegerField(null=True)

    class Meta:
        indexes = [models.Index(fields=["state", "made_at"], name="recall_state")]

    def __str__(self) -> str:
        return f"recall {self.pk}"


class RecallOf(models.Model):
    """Where a recall is found by the recordings that it takes out: see `core.places`."""

    recall = models.ForeignKey(Recall, on_delete=models.CASCADE, db_index=False, related_name="+")
    place = models.BigIntegerField()
    bitmap = models.BinaryField()

    class Meta:
        indexes = [models.Index(fields=["place", "recall"], name="recall_by_place")]

    def __str__(self) -> str:
        return f"recall {self.recall_id} at {self.place}"


class Glass(models.Model):
    """Breaking the glass: a named person looked where only permits lead, and everybody who runs the site was told."""

    user = models.ForeignKey("accounts.User", null=True, on_delete=models.SET_NULL, related_name="+")
    name = models.CharField(max_length=200)
    reason = models.TextField(max_length=2000)
    recordings = models.JSONField(default=list)
    at = models.DateTimeField()
    ends_at = models.DateTimeField()
    entry = models.BigIntegerField()

    def __str__(self) -> str:
        return f"glass {self.pk}"
