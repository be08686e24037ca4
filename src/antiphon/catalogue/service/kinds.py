"""The kinds of things that can be reported, by name. Tracks, sets and profiles are ours; rooms above bring theirs."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from antiphon.accounts import service as accounts
from antiphon.catalogue.models import MusicSet, Sharing, Track
from antiphon.catalogue.ports import ReportedKind, Snapshot, Subject
from antiphon.catalogue.service import access, sets
from antiphon.kernel import clock
from antiphon.kernel.errors import NotFound
from antiphon.terms import service as terms

_kinds: dict[str, ReportedKind] = {}


def use_kind(name: str, kind: ReportedKind) -> None:
    """Let things of a kind be reported: named once, by `site`."""
    _kinds[name] = kind


def kind_of(name: str) -> ReportedKind:
    """Return what a kind brought. Raises `NotFound` for a kind that nobody brought."""
    if name not in _kinds:
        raise NotFound(_("There is nothing of this kind."), subject=name[:40])
    return _kinds[name]


def kinds() -> dict[str, ReportedKind]:
    """Return every kind that can be reported, by name."""
    return dict(_kinds)


def subject_of(kind: str, subject_id: int) -> Subject:
    """Return what a report is about. Raises `NotFound`."""
    found = kind_of(kind).subject_of(subject_id)
    if found is None:
        raise NotFound(_("What you mean is not there any more."), subject=f"{kind}:{subject_id}")
    return found


class HidesRow:
    """Hiding for what is a row with `hidden_at` and `hidden_because`; nothing to withdraw."""

    can_withdraw = False

    def hide(self, by: accounts.User, subject: Any, because: str) -> None:
        subject.hidden_at, subject.hidden_because = clock.now(), because
        subject.save(update_fields=["hidden_at", "hidden_because"])

    def unhide(self, by: accounts.User, subject: Any) -> None:
        subject.hidden_at, subject.hidden_because = None, ""
        subject.save(update_fields=["hidden_at", "hidden_because"])

    def earlier_words(self, subject: Any) -> list[tuple[datetime, str]]:
        """Nothing is kept of what was changed."""
        return []

    def decided(self, subject: Any) -> None:
        """Nothing was kept for it."""

    def address(self, subject: Any) -> str:
        return str(subject.get_absolute_url())

    def withdraw(self, subject: Any) -> dict[str, str]:
        raise NotFound(_("There is nothing to take off."))

    def restore(self, subject: Any, before: dict[str, str]) -> None:
        """Nothing was taken off."""


class _Music(HidesRow):
    """What tracks and sets have in common: an owner's profile, and sharing that can become private."""

    can_withdraw = True

    def owner_of(self, subject: Any) -> int | None:
        return int(subject.profile.owner_id)

    def withdraw(self, subject: Any) -> dict[str, str]:
        before = {"sharing": str(subject.sharing)}
        subject.sharing = Sharing.PRIVATE
        subject.save(update_fields=["sharing", "updated_at"])
        return before

    def restore(self, subject: Any, before: dict[str, str]) -> None:
        # An owner who has shared it again, in whatever way, has chosen since.
        if subject.sharing == Sharing.PRIVATE and before.get("sharing") in Sharing.values:
            subject.sharing = before["sharing"]
            subject.save(update_fields=["sharing", "updated_at"])


class TrackKind(_Music):
    label = _lazy("track")

    def subject_of(self, subject_id: int) -> Track | None:
        return Track.objects.select_related("profile").filter(pk=subject_id).first()

    def snapshot(self, subject: Track) -> Snapshot:
        words = {
            "title": subject.title,
            "artists": subject.artists,
            "description": subject.description,
            "tags": subject.tag_list,
            "profile": subject.profile.name,
        }
        return Snapshot(subject.title, words)

    def check_seen(self, viewer: Any, subject: Track, secret: str) -> None:
        access.track_for(viewer, subject.pk, secret)


class SetKind(_Music):
    label = _lazy("set")

    def subject_of(self, subject_id: int) -> MusicSet | None:
        return MusicSet.objects.select_related("profile").filter(pk=subject_id).first()

    def snapshot(self, subject: MusicSet) -> Snapshot:
        titles = subject.items.order_by("position", "pk").values_list("track__title", flat=True)[:100]
        words = {
            "title": subject.title,
            "description": subject.description,
            "tracks": "\n".join(titles),
            "profile": subject.profile.name,
        }
        return Snapshot(subject.title, words)

    def check_seen(self, viewer: Any, subject: MusicSet, secret: str) -> None:
        access.set_for(viewer, subject.pk, secret)

    # Whatever is decided about a set, files that name it as their album are made anew.
    def hide(self, by: accounts.User, subject: MusicSet, because: str) -> None:
        super().hide(by, subject, because)
        self._album_changed(subject)

    def unhide(self, by: accounts.User, subject: MusicSet) -> None:
        super().unhide(by, subject)
        self._album_changed(subject)

    def withdraw(self, subject: MusicSet) -> dict[str, str]:
        before = super().withdraw(subject)
        self._album_changed(subject)
        return before

    def restore(self, subject: MusicSet, before: dict[str, str]) -> None:
        super().restore(subject, before)
        self._album_changed(subject)

    def _album_changed(self, subject: MusicSet) -> None:
        sets.album_changed(subject.items.values_list("track_id", flat=True))


class ProfileKind(HidesRow):
    label = _lazy("profile")

    def subject_of(self, subject_id: int) -> accounts.Profile | None:
        return accounts.Profile.objects.filter(pk=subject_id).first()

    def owner_of(self, subject: accounts.Profile) -> int | None:
        return int(subject.owner_id)

    def snapshot(self, subject: accounts.Profile) -> Snapshot:
        links = "\n".join(f"{link.get('title', '')} {link.get('url', '')}".strip() for link in subject.links)
        words = {"name": subject.name, "biography": subject.biography, "place": subject.place, "links": links}
        return Snapshot(subject.name, words)

    def check_seen(self, viewer: Any, subject: accounts.Profile, secret: str) -> None:
        accounts.profile_at(subject.slug, viewer)


class QuestionKind(HidesRow):
    """What somebody asked in public about the terms. Only its words are hidden: it goes on waiting for its answer."""

    label = _lazy("question about the terms")

    def subject_of(self, subject_id: int) -> terms.Question | None:
        return terms.question(subject_id)

    def owner_of(self, subject: terms.Question) -> int | None:
        return subject.user_id

    def snapshot(self, subject: terms.Question) -> Snapshot:
        return Snapshot(subject.words[:100], {"words": subject.words, "name": subject.name})

    def address(self, subject: terms.Question) -> str:
        return terms.question_page(subject)

    def check_seen(self, viewer: Any, subject: terms.Question, secret: str) -> None:
        if subject.hidden_at is not None and not accounts.is_moderator(viewer):
            raise NotFound(_("There is no such question."))


use_kind("track", TrackKind())
use_kind("set", SetKind())
use_kind("profile", ProfileKind())
use_kind("question", QuestionKind())
