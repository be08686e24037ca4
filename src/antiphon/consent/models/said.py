"""Recordings, who holds rights in them, and what they said: answers are never changed, only superseded."""

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
    changed_in = models.BigIntegerField(default=0, db_index=True)  # the change that last folded it otherwise
    refold_at = models.DateTimeField(null=True, blank=True, db_index=True)  # when a waiting yes comes to count

    def __str__(self) -> str:
        return f"recording {self.recording_id}"


class Gone(models.Model):
    """A recording that the gate has let go, and in which change: whoever looked at it before has to look again."""

    recording_id = models.BigIntegerField(primary_key=True)
    changed_in = models.BigIntegerField(db_index=True)

    def __str__(self) -> str:
        return f"recording {self.recording_id}, gone"


class SubjectSet(models.Model):
    """A recording is in a set of its owner: answers on the set reach it."""

    subject = models.ForeignKey(Subject, on_delete=models.CASCADE, related_name="sets")
    set_id = models.BigIntegerField(db_index=True)
    joined_at = models.DateTimeField(default=clock.now)  # a yes in models that it meets there waits from here on
    left_at = models.DateTimeField(null=True, blank=True)  # a no to models that it met there stays for as long
    # After a restore, where nobody knows any more whether it is in there: a no there binds it, a yes does not reach it.
    only_refuses = models.BooleanField(default=False)

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
        SET = "set"  # recordings joined a set or left it
        REPLY = "reply"  # refused what an enquiry asks for; what was granted is a grant

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


class Opening(models.Model):
    """A holder asks to open the seal of a recording; when all have, its public days begin."""

    subject = models.ForeignKey(Subject, on_delete=models.CASCADE, related_name="openings")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subject", "party"], name="opening_once")]

    def __str__(self) -> str:
        return f"opening {self.pk}"
