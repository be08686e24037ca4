"""What terms keep of somebody, for the parcel that they take along: what they accepted, word for word, when and how;
what they were told of; what they asked. Fills `accounts.ports.Packer`.
"""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from antiphon.accounts import service as accounts
from antiphon.accounts.core.pieces import Folder, Piece, tables, words
from antiphon.storage.paging import in_turn
from antiphon.terms.models import Acceptance, Notice, Question, Version

_PLACE = (Folder("terms"),)


def weigh(user_id: int) -> int:
    """Nothing but words."""
    return 0


def pieces(user: accounts.User) -> Iterator[Piece]:
    """Yield who said what to which version, and the text of each."""
    columns: tuple[str, ...] = ("at", "how", "document", "version", "published_at", "clauses", "text")
    about = _("Which terms you accepted, when and how; the column “text” names the file with the words")
    yield from tables(_PLACE, "accepted", about, columns, lambda: _accepted(user))
    about = _("Which versions you were told of, how that reached you, and whether you kept the old one")
    columns = (
        "posted_at",
        "document",
        "version",
        "delivered_at",
        "failed_at",
        "bounced_at",
        "seen_at",
        "kept_at",
        "text",
    )
    yield from tables(_PLACE, "told", about, columns, lambda: _told(user))
    about = _("What you asked about terms in public, and what was answered")
    columns = ("asked_at", "document", "version", "clause", "words", "answer", "answered_at")
    yield from tables(_PLACE, "questions", about, columns, lambda: _asked(user))
    mine = Version.objects.filter(pk__in=Acceptance.objects.filter(user=user).values("version_id"))
    told = Version.objects.filter(pk__in=Notice.objects.filter(user=user).values("version_id"))
    for row in in_turn(mine | told):
        about = _("A version of the terms that you accepted or were told of, word for word")
        yield words(_PLACE, _file_of(row), about, row.text)


def _file_of(row: Version) -> str:
    return f"{row.document}-{row.published_at:%Y-%m-%d}-{row.hash.removeprefix('sha256:')[:12]}.md"


def _version(row: Version) -> dict[str, Any]:
    return {"document": row.document, "version": row.hash, "published_at": row.published_at, "text": _file_of(row)}


def _accepted(user: accounts.User) -> Iterator[dict[str, Any]]:
    for row in in_turn(Acceptance.objects.filter(user=user).select_related("version")):
        yield {"at": row.at, "how": str(row.how), **_version(row.version), "clauses": row.clauses}


def _told(user: accounts.User) -> Iterator[dict[str, Any]]:
    moments = ("posted_at", "delivered_at", "failed_at", "bounced_at", "seen_at", "kept_at")
    for row in in_turn(Notice.objects.filter(user=user).select_related("version")):
        yield {**_version(row.version), **{name: getattr(row, name) for name in moments}}


def _asked(user: accounts.User) -> Iterator[dict[str, Any]]:
    said = ("clause", "name", "words", "asked_at", "answer", "answered_at")
    for row in in_turn(Question.objects.filter(user=user).select_related("version")):
        yield {
            "document": row.version.document,
            "version": row.version.hash,
            **{one: getattr(row, one) for one in said},
        }
