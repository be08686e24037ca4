"""Comments as moderators see them (`catalogue.ports.ReportedKind`), and as they go with a person (`accounts.ports`)."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, Prefetch
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from antiphon.accounts import service as accounts
from antiphon.catalogue import service as catalogue
from antiphon.community.models import Comment, EarlierWords
from antiphon.community.service import comments, tallies
from antiphon.kernel.errors import NotFound
from antiphon.storage.paging import in_turn

State = Comment.State


class ReportedComments(catalogue.HidesRow):
    """Fills `catalogue.ports.ReportedKind` for the kind `comment`."""

    label = _lazy("comment")

    def subject_of(self, subject_id: int) -> Comment | None:
        return Comment.objects.select_related("track__profile", "profile").filter(pk=subject_id).first()

    def owner_of(self, subject: Comment) -> int | None:
        return int(subject.profile.owner_id) if subject.profile else None

    def snapshot(self, subject: Comment) -> catalogue.Snapshot:
        said = {"words": subject.words, "profile": subject.profile.name if subject.profile else ""}
        return catalogue.Snapshot(subject.name, said)

    def check_seen(self, viewer: accounts.User | None, subject: Comment, secret: str) -> None:
        missing = NotFound(_("There is no such comment."))
        if subject.profile is None:
            raise missing
        catalogue.track_for(viewer, subject.track_id, secret)
        if accounts.is_moderator(viewer):
            return
        blocked = accounts.blocked_ids(viewer)
        if subject.state != State.SHOWN or subject.profile.hidden_at or subject.profile.owner_id in blocked:
            raise missing

    def hide(self, by: accounts.User, subject: Comment, because: str) -> None:
        """Hide what is shown. What is gone already stays as it is."""
        row = self._held(by, subject.pk)
        if row.state == State.SHOWN:
            comments.end(row, State.HIDDEN, by, because)
            comments.uncount(row)

    def unhide(self, by: accounts.User, subject: Comment) -> None:
        row = self._held(by, subject.pk)
        if row.state == State.HIDDEN:
            comments.end(row, State.SHOWN, by)
            comments.uncount(row, 1)

    def decided(self, subject: Comment) -> None:
        """Words that were deleted while a report waited were kept for its decision only."""
        row = self.subject_of(subject.pk)
        if row is not None and row.state == State.DELETED:
            comments.forget_words(row)

    def earlier_words(self, subject: Comment) -> list[tuple[datetime, str]]:
        rows = EarlierWords.objects.filter(comment_id=subject.pk).order_by("-until")
        return list(rows.values_list("until", "words"))

    def _held(self, by: accounts.User, subject_id: int) -> Comment:
        row = self.subject_of(subject_id)
        if row is None:
            raise NotFound(_("There is no such comment."))
        comments.hold(row.track_id, [by.pk])
        row.refresh_from_db(fields=["state", "replies"])
        return row


@dataclass(frozen=True)
class CommentsOfPeople:
    """Fills `accounts.ports.Belongings`: what somebody wrote goes with their account, and counts stay right."""

    def hold(self) -> None:
        """The account is held first, as by everybody else (`holding`), and then tracks one by one."""

    def forget_person(self, user_id: int) -> int:
        """Delete all that a person wrote; where others have answered, a line without name and words stays."""
        mine = Comment.objects.filter(profile__owner_id=user_id)
        tracks = sorted(set(mine.values_list("track_id", flat=True)))
        for track_id in tracks:
            comments.hold(track_id)
        rows = list(mine.values_list("pk", "track_id", "parent_id", "state"))
        shown = Counter(track_id for _pk, track_id, _parent, state in rows if state == State.SHOWN)
        for track_id in tracks:
            tallies.bump_track(track_id, comments=-shown[track_id])
        answers = Counter(parent for _pk, _track, parent, state in rows if parent and state == State.SHOWN)
        for parent_id, number in answers.items():
            Comment.objects.filter(pk=parent_id).update(replies=F("replies") - number)
        mine.exclude(parent=None).delete()
        answered = Comment.objects.exclude(parent=None).values("parent_id")
        kept = mine.filter(pk__in=answered)
        EarlierWords.objects.filter(comment__in=kept).delete()
        kept.update(profile=None, words="", mentions=[], came_by="", state=State.DELETED, hidden_because="")
        mine.delete()
        return len(rows)


def comments_written_by(user: accounts.User) -> Iterator[dict[str, Any]]:
    """Yield everything a person wrote here, for the copy of their data."""
    rows = Comment.objects.filter(profile__owner=user).select_related("track__profile", "profile")
    for row in in_turn(rows.prefetch_related(Prefetch("earlier", EarlierWords.objects.order_by("pk")))):
        yield {
            "track": row.track.get_absolute_url(),
            "profile": row.profile.slug if row.profile else "",
            "words": row.words,
            "at_ms": row.at_ms,
            "answers": row.parent_id,
            "id": row.pk,
            "state": row.state,
            "hidden_because": row.hidden_because,
            "created_at": row.created_at,
            "edited_at": row.edited_at,
            "earlier_words": [{"words": one.words, "until": one.until} for one in row.earlier.all()],
        }
