"""The comments on a track's page: which of them are shown, and the form to write one."""

import re
from dataclasses import dataclass, field
from typing import NamedTuple

from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from antiphon.accounts import service as accounts
from antiphon.catalogue import service as catalogue
from antiphon.community.core import times, writing
from antiphon.community.service import talk
from antiphon.kernel.errors import AntiphonError, BadInput
from antiphon.web.listen import addresses

_NUMBER = re.compile(r"[1-9][0-9]{0,17}")
_CURSOR = re.compile(r"([0-9]{1,17})-([0-9]{1,18})")


class Draft(NamedTuple):
    """What somebody typed into the form, as they typed it."""

    words: str = ""
    at: str = ""
    name: str = ""
    profile: str = ""
    parent: str = ""
    edit: str = ""

    @classmethod
    def of(cls, sent: QueryDict) -> "Draft":
        return cls(**{name: sent.get(name, "") for name in cls._fields})

    @property
    def at_ms(self) -> int | None:
        """The place that was typed. Raises `BadInput`."""
        try:
            return times.ms_of(self.at)
        except ValueError:
            said = _("Give a place as minutes and seconds, such as 1:05, or leave it empty.")
            raise BadInput(said, fields={"at": said}) from None


@dataclass(frozen=True)
class Talk:
    """What `listen/parts/comments.html` shows."""

    page: talk.Page
    order: str
    next: str  # the query of the next page
    here: str  # the track's own address, with its secret
    action: str  # where a comment is sent
    acts: str  # where one is taken away
    marks: str  # where the waveform gets its marks
    secret: str
    is_open: bool  # whether the track takes comments
    is_owner: bool
    is_moderator: bool
    is_member: bool
    focus: int  # the comment that was asked for by address, 0 for none
    profiles: list[accounts.Profile]
    draft: Draft = field(default_factory=Draft)
    answered: talk.Said | None = None
    errors: dict[str, str] = field(default_factory=dict)
    most: int = writing.MOST_CHARACTERS

    @property
    def is_whole(self) -> bool:
        """Whether this is one thread, and not the page of all of them."""
        return bool(self.focus)


def shown(
    request: HttpRequest, track: catalogue.Track, viewer: accounts.User | None, secret: str,
    *, draft: Draft | None = None, error: AntiphonError | None = None,
) -> dict[str, Talk]:  # fmt: skip
    """Return what a track's page shows of its comments, as its address asks; a refused draft comes back with why."""
    asked = request.GET
    order: talk.Order = "time" if asked.get("order") == "time" else "newest"
    answering, editing = number(draft.parent if draft else asked.get("reply", "")), number(draft.edit if draft else "")
    if draft is None and viewer is not None and (row := talk.own(viewer, number(asked.get("edit", "")))):
        draft, editing = Draft(words=row.words, edit=str(row.pk)), row.pk
    focus = answering or editing or number(asked.get("comment", ""))
    found = talk.thread(track, viewer, focus) if focus else talk.page(track, viewer, order, _cursor(asked))
    if focus and not found.threads:  # gone in the meantime: everything else is still here
        focus, found = 0, talk.page(track, viewer, order)
    if answering and draft is None:
        draft = Draft(parent=str(answering))
    here, question = addresses.page(track, secret), addresses.question(track, secret)
    after = found.next
    made = Talk(
        page=found,
        order=order,
        next=f"?order={order}&after={after.place_ms}-{after.comment_id}" if after else "",
        here=here,
        action=f"/listen/{track.pk}/comments{question}",
        acts=f"/listen/{track.pk}/comments/acts{question}",
        marks=f"/listen/{track.pk}/comments.json{question}",
        secret=secret if question else "",
        is_open=track.commentable,
        is_owner=catalogue.is_owner(viewer, track),
        is_moderator=accounts.is_moderator(viewer),
        is_member=viewer is not None,
        focus=focus,
        profiles=accounts.profiles_of(viewer) if viewer is not None else [],
        draft=draft or Draft(),
        answered=_said(found, answering) if answering else None,
        errors=_faults(error),
    )
    return {"talk": made}


def number(text: str) -> int:
    """Return the id that an address or a form names, 0 for none."""
    return int(text) if _NUMBER.fullmatch(text) else 0


def _cursor(asked: QueryDict) -> talk.Cursor | None:
    found = _CURSOR.fullmatch(asked.get("after", ""))
    return talk.Cursor(int(found[1]), int(found[2])) if found else None


def _said(page: talk.Page, comment_id: int) -> talk.Said | None:
    every = [one for thread in page.threads for one in (thread.said, *thread.answers)]
    return next((one for one in every if one.row.pk == comment_id and one.is_shown), None)


def _faults(error: AntiphonError | None) -> dict[str, str]:
    """Return what is wrong by field; what belongs to none stands above the form."""
    if error is None:
        return {}
    known = {name: said for name, said in error.fields.items() if name in Draft._fields}
    return known or {"form": " ".join(str(part) for part in (error.message, error.hint) if part)}
