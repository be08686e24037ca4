"""People, their profiles and what they may do. Owns no music: tracks are the catalogue's."""

from typing import ClassVar

from django.contrib.auth.base_user import BaseUserManager
from django.contrib.auth.models import AbstractBaseUser, PermissionsMixin
from django.db import models
from django.db.models.functions import Lower

from antiphon.kernel import clock


class Role(models.TextChoices):
    LISTENER = "listener"
    CREATOR = "creator"
    MODERATOR = "moderator"
    OPERATOR = "operator"
    LABEL = "label"


class People(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: object) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser, PermissionsMixin):
    """A person who can sign in. Public names live on profiles, never here."""

    email = models.EmailField(unique=True)
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(default=clock.now)
    time_zone = models.CharField(max_length=60, blank=True)  # IANA name; empty: the site's
    language = models.CharField(max_length=12, blank=True)
    theme = models.CharField(max_length=8, blank=True)  # light, dark, or empty for the system's
    quota_bytes = models.BigIntegerField(null=True, blank=True)  # empty: the site's default
    # A copy of the grants, "creator,listener", so that no page has to ask for them; `people.grant_role` keeps it.
    roles = models.CharField(max_length=60, blank=True, editable=False)
    suspended_at = models.DateTimeField(null=True, blank=True)
    suspended_because = models.CharField(max_length=500, blank=True)
    deletion_asked_at = models.DateTimeField(null=True, blank=True)
    deletion_due_at = models.DateTimeField(null=True, blank=True, db_index=True)

    objects = People()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_any_case")]

    def __str__(self) -> str:
        return f"user {self.pk}"  # never the address: this ends up in logs

    @property
    def is_staff(self) -> bool:
        return self.is_superuser


class RoleGrant(models.Model):
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="role_grants")
    role = models.CharField(max_length=12, choices=Role.choices)
    granted_at = models.DateTimeField(default=clock.now)
    granted_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "role"], name="role_once_per_user")]

    def __str__(self) -> str:
        return f"{self.role} for user {self.user_id}"


class Profile(models.Model):
    """A public face at `/<slug>`: an artist, a band, a label. One person may own several."""

    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="profiles")
    slug = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=100)
    biography = models.TextField(max_length=5000, blank=True)
    place = models.CharField(max_length=100, blank=True)
    links = models.JSONField(default=list, blank=True)  # [{"title": ..., "url": ...}]
    picture_key = models.CharField(max_length=200, blank=True)
    banner_key = models.CharField(max_length=200, blank=True)  # a strip for the head of its page; decoration
    # Whether the feeds carry the sound itself, for programs that fetch podcasts. Off until its owner switches it on.
    feeds_sound = models.BooleanField(default=False)
    search_text = models.TextField(blank=True)  # name and slug, folded: no case, no accents
    is_label = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=clock.now)
    hidden_at = models.DateTimeField(null=True, blank=True)
    hidden_because = models.CharField(max_length=500, blank=True)

    def __str__(self) -> str:
        return self.slug

    def get_absolute_url(self) -> str:
        return f"/{self.slug}"


class FormerSlug(models.Model):
    """An address that a profile had; it redirects for as long as nobody else has it, which is for ever."""

    slug = models.CharField(max_length=40, unique=True)
    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="former_slugs")
    changed_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return self.slug


class Invitation(models.Model):
    """A single-use code to sign up with, kept as a hash."""

    code_sha256 = models.CharField(max_length=64, unique=True)
    note = models.CharField(max_length=200, blank=True)
    created_by = models.ForeignKey(User, on_delete=models.CASCADE, related_name="invitations")
    created_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    used_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"invitation {self.pk}"


class Block(models.Model):
    """One person wants nothing to do with another: neither finds the other's music or words."""

    by = models.ForeignKey(User, on_delete=models.CASCADE, related_name="blocks")
    blocked = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["by", "blocked"], name="block_once")]

    def __str__(self) -> str:
        return f"block {self.pk}"


class ApiKey(models.Model):
    """A key for a program. The secret is shown once; only its hash is kept."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="api_keys")
    name = models.CharField(max_length=80)
    prefix = models.CharField(max_length=12, unique=True)  # first letters, to recognise and to look up by
    secret_sha256 = models.CharField(max_length=64)
    scopes = models.JSONField(default=list)  # ["read", "write", "upload"]
    created_at = models.DateTimeField(default=clock.now)
    last_used_on = models.DateField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"


class Parcel(models.Model):
    """Everything that somebody has here, as one file to take along: asked for, packed by a job, deleted after some
    days. Where the file is, or is about to be, stands here before it is there, so that none is ever forgotten.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        PACKING = "packing"
        READY = "ready"
        FAILED = "failed"

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="parcels")
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    language = models.CharField(max_length=12, blank=True)  # of its README and of the letter
    asked_at = models.DateTimeField(default=clock.now)
    all_bytes = models.BigIntegerField(default=0)  # of the stored files that go in, as far as is known before
    packed_bytes = models.BigIntegerField(default=0)  # how much of it has been written
    key = models.CharField(max_length=200, blank=True)  # of this run of the job, or of what is ready
    size_bytes = models.BigIntegerField(null=True, blank=True)
    files = models.PositiveIntegerField(default=0)
    missing = models.PositiveIntegerField(default=0)  # files that should be in it and are not
    ready_at = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True, db_index=True)
    failure = models.CharField(max_length=500, blank=True)  # in plain words

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=models.Q(state__in=("waiting", "packing")), name="one_parcel_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"parcel {self.pk}"
