"""What is searched: words of what everybody may find, and how they may be misspelt. Private to the room."""

from django.db import models

from antiphon.catalogue.models.music import MusicSet, Track


class SearchRow(models.Model):
    """A thing that everybody may find, by the words it has: kept in the transaction of what it tells.

    There is none for drafts, for what is shared by link or not at all, for what is withdrawn or hidden; whether its
    time has come and whose eyes may see it, `service.access` says at each search. The database's own full text lies
    over this table (`migrations/0008_search.py`) and follows it by itself: a migration that makes the table anew on
    SQLite must make its triggers anew.
    """

    class Kind(models.IntegerChoices):
        TRACK = 1
        PERSON = 2
        SET = 3

    kind = models.PositiveSmallIntegerField(choices=Kind.choices)
    track = models.OneToOneField(Track, null=True, on_delete=models.CASCADE, related_name="+")
    profile = models.OneToOneField("accounts.Profile", null=True, on_delete=models.CASCADE, related_name="+")
    music_set = models.OneToOneField(MusicSet, null=True, on_delete=models.CASCADE, related_name="+")
    name = models.TextField()  # each a line of keys: `core.finding.keys_of`
    people = models.TextField()
    tags = models.TextField()
    marks = models.TextField()  # what it is filtered by: kind, licence, whole tags
    whole = models.IntegerField()  # of the name: `core.finding.whole_of`

    class Meta:
        indexes = [models.Index(fields=["whole", "kind"], name="search_row_whole")]

    def __str__(self) -> str:
        return f"search row {self.pk}"


class SearchSpelling(models.Model):
    """A word that can be found, under one of the forms that what was typed may share with it. Twice does no harm:
    so nobody who publishes waits for anybody else who does.
    """

    form = models.IntegerField()
    word = models.CharField(max_length=40)

    class Meta:
        indexes = [models.Index(fields=["form", "word"], name="search_spelling_form")]

    def __str__(self) -> str:
        return self.word
