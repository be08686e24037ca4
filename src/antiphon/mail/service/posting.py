"""Posting: the one way a letter comes to be."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from antiphon.jobs import service as jobs
from antiphon.mail.models import Letter

DELIVER = "mail.deliver"


@dataclass(frozen=True)
class Drafted:
    """A letter that has a key, before it is posted."""

    to: str
    subject: str
    body: str
    key: str


_PART = 900  # keys in one query: SQLite takes no more than some thousand


def posted(beginning: str) -> set[str]:
    """Return the keys of letters that begin like this. A letter that was sent is kept as long as logs are."""
    return set(Letter.objects.filter(key__startswith=beginning).values_list("key", flat=True))


def outcomes(keys: Iterable[str]) -> dict[str, tuple[datetime | None, bool]]:
    """Return, by key, when a mail server took a letter and whether it was given up; those that wait are missing."""
    found: dict[str, tuple[datetime | None, bool]] = {}
    wanted = list(keys)
    for start in range(0, len(wanted), _PART):
        rows = Letter.objects.filter(key__in=wanted[start : start + _PART]).exclude(state=Letter.State.WAITING)
        for key, state, sent_at in rows.values_list("key", "state", "sent_at"):
            found[key] = (sent_at, state == Letter.State.FAILED)
    return found


def post(
    to: str, subject: str, body: str, *, key: str = "", html: str = "", headers: Mapping[str, str] | None = None
) -> None:
    """Commit a letter with the caller's change; a job delivers it. The same key posts it once.

    With `html` it has that form too. Line breaks in subject and headers are folded, so that nothing can add a header.
    """
    with transaction.atomic():
        said = {
            "to": to, "subject": _line(subject)[:300], "body": body, "html": html,
            "headers": {name: _line(value) for name, value in (headers or {}).items()},
        }  # fmt: skip
        if key:
            letter, made = Letter.objects.get_or_create(key=key, defaults=said)
            if not made:
                return
        else:
            letter = Letter.objects.create(**said)
        jobs.enqueue(DELIVER, subject=f"letter:{letter.pk}", key=f"{DELIVER}:{letter.pk}", letter_id=letter.pk)


def post_many(letters: Sequence[Drafted]) -> None:
    """Post many letters at once, each by its key, in the caller's transaction: a few queries for all of them.

    Where one of the keys was posted before, each is looked at by itself, so that nobody gets two.
    """
    said = [
        Letter(to=one.to, subject=_line(one.subject)[:300], body=one.body, key=one.key, headers={}) for one in letters
    ]
    try:
        with transaction.atomic():
            made = Letter.objects.bulk_create(said)
            jobs.enqueue_many(
                DELIVER, [(f"letter:{row.pk}", f"{DELIVER}:{row.pk}", {"letter_id": row.pk}) for row in made]
            )
    except IntegrityError:
        for one in letters:
            post(one.to, one.subject, one.body, key=one.key)


def _line(text: str) -> str:
    return " ".join(text.split())
