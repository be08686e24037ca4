"""Tracks, their recordings, sets and uploads. Owns what a piece of music is called and who may hear it."""

import uuid

from django.db import models
from django.db.models import Q

from antiphon.kernel import clock, ids


class Sharing(models.TextChoices):
    PUBLIC = "public"
    SECRET = "secret"  # noqa: S105  (whoever has the link)
    PRIVATE = "private"


class License(models.TextChoices):
    ALL_RIGHTS_RESERVED = "all-rights-reserved"
    CC_BY = "cc-by"
    CC_BY_SA = "cc-by-sa"
    CC_BY_ND = "cc-by-nd"
    CC_BY_NC = "cc-by-nc"
    CC_BY_NC_SA = "cc-by-nc-sa"
    CC_BY_NC_ND = "cc-by-nc-nd"
    CC0 = "cc0"


class Downloads(models.TextChoices):
    NOBODY = "nobody"
    MEMBERS = "members"
    ANYONE = "anyone"


class Track(models.Model):
    """A page for one piece of music. What is heard is its current recording."""

    class State(models.TextChoices):
        DRAFT = "draft"
        PUBLISHED = "published"  # heard by others once `published_at` has come and `playable` holds
        WITHDRAWN = "withdrawn"

    class Held(models.TextChoices):
        """Whether others wait for it to be compared with the music that is here (`ports.Matcher`)."""

        FREE = ""
        MATCHING = "matching"  # not compared yet
        HELD = "held"  # it sounds like somebody else's music, or could not be compared: a person looks

    profile = models.ForeignKey("accounts.Profile", on_delete=models.CASCADE, related_name="tracks")
    slug = models.CharField(max_length=100)
    title = models.CharField(max_length=300)
    artists = models.CharField(max_length=500, blank=True)  # as credited; empty: the profile's name
    description = models.TextField(max_length=10000, blank=True)
    genre = models.CharField(max_length=100, blank=True)
    tag_list = models.CharField(max_length=1000, blank=True)  # comma-separated, as typed
    release_date = models.DateField(null=True, blank=True)
    isrc = models.CharField(max_length=12, blank=True)
    disc_number = models.PositiveSmallIntegerField(null=True, blank=True)
    track_number = models.PositiveSmallIntegerField(null=True, blank=True)
    bpm = models.DecimalField(max_digits=6, decimal_places=2, null=True, blank=True)
    key_signature = models.CharField(max_length=20, blank=True)
    license = models.CharField(max_length=24, choices=License.choices, default=License.ALL_RIGHTS_RESERVED)
    sharing = models.CharField(max_length=8, choices=Sharing.choices, default=Sharing.PRIVATE)
    secret_token = models.CharField(max_length=32, default=ids.new_secret)
    downloads = models.CharField(max_length=8, choices=Downloads.choices, default=Downloads.NOBODY)
    commentable = models.BooleanField(default=True)
    embeddable_by = models.CharField(
        max_length=8, default="all", choices=[("all", "all"), ("me", "me"), ("none", "none")]
    )
    artwork_key = models.CharField(max_length=200, blank=True)  # folder of sizes; see audio.service.pictures
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    published_at = models.DateTimeField(null=True, blank=True)  # in the future: a scheduled release
    playable = models.BooleanField(default=False)  # the current recording has a rendition
    recording = models.ForeignKey("Recording", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    search_text = models.TextField(blank=True)  # title, artists, tags, profile: folded
    held = models.CharField(max_length=8, choices=Held.choices, default=Held.FREE, blank=True)
    hidden_at = models.DateTimeField(null=True, blank=True)  # by a moderator
    hidden_because = models.CharField(max_length=500, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=clock.now)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["profile", "slug"], name="track_slug_once_per_profile")]
        indexes = [
            models.Index(fields=["profile", "-published_at"], name="track_profile_published"),
            models.Index(
                fields=["-published_at", "-id"],
                condition=Q(sharing="public", state="published", playable=True, hidden_at=None, held=""),
                name="track_newest",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return f"/{self.profile.slug}/{self.slug}"


class FormerTrackSlug(models.Model):
    """An address that a track had under its profile; it redirects."""

    profile = models.ForeignKey("accounts.Profile", on_delete=models.CASCADE, related_name="+")
    slug = models.CharField(max_length=100)
    track = models.ForeignKey(Track, on_delete=models.CASCADE, related_name="former_slugs")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["profile", "slug"], name="former_track_slug_once")]

    def __str__(self) -> str:
        return self.slug


class Recording(models.Model):
    """One sound of a track. Replacing the audio makes a new one; what is bound to sound is bound to this row."""

    class State(models.TextChoices):
        RECEIVED = "received"  # the bytes are safe
        PLAYABLE = "playable"  # first rendition, waveform and loudness are there
        COMPLETE = "complete"  # every rendition is there
        FAILED = "failed"

    track = models.ForeignKey(Track, on_delete=models.CASCADE, related_name="recordings")
    state = models.CharField(max_length=10, choices=State.choices, default=State.RECEIVED)
    original_key = models.CharField(max_length=200)
    original_name = models.CharField(max_length=300)
    size_bytes = models.BigIntegerField()
    sha256 = models.CharField(max_length=64, blank=True, db_index=True)
    container = models.CharField(max_length=20, blank=True)  # wav, aiff, flac, mp3, mp4, aac, ogg
    codec = models.CharField(max_length=20, blank=True)
    duration_ms = models.BigIntegerField(null=True, blank=True)
    rate_hz = models.PositiveIntegerField(null=True, blank=True)
    channels = models.PositiveSmallIntegerField(null=True, blank=True)
    loudness_lufs = models.FloatField(null=True, blank=True)  # integrated; empty for silence
    loudness_range_lu = models.FloatField(null=True, blank=True)
    true_peak_dbtp = models.FloatField(null=True, blank=True)
    waveform_key = models.CharField(max_length=200, blank=True)  # audiowaveform v2 .dat
    overview = models.BinaryField(default=bytes, blank=True)  # int8 min, max pairs, 1800 of them
    waveform_path = models.TextField(blank=True)  # SVG path data in a box of 1000 by 100, for lists
    report = models.JSONField(default=dict, blank=True)  # the studio's technical report
    # Another recording of the same person with the very same bytes, when there is one.
    duplicate_of = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    failure_code = models.CharField(max_length=40, blank=True)
    failure = models.CharField(max_length=500, blank=True)  # in plain words
    attested_by = models.ForeignKey("accounts.User", null=True, on_delete=models.SET_NULL, related_name="+")
    attested_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return f"recording {self.pk}"


class MusicSet(models.Model):
    """An ordered list of tracks: album, EP, single or playlist."""

    class Kind(models.TextChoices):
        ALBUM = "album"
        EP = "ep"
        SINGLE = "single"
        PLAYLIST = "playlist"

    profile = models.ForeignKey("accounts.Profile", on_delete=models.CASCADE, related_name="sets")
    slug = models.CharField(max_length=100)
    title = models.CharField(max_length=300)
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.ALBUM)
    description = models.TextField(max_length=10000, blank=True)
    release_date = models.DateField(null=True, blank=True)
    sharing = models.CharField(max_length=8, choices=Sharing.choices, default=Sharing.PRIVATE)
    secret_token = models.CharField(max_length=32, default=ids.new_secret)
    artwork_key = models.CharField(max_length=200, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)  # empty: a draft
    search_text = models.TextField(blank=True)
    hidden_at = models.DateTimeField(null=True, blank=True)
    hidden_because = models.CharField(max_length=500, blank=True)
    # The folder an upload brought it from, so that a second file of the folder finds it again.
    source_folder = models.CharField(max_length=400, blank=True)
    source_batch = models.UUIDField(null=True, blank=True)
    created_at = models.DateTimeField(default=clock.now)
    updated_at = models.DateTimeField(auto_now=True)
    tracks = models.ManyToManyField(Track, through="SetItem", related_name="sets")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["profile", "slug"], name="set_slug_once_per_profile")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return f"/{self.profile.slug}/sets/{self.slug}"


class FormerSetSlug(models.Model):
    """An address that a set had under its profile; it redirects."""

    profile = models.ForeignKey("accounts.Profile", on_delete=models.CASCADE, related_name="+")
    slug = models.CharField(max_length=100)
    music_set = models.ForeignKey(MusicSet, on_delete=models.CASCADE, related_name="former_slugs")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["profile", "slug"], name="former_set_slug_once")]

    def __str__(self) -> str:
        return self.slug


class SetItem(models.Model):
    music_set = models.ForeignKey(MusicSet, on_delete=models.CASCADE, related_name="items")
    track = models.ForeignKey(Track, on_delete=models.CASCADE, related_name="set_items")
    position = models.PositiveIntegerField()
    # Its title when it was put in: all that is left to say of it once its creator lets nobody hear it any more.
    known_as = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["position", "id"]
        constraints = [models.UniqueConstraint(fields=["music_set", "track"], name="track_once_per_set")]

    def __str__(self) -> str:
        return f"{self.position} of set {self.music_set_id}"


class PinnedTrack(models.Model):
    """A track that its creator put at the head of their page."""

    profile = models.ForeignKey("accounts.Profile", on_delete=models.CASCADE, related_name="pins")
    track = models.ForeignKey(Track, on_delete=models.CASCADE, related_name="pins")
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["position", "id"]
        constraints = [models.UniqueConstraint(fields=["profile", "track"], name="track_pinned_once")]

    def __str__(self) -> str:
        return f"{self.position} of profile {self.profile_id}"


class Upload(models.Model):
    """One file on its way in. The offset is the length of the partial file, never a number kept beside it."""

    class State(models.TextChoices):
        OPEN = "open"
        RECEIVED = "received"  # all bytes are safe, and a recording stands for them
        CANCELLED = "cancelled"
        EXPIRED = "expired"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="+")
    profile = models.ForeignKey("accounts.Profile", on_delete=models.CASCADE, related_name="+")
    file_name = models.CharField(max_length=300)
    folder = models.CharField(max_length=400, blank=True)  # where it lay, below what was dropped
    batch = models.UUIDField(null=True, blank=True)  # one drop, one visit of the page, one import
    size_bytes = models.BigIntegerField()
    replaces = models.ForeignKey(Track, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    attested = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    recording = models.ForeignKey(Recording, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        indexes = [models.Index(fields=["user", "state"], name="upload_user_state")]

    def __str__(self) -> str:
        return f"upload {self.pk}"
