"""Posting: the one way a letter comes to be."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, connection, transaction

from antiphon.jobs import service as jobs
from antiphon.kernel import clock
from antiphon.mail.models import Letter, Words, new_name
from antiphon.mail.service.delivery import DELIVER
from antiphon.storage.upserts import write_rows

DELIVER_SEVERAL = "mail.deliver_several"
A_JOB = 100  # letters that one job delivers: a few seconds, so that other work finds its turn


@dataclass(frozen=True)
class Drafted:
    """A letter that has a key, before it is posted. With `words` it says those, and `body` after them."""

    to: str
    key: str
    body: str = ""
    words: int | None = None


@dataclass(frozen=True)
class Outcome:
    """What became of a letter that does not wait any more."""

    sent_at: datetime | None  # a mail server took it
    bounced_at: datetime | None  # and it came back
    is_given_up: bool


_PART = 900  # keys in one query: SQLite takes no more than some thousand


def posted(beginning: str) -> set[str]:
    """Return the keys of letters that begin like this. A letter that was sent is kept as long as logs are."""
    return set(Letter.objects.filter(key__startswith=beginning).values_list("key", flat=True))


def outcomes(keys: Iterable[str]) -> dict[str, Outcome]:
    """Return, by key, what became of letters; those that wait are missing."""
    found: dict[str, Outcome] = {}
    wanted = list(keys)
    for start in range(0, len(wanted), _PART):
        rows = Letter.objects.filter(key__in=wanted[start : start + _PART]).exclude(state=Letter.State.WAITING)
        for key, state, sent_at, at in rows.values_list("key", "state", "sent_at", "bounce__at"):
            bounced_at = at if state == Letter.State.BOUNCED else None
            found[key] = Outcome(sent_at, bounced_at, state == Letter.State.FAILED)
    return found


def post(
    to: str, subject: str, body: str, *, key: str = "", html: str = "", headers: Mapping[str, str] | None = None
) -> None:
    """Commit a letter with the caller's change; a job delivers it. The same key posts it once.

    With `html` it has that form too. Line breaks in subject and headers are folded, so that nothing can add a header.
    """
    said = {name: _line(value) for name, value in (headers or {}).items()}
    _post(Letter(to=to, subject=_line(subject)[:300], body=body, html=html, headers=said, key=key))


def keep_words(key: str, subject: str, body: str) -> int:
    """Keep what many letters say alike, and return the number by which they point to it. A key is kept once."""
    said = {"subject": _line(subject)[:300], "body": body}
    return Words.objects.get_or_create(key=key, defaults=said)[0].pk


def post_many(letters: Sequence[Drafted]) -> None:
    """Post many letters at once, each by its key, in the caller's transaction: a few queries for all of them.

    Where one of the keys was posted before, each is looked at by itself, so that nobody gets two.
    """
    try:
        with transaction.atomic():
            ids = _write(letters)
            parts = [ids[start : start + A_JOB] for start in range(0, len(ids), A_JOB)]
            jobs.enqueue_many(
                DELIVER_SEVERAL,
                [(f"letter:{part[0]}", f"{DELIVER_SEVERAL}:{part[0]}", {"letter_ids": part}) for part in parts],
            )
    except IntegrityError:
        for one in letters:
            _post(Letter(to=one.to, body=one.body, key=one.key, words_id=one.words))


# Written by hand: making a row object of each letter, column by column, takes five times as long.
_WRITE = """
    WITH said(name, address, words, body, key, headers, at) AS ({rows})
    INSERT INTO mail_letter (name, "to", words_id, body, key, headers, created_at, subject, html, state, failure)
    SELECT name, address, words, body, key, headers, at, '', '', 'waiting', '' FROM said
"""
_TYPES = ("text", "text", "bigint", "text", "text", "jsonb", "timestamptz")


def _write(letters: Sequence[Drafted]) -> list[int]:
    """Write letters in a few statements; return their numbers. Raises `IntegrityError` where a key is taken."""
    at, ids = connection.ops.adapt_datetimefield_value(clock.now()), list[int]()
    for start in range(0, len(letters), _PART):
        rows = [(new_name(), one.to, one.words, one.body, one.key, "{}", at) for one in letters[start : start + _PART]]
        write_rows(_WRITE, _TYPES, rows)
        ids += Letter.objects.filter(name__in=[row[0] for row in rows]).order_by("pk").values_list("pk", flat=True)
    return ids


def _post(letter: Letter) -> None:
    with transaction.atomic():
        if letter.key:
            names = ("to", "words_id", "subject", "body", "html", "headers")
            said = {name: getattr(letter, name) for name in names}
            letter, made = Letter.objects.get_or_create(key=letter.key, defaults=said)
            if not made:
                return
        else:
            letter.save(force_insert=True)
        jobs.enqueue(DELIVER, subject=f"letter:{letter.pk}", key=f"{DELIVER}:{letter.pk}", letter_id=letter.pk)


def _line(text: str) -> str:
    return " ".join(text.split())
