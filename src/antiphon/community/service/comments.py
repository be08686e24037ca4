"""Comments on tracks: write, edit, delete, remove. Every verb checks who asks; `talk` is where they are read."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from antiphon.accounts import service as accounts
from antiphon.catalogue import service as catalogue
from antiphon.community.core import writing
from antiphon.community.core.times import clock_of
from antiphon.community.models import Comment, EarlierWords, Notice, TrackTally
from antiphon.community.models.comments import NOWHERE
from antiphon.community.service import comment_limits, holding, notices, refusals, tallies
from antiphon.kernel import clock
from antiphon.kernel.errors import BadInput, Conflict, NotAllowed, NotFound

State = Comment.State
MOST_REPLIES = 200
MOST_EDITS = 20
SENT_TWICE = timedelta(minutes=2)  # the same words at the same place within it are one comment that was sent twice
_TOLD = (Notice.Kind.COMMENT, Notice.Kind.REPLY, Notice.Kind.MENTION)


class Opened(NamedTuple):
    """A track that somebody may see, and the secret that opened it where it needed one."""

    track: catalogue.Track
    secret: str = ""


def write(
    user: accounts.User,
    opened: Opened,
    words: str,
    *,
    at_ms: int | None = None,
    parent_id: int | None = None,
    profile_id: int | None = None,
    name: str = "",
) -> Comment:
    """Write a comment about a track (`catalogue.track_for` said that this person may see it), or answer one.

    It is said by a profile of theirs, the first where none is named; who has none gives a name and gets one. An answer
    to an answer joins the same thread. Raises `BadInput` for words, a place or a name that cannot be used,
    `NotAllowed` where comments are switched off, `NotFound` for a comment that is not there for this person,
    `Conflict` for a thread that is full, `TooMany`.
    """
    track = opened.track
    if not track.commentable:
        raise NotAllowed(_("Comments are switched off for this track."), subject=f"track:{track.pk}")
    text = checked(words)
    answered = _answered(user, track, parent_id) if parent_id else None
    place_ms = NOWHERE if at_ms is None or answered else _place(track, at_ms)
    with transaction.atomic():
        profile = _speaker(user, profile_id, name)
        hold(track.pk, _concerned(user, track, answered, text))
        if parent_id:
            answered = _answered(user, track, parent_id)  # it may have gone, or have been deleted, until now
        if before := _sent_before(profile, track, answered, place_ms, text):
            return before
        comment_limits.take(user.pk, track.pk, is_owner=catalogue.is_owner(user, track))
        return _written(user, opened, profile, text, place_ms, answered)


def _written(
    user: accounts.User, opened: Opened, profile: accounts.Profile, text: str, place_ms: int, answered: Comment | None
) -> Comment:
    track = opened.track
    row = Comment(
        track=track, profile=profile, place_ms=place_ms, words=text, mentions=_known(text), came_by=opened.secret,
        links_work=_is_settled(user),
    )  # fmt: skip
    if answered:
        _number(row, answered)
    row.save()
    tallies.bump_track(track.pk, comments=1)
    _tell(row, answered)
    return row


def edit(user: accounts.User, comment_id: int, words: str) -> Comment:
    """Change one's own words, as long as the site lets one; what they were is kept for moderators.

    Raises `NotFound` for a comment that is not one's own or not shown, `NotAllowed` when its time is over, `BadInput`.
    """
    text = checked(words)
    row = _own(user, comment_id)
    with transaction.atomic():
        hold(row.track_id, _concerned(user, row.track, row.parent, text))
        row = _own(user, comment_id)
        if row.state != State.SHOWN:
            raise NotFound(_("There is no such comment."))
        if not may_edit(row.created_at):
            raise NotAllowed(
                ngettext(
                    "A comment can be edited for %(count)s minute.", "A comment can be edited for %(count)s minutes.",
                    settings.ANTIPHON.comment_edit_minutes,
                ) % {"count": settings.ANTIPHON.comment_edit_minutes},
                hint=_("Delete it, or answer it with what you want to add."),
            )  # fmt: skip
        if text == row.words:
            return row
        if EarlierWords.objects.filter(comment=row).count() >= MOST_EDITS:
            raise Conflict(_("This comment was edited %(count)s times already.") % {"count": MOST_EDITS})
        EarlierWords.objects.create(comment=row, words=row.words)
        row.words, row.mentions, row.links_work = text, _known(text), _is_settled(user)
        row.edited_at = clock.now()
        row.save(update_fields=["words", "mentions", "links_work", "edited_at"])
        _tell(row, row.parent)
    return row


def delete(user: accounts.User, comment_id: int) -> None:
    """Take back one's own words, at any time; where others have answered, a line says that something was here.

    While a report on them waits for a decision, moderators still read them. Raises `NotFound`.
    """
    row = _own(user, comment_id)
    with transaction.atomic():
        hold(row.track_id, [user.pk])
        row = _own(user, comment_id)
        was, waits = row.state, catalogue.is_reported("comment", row.pk)
        end(row, State.DELETED, user)
        if was == State.SHOWN:
            uncount(row)
        if not waits:
            forget_words(row)


def remove(user: accounts.User, comment_id: int) -> None:
    """Take a comment off one's own track. Whoever wrote it still sees it, and by whom it was removed.

    Raises `NotFound`, also for tracks of others. What is gone already stays as it is.
    """
    row = Comment.objects.select_related("track__profile").filter(pk=comment_id).first()
    if row is None or not catalogue.is_owner(user, row.track):
        raise NotFound(_("There is no such comment."))
    with transaction.atomic():
        hold(row.track_id, [user.pk])
        row.refresh_from_db()
        if row.state == State.SHOWN:
            end(row, State.REMOVED, user)
            uncount(row)


def may_edit(created_at: datetime) -> bool:
    """Tell whether a comment of this moment can still be edited by whoever wrote it."""
    return created_at >= clock.now() - timedelta(minutes=int(settings.ANTIPHON.comment_edit_minutes))


def checked(words: str) -> str:
    """Return words as they are kept. Raises `BadInput` for none, and for more than fit, with how many there were."""
    if len(words) > writing.MOST_BYTES:
        refusals.count("comment-too-large")
        raise _wrong(_("This is far longer than a comment."))
    text = writing.clean(words)
    if not writing.says_something(text):
        raise _wrong(_("Write something."))
    if len(text) > writing.MOST_CHARACTERS:
        refusals.count("comment-too-long")
        counts = {"count": len(text), "most": writing.MOST_CHARACTERS}
        raise _wrong(_("This has %(count)s characters; %(most)s fit.") % counts)
    if len(writing.links_in(text)) > writing.MOST_LINKS:
        raise _wrong(_("At most %(most)s links fit in a comment.") % {"most": writing.MOST_LINKS})
    return text


def _wrong(said: str, field: str = "words") -> BadInput:
    return BadInput(said, fields={field: said})


def _place(track: catalogue.Track, at_ms: int) -> int:
    length = (track.recording.duration_ms if track.recording else None) or 0
    if at_ms < 0 or at_ms >= length + 1000:  # the clock on the page shows whole seconds, rounded
        raise _wrong(_("This track is %(length)s long.") % {"length": clock_of(length)}, "at")
    return min(at_ms, length)


def _speaker(user: accounts.User, profile_id: int | None, name: str) -> accounts.Profile:
    """Return who speaks: who has no profile gets one of the name they give."""
    mine = accounts.profiles_of(user)
    found = accounts.profile_for(user, profile_id) if profile_id else next(iter(mine), None)
    if found is None and not name.strip():
        raise BadInput(
            _("Under which name do you want to be read?"), fields={"name": _("Give a name.")},
            hint=_("It becomes a profile, which you can change in your settings."),
        )  # fmt: skip
    if found is not None and found.hidden_at:
        raise NotAllowed(_("A moderator has hidden this profile: %(why)s") % {"why": found.hidden_because})
    return found or accounts.make_profile(user, name)


def _answered(user: accounts.User, track: catalogue.Track, comment_id: int) -> Comment:
    """Return the comment that is answered, if it is there for this person. Raises `NotFound`."""
    row = Comment.objects.select_related("profile", "parent__profile").filter(pk=comment_id, track=track).first()
    missing = NotFound(_("What you answer is not there any more."))
    if row is None or row.state != State.SHOWN:
        raise missing
    blocked = accounts.blocked_ids(user)
    for one in (row, row.parent):
        if one is not None and one.profile is not None and one.profile.owner_id in blocked:
            raise missing
    return row


def hold(track_id: int, people: Iterable[int] = ()) -> None:
    """Until the transaction ends, only its caller changes the comments of a track: their numbers and its count.

    people: who acts, and whom it concerns. Raises `NotFound` for a track that is not there any more.
    """
    holding.hold(people=people, tracks=[track_id])
    TrackTally.objects.bulk_create([TrackTally(track_id=track_id)], ignore_conflicts=True)
    TrackTally.objects.select_for_update().get(pk=track_id)


def _sent_before(
    profile: accounts.Profile, track: catalogue.Track, answered: Comment | None, place_ms: int, text: str
) -> Comment | None:
    since = clock.now() - SENT_TWICE
    rows = Comment.objects.filter(profile=profile, track=track, created_at__gte=since, state=State.SHOWN)
    root_id = (answered.parent_id or answered.pk) if answered else None
    return rows.filter(parent_id=root_id, place_ms=place_ms, words=text).first()


def _number(row: Comment, answered: Comment) -> None:
    """Put an answer at the end of its thread. Raises `Conflict` when that is full."""
    root = Comment.objects.get(pk=answered.parent_id or answered.pk)
    if root.numbered >= MOST_REPLIES:
        raise Conflict(
            _("%(count)s answers stand below this comment, which is as many as fit.") % {"count": root.numbered},
            hint=_("Begin a new one."),
        )
    row.parent, row.number = root, root.numbered + 1
    Comment.objects.filter(pk=root.pk).update(numbered=F("numbered") + 1, replies=F("replies") + 1)


def _known(text: str) -> list[str]:
    """Return whom a text mentions, of those who have a profile that everybody sees."""
    slugs = writing.mentions_in(text)
    return [profile.slug for profile in accounts.profiles_at(slugs)] if slugs else []


def _is_settled(user: accounts.User) -> bool:
    """Tell whether links of this person work: their account is not new, and they have commented before."""
    if user.date_joined > clock.now() - timedelta(days=settings.ANTIPHON.links_after_days):
        return False
    few = int(settings.ANTIPHON.links_after_comments)
    return Comment.objects.filter(profile__owner=user, state=State.SHOWN)[:few].count() >= few


def _own(user: accounts.User, comment_id: int) -> Comment:
    rows = Comment.objects.select_related("track__profile", "profile", "parent__profile")
    row = rows.filter(pk=comment_id, profile__owner=user).exclude(state=State.DELETED).first()
    if row is None:
        raise NotFound(_("There is no such comment."))
    return row


def end(row: Comment, state: str, user: accounts.User | None, because: str = "") -> None:
    row.state, row.state_at, row.state_by, row.hidden_because = state, clock.now(), user, because
    row.save(update_fields=["state", "state_at", "state_by", "hidden_because"])


def uncount(row: Comment, by: int = -1) -> None:
    """It is not shown any more (or again, with 1): counts, and what people were told of it."""
    tallies.bump_track(row.track_id, comments=by)
    if row.parent_id:
        Comment.objects.filter(pk=row.parent_id).update(replies=F("replies") + by)
    if by < 0:
        for kind in _TOLD:
            notices.take_back(kind, by=row.profile, track_id=row.track_id, about_id=row.pk)


def forget_words(row: Comment) -> None:
    """Let go of what was deleted: of all of it, where nobody has answered."""
    if not Comment.objects.filter(parent=row).exists():
        row.delete()
        return
    EarlierWords.objects.filter(comment=row).delete()
    row.words, row.mentions, row.came_by = "", [], ""
    row.save(update_fields=["words", "mentions", "came_by"])


def _concerned(user: accounts.User, track: catalogue.Track, answered: Comment | None, text: str) -> set[int]:
    """Return who acts and everybody whom `_tell` may tell of it."""
    people = {user.pk, track.profile.owner_id}
    for one in (answered, answered.parent if answered else None):
        if one is not None and one.profile is not None:
            people.add(one.profile.owner_id)
    if slugs := writing.mentions_in(text):
        people |= {profile.owner_id for profile in accounts.profiles_at(slugs)}
    return people


def _tell(row: Comment, answered: Comment | None) -> None:
    """Tell whom it concerns, each of them once: who is answered, who made the track, who is mentioned."""
    told: set[int] = set()

    def tell(user_id: int, kind: str, secret: str = "") -> None:
        if user_id in told:
            return
        told.add(user_id)
        notices.tell(
            user_id, kind, address=address_of(row, secret), by=row.profile, track_id=row.track_id, about_id=row.pk,
            words=writing.beginning(row.words, 200),
        )  # fmt: skip

    for one in (answered, row.parent):
        if one is not None and one.profile is not None and one.state == State.SHOWN:
            tell(one.profile.owner_id, Notice.Kind.REPLY, one.came_by)
    tell(row.track.profile.owner_id, Notice.Kind.COMMENT)
    # Who is mentioned on music that is not public may not even be told that it is there.
    if row.mentions and row.track.sharing == catalogue.Sharing.PUBLIC:
        for profile in accounts.profiles_at(row.mentions):
            tell(profile.owner_id, Notice.Kind.MENTION)


def address_of(row: Comment, secret: str = "") -> str:
    """Return where a comment stands on its track's page, behind the secret that somebody has for it."""
    path = row.track.get_absolute_url()
    if secret and row.track.sharing == catalogue.Sharing.SECRET:
        path = f"{path}/{secret}"
    return f"{path}?comment={row.pk}#comment-{row.pk}"
