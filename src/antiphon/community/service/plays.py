"""Recording what was really heard: tickets for the player, and batches of its running totals.

Owns single plays, their sums by day and how browsers are called. What is believed, `core.hearing` decides.
"""

import uuid
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from secrets import randbits, token_bytes
from typing import Any

from django.conf import settings
from django.db import IntegrityError, OperationalError, connection, transaction

from antiphon.accounts import service as accounts
from antiphon.catalogue import service as catalogue
from antiphon.community.core import hearing, reports
from antiphon.community.core.hearing import Claim, Spent, Why
from antiphon.community.core.reports import Report
from antiphon.community.core.tickets import NotSealed, Ticket, play_key, pseudonym, seal, unseal
from antiphon.community.models import BrowserKey, Play
from antiphon.community.service import holding, play_sums
from antiphon.kernel import clock
from antiphon.kernel.errors import NotFound, TooLarge
from antiphon.storage import service as storage

TICKET_LIVES = timedelta(days=3)  # what was heard in a tunnel, or before a laptop was closed, may come that late
_MONTHS: dict[date, bytes] = {}


@dataclass(frozen=True)
class Answer:
    """What became of one report: the total that is kept of its play, or why it is not believed."""

    play: str
    kept_ms: int | None = None
    why: Why | None = None
    is_new: bool = False  # whether it changed anything


@dataclass
class _Shown:
    """A report whose ticket is good, on its way through."""

    place: int
    report: Report
    ticket: Ticket
    key: uuid.UUID


def ticket_for(track: catalogue.Track, recording: catalogue.Recording, user: accounts.User | None, binding: str) -> str:
    """Return the ticket by which this browser may say what it hears of a track from now on. No query.

    That this listener may hear it, the caller has asked.
    """
    by_link = track.sharing == catalogue.Sharing.SECRET
    ticket = Ticket(
        track_id=track.pk,
        recording_id=recording.pk,
        length_ms=recording.duration_ms or 0,
        user_id=user.pk if user is not None else 0,
        by_link=by_link,
        issued_ms=_ms(clock.now()),
        number=randbits(63),
    )
    return seal(storage.signing_keys(), ticket, binding)


def record(binding: str, said: Sequence[Any], *, country: str = "") -> list[Answer]:
    """Take a batch of reports from one browser; answer each, in their order. One transaction.

    A batch that comes twice, late or out of order changes nothing. Raises `TooLarge` for more than 50.
    """
    if len(said) > reports.MOST_REPORTS:
        raise TooLarge("A batch holds at most 50 plays.", hint="Send the rest in the next one.")
    try:
        return _record(binding, said, country)
    except (IntegrityError, OperationalError, NotFound):
        # A track or an account went away in the middle, or two who delete and record waited for each other.
        return _record(binding, said, country)


def _record(binding: str, said: Sequence[Any], country: str) -> list[Answer]:
    now = clock.now()
    answers: list[Answer | None] = [None] * len(said)
    shown: list[_Shown] = []
    for place, one in enumerate(said):
        found = _show(place, one, binding, now)
        if isinstance(found, _Shown):
            shown.append(found)
        else:
            answers[place] = found
    shown = _still_open(shown, answers)
    if shown:
        with transaction.atomic():
            _keep(shown, answers, binding, now, country)
    return [answer for answer in answers if answer is not None]


def _show(place: int, said: Any, binding: str, now: datetime) -> _Shown | Answer:
    report = reports.read(said)
    if isinstance(report, Why):
        name = said.get("play") if isinstance(said, dict) else ""
        return Answer(name[:40] if isinstance(name, str) else "", why=report)
    try:
        ticket = unseal(storage.signing_keys(), report.ticket, binding)
    except NotSealed:
        return Answer(report.play, why=Why.NO_TICKET)
    if _ms(now) - ticket.issued_ms > TICKET_LIVES / timedelta(milliseconds=1):
        return Answer(report.play, why=Why.TICKET_ENDED)
    return _Shown(place, report, ticket, uuid.UUID(bytes=play_key(binding, report.play)))


def _still_open(shown: list[_Shown], answers: list[Answer | None]) -> list[_Shown]:
    """Pass on what may still be heard by whom the ticket names; the track may have changed since its issue."""
    if not shown:
        return []
    standing = catalogue.standing_of({one.ticket.track_id for one in shown})
    passed = []
    for one in shown:
        why = _closed(standing.get(one.ticket.track_id), one.ticket)
        if why is None:
            passed.append(one)
        else:
            answers[one.place] = Answer(one.report.play, why=why)
    return passed


def _closed(standing: catalogue.Standing | None, ticket: Ticket) -> Why | None:
    if standing is None:
        return Why.GONE
    if standing.open_to == catalogue.Open.NOBODY:
        return Why.WITHDRAWN
    is_owner = ticket.user_id == standing.owner_id
    by_link = standing.open_to == catalogue.Open.WITH_LINK and ticket.by_link
    return None if is_owner or by_link or standing.open_to == catalogue.Open.EVERYBODY else Why.NOT_FOR_YOU


def _keep(shown: list[_Shown], answers: list[Answer | None], binding: str, now: datetime, country: str) -> None:
    names = {month: _browser(month, binding) for month in {_month(one.ticket) for one in shown}}
    browsers = {one.key: names[_month(one.ticket)] for one in shown}
    _one_batch_at_a_time(names.values())
    holding.hold(
        people=[one.ticket.user_id for one in shown if one.ticket.user_id],
        tracks=[one.ticket.track_id for one in shown],
    )
    had = play_sums.stored(browsers)
    claims = []
    for one in shown:
        before = had.get(one.key)
        if before is not None and before.track_id != one.ticket.track_id:
            answers[one.place] = Answer(one.report.play, why=Why.OTHER_TRACK)
            continue
        # A play stays with the ticket it began with, whatever the player fetched since.
        number, issued = (before.ticket, before.issued_ms) if before else (one.ticket.number, one.ticket.issued_ms)
        claims.append(Claim(one.key.bytes, number, issued, one.ticket.length_ms, one.report.heard_ms))
    kept, refused = hearing.judge(
        claims,
        {key.bytes: row.heard_ms for key, row in had.items()},
        _spent(names.values(), now),
        now_ms=_ms(now),
        at_once=int(settings.ANTIPHON.plays_at_once),
    )
    keepers = play_sums.who_keep_history({one.ticket.user_id for one in shown if one.ticket.user_id})
    changed: dict[uuid.UUID, play_sums.Row] = {}
    sums = play_sums.Sums()
    for one in shown:
        if answers[one.place] is not None:
            continue
        name = one.key.bytes
        if name not in kept:
            answers[one.place] = Answer(one.report.play, why=refused[name])
            continue
        row, total = had.get(one.key), kept[name]
        is_new = one.key not in changed and total > (row.heard_ms if row else 0)
        answers[one.place] = Answer(one.report.play, kept_ms=total, is_new=is_new)
        if is_new:
            row = row or _begun(one, browsers[one.key], now, country, keepers)
            sums.add(row, total, one.ticket.length_ms)
            changed[one.key] = row
    play_sums.write(changed.values(), sums)


def _begun(one: _Shown, browser: uuid.UUID, now: datetime, country: str, keepers: frozenset[int]) -> play_sums.Row:
    report, ticket = one.report, one.ticket
    began = hearing.began_ms(at_ms=report.at_ms, began=report.began, issued_ms=ticket.issued_ms, now_ms=_ms(now))
    at = datetime.fromtimestamp(began / 1000, UTC)
    return play_sums.Row(
        key=one.key,
        track_id=ticket.track_id,
        recording_id=ticket.recording_id,
        user_id=ticket.user_id if ticket.user_id in keepers else None,
        browser=browser,
        ticket=ticket.number,
        issued_ms=ticket.issued_ms,
        began_at=at,
        day=at.date(),
        heard_ms=0,
        counted=False,
        finished=False,
        source=report.source,
        source_id=report.source_id,
        country=country,
    )


def _spent(browsers: Iterable[uuid.UUID], now: datetime) -> dict[int, Spent]:
    """Return what these browsers were believed on each ticket that still lives."""
    since = _ms(now - TICKET_LIVES)
    rows = Play.objects.filter(browser__in=list(browsers), issued_ms__gte=since)
    total: Counter[int] = Counter()
    issued = {}
    for ticket, at, heard in rows.values_list("ticket", "issued_ms", "heard_ms"):
        total[ticket] += heard
        issued[ticket] = at
    return {ticket: Spent(issued[ticket], heard) for ticket, heard in total.items()}


def _one_batch_at_a_time(browsers: Iterable[uuid.UUID]) -> None:
    """Let two batches of one browser wait for each other, so that a double send adds nothing twice.

    SQLite has one writer, and needs no more.
    """
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        for browser in sorted(set(browsers)):
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [browser.int >> 65])


def _month(ticket: Ticket) -> date:
    return datetime.fromtimestamp(ticket.issued_ms / 1000, UTC).date().replace(day=1)


def _browser(month: date, binding: str) -> uuid.UUID:
    """Return how this browser is called on tickets of a month."""
    secret = _MONTHS.get(month)
    if secret is None:
        row, _made = BrowserKey.objects.get_or_create(month=month, defaults={"secret": token_bytes(32)})
        secret = _MONTHS[month] = bytes(row.secret)
    return uuid.UUID(bytes=pseudonym(secret, binding))


def _ms(at: datetime) -> int:
    return int(at.timestamp() * 1000)
