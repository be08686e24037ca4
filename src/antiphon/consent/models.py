"""What the gate knows: subjects, holders, answers, grants, systems, permits, artefacts, recalls.

The gate keeps its own table of subjects, which the catalogue pushes to; no foreign key points upwards. Answers are
never changed, only superseded.
"""

from django.db import models
from django.db.models import Q

from antiphon.kernel import clock


class Size(models.Model):
    """One row: how many times an answer, a seal, a grant, a holder or a withdrawal has changed what the gate says."""

    changes = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.changes)


class Party(models.Model):
    """Somebody who may hold rights: a person with an account, or one who was invited and wants none."""

    user = models.OneToOneField("accounts.User", null=True, on_delete=models.SET_NULL, related_name="+")
    name = models.CharField(max_length=200)
    email = models.EmailField(max_length=254, blank=True)
    is_minor = models.BooleanField(default=False)
    ended_at = models.DateTimeField(null=True, blank=True)  # the account is gone; what was said stays
    # After a reset of the password, a yes waits: whoever reads the mail is not yet known to be the person.
    doubtful_until = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"party {self.pk}"


class Subject(models.Model):
    """A recording, as the gate sees it. The masks are folded from what is below, in the transaction that changes it."""

    class Delivery(models.TextChoices):
        CREATOR = "creator"
        LABEL = "label"

    recording_id = models.BigIntegerField(primary_key=True)
    track_id = models.BigIntegerField(db_index=True)
    owner = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    delivery = models.CharField(max_length=8, choices=Delivery.choices, default=Delivery.CREATOR)
    terms = models.CharField(max_length=71)  # the version that was accepted with the upload
    withdrawn = models.BooleanField(default=False)
    disputed = models.BooleanField(default=False)  # folded: somebody says that the list of holders is wrong
    sealed_at = models.DateTimeField(null=True, blank=True)
    sealed_by = models.ForeignKey(Party, null=True, on_delete=models.PROTECT, related_name="+")
    opens_at = models.DateTimeField(null=True, blank=True)  # all holders asked to open the seal
    # Folded. `known` is false when anything is missing or unknown, which is a no.
    known = models.BooleanField(default=False)
    label = models.BooleanField(default=True)
    sealed = models.BooleanField(default=True)
    any_no = models.PositiveIntegerField(default=0)
    any_ask = models.PositiveIntegerField(default=0)
    all_yes = models.PositiveIntegerField(default=0)
    match_no = models.PositiveIntegerField(default=0)
    terms_forbid = models.PositiveIntegerField(null=True)  # empty: nobody knows the terms it came in under
    ask_all = models.PositiveIntegerField(default=0)  # each holder says yes or ask, and one of them ask: for the label
    since = models.DateTimeField(default=clock.now)  # when the masks were last other than they are
    asked_allowed = models.PositiveIntegerField(default=0)
    asked_refused = models.PositiveIntegerField(default=0)
    refold_at = models.DateTimeField(null=True, blank=True, db_index=True)  # when a waiting yes comes to count

    def __str__(self) -> str:
        return f"recording {self.recording_id}"


class SubjectSet(models.Model):
    """A recording is in a set of its owner: answers on the set reach it."""

    subject = models.ForeignKey(Subject, on_delete=models.CASCADE, related_name="sets")
    set_id = models.BigIntegerField(db_index=True)
    joined_at = models.DateTimeField(default=clock.now)  # a yes in models that it meets there waits from here on
    left_at = models.DateTimeField(null=True, blank=True)  # a no to models that it met there stays for as long

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subject", "set_id"], name="subject_once_per_set")]

    def __str__(self) -> str:
        return f"recording {self.subject_id} in set {self.set_id}"


class Holder(models.Model):
    """A party's share of the rights in a recording, by role."""

    class State(models.TextChoices):
        INVITED = "invited"  # named by the owner, has not confirmed: has said nothing, so nobody may
        CONFIRMED = "confirmed"
        DECLINED = "declined"  # says that they hold nothing here: the list is in doubt until the owner mends it

    subject = models.ForeignKey(Subject, on_delete=models.CASCADE, related_name="holders")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="holdings")
    roles = models.CharField(max_length=60)  # recording,composition,performance
    share_ppm = models.PositiveIntegerField(default=0)  # parts in a million; zero where nobody has said
    named = models.CharField(max_length=200, blank=True)  # as the owner wrote it; shown until the holder confirms
    is_minor = models.BooleanField(default=False)  # as the owner says; the party may say so too
    state = models.CharField(max_length=10, choices=State.choices, default=State.INVITED)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subject", "party"], name="holder_once_per_recording")]

    def __str__(self) -> str:
        return f"holder {self.pk}"


class Dispute(models.Model):
    """A holder says that the list of holders is wrong. Only they can say that it is right after all."""

    subject = models.ForeignKey(Subject, on_delete=models.CASCADE, related_name="disputes")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subject", "party"], name="dispute_once")]

    def __str__(self) -> str:
        return f"dispute {self.pk}"


class HolderLink(models.Model):
    """A signed link by which an invited holder answers for one recording, without an account. Used once; it expires."""

    party = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="links")
    subject = models.ForeignKey(Subject, on_delete=models.CASCADE, related_name="+")
    secret_sha256 = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"link {self.pk}"


class Answer(models.Model):
    """What a party said about one purpose, on an account, a set or a track. Superseded, never changed."""

    class Scope(models.TextChoices):
        ACCOUNT = "account"
        SET = "set"
        TRACK = "track"  # its recording: other music at the same address has to be asked for again

    class Said(models.TextChoices):
        YES = "yes"
        ASK = "ask"
        NO = "no"
        NOTHING = "nothing"  # took back what was said here; what is said more widely counts again

    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="answers")
    scope = models.CharField(max_length=8, choices=Scope.choices)
    scope_id = models.BigIntegerField(default=0)  # set or recording; zero for an account
    purpose = models.PositiveSmallIntegerField()
    said = models.CharField(max_length=8, choices=Said.choices)
    at = models.DateTimeField()
    effective_at = (
        models.DateTimeField()
    )  # later than `at` for a yes that waits; what was said before counts until then
    table = models.CharField(max_length=71)  # hash of the purposes' words that were read
    act = models.ForeignKey("Act", on_delete=models.PROTECT, related_name="answers")
    superseded_by = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["party", "scope", "scope_id", "purpose"],
                condition=Q(superseded_by=None),
                name="answer_current_once",
            )
        ]
        indexes = [models.Index(fields=["scope", "scope_id"], name="answer_scope")]

    def __str__(self) -> str:
        return f"answer {self.pk}"


class Act(models.Model):
    """One thing a party did at the gate, with its entry in the ledger: what a receipt is for."""

    class Kind(models.TextChoices):
        ANSWER = "answer"
        SEAL = "seal"
        GRANT = "grant"
        HOLDERS = "holders"
        WITHDRAW = "withdraw"

    uid = models.CharField(max_length=32, unique=True)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    party = models.ForeignKey(Party, null=True, on_delete=models.PROTECT, related_name="acts")
    by_user = models.ForeignKey("accounts.User", null=True, on_delete=models.SET_NULL, related_name="+")
    via = models.CharField(max_length=12)  # studio, api, csv, link, card, replay
    told = models.JSONField(default=dict)  # what is shown of it in lists
    at = models.DateTimeField()
    entry = models.BigIntegerField(null=True)  # its row in the ledger

    class Meta:
        indexes = [models.Index(fields=["party", "-at"], name="act_party_at")]

    def __str__(self) -> str:
        return f"act {self.uid}"


class Grant(models.Model):
    """A holder's yes for one actor, one purpose and a half-open stretch of time."""

    uid = models.CharField(max_length=32, unique=True)
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="grants")
    subject = models.ForeignKey(Subject, on_delete=models.CASCADE, related_name="grants")
    actor = models.CharField(max_length=60)
    purpose = models.PositiveSmallIntegerField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    act = models.ForeignKey(Act, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"grant {self.uid}"


class Cover(models.Model):
    """Folded: for this actor, purpose and stretch of time, every holder who has to has granted, and all others said
    yes. Written anew whenever a recording is folded."""

    subject = models.ForeignKey(Subject, on_delete=models.CASCADE, related_name="covers")
    actor = models.CharField(max_length=60)
    purpose = models.PositiveSmallIntegerField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["actor", "purpose", "subject"], name="cover_actor_purpose")]

    def __str__(self) -> str:
        return f"cover of recording {self.subject_id}"


class Actor(models.Model):
    """Somebody from outside who may ask: a developer, an institute. Whoever is not here is a no."""

    slug = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=200)
    contact = models.EmailField(max_length=254)
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


class Opening(models.Model):
    """A holder asks to open the seal of a recording; when all have, its public days begin."""

    subject = models.ForeignKey(Subject, on_delete=models.CASCADE, related_name="openings")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subject", "party"], name="opening_once")]

    def __str__(self) -> str:
        return f"opening {self.pk}"
