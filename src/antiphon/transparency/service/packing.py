"""Answers and their proofs, for the parcel that somebody takes along: what they said and when, what the labels say
now, who holds rights with them, and a proof file for every act. Fills `accounts.ports.Packer`.

This is the lowest room that knows both what a recording is called and what proof there is.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from antiphon.accounts import service as accounts
from antiphon.accounts.core.pieces import Folder, Piece, tables, words
from antiphon.catalogue import service as catalogue
from antiphon.consent import service as consent
from antiphon.consent.core.purposes import PURPOSES
from antiphon.consent.service import own
from antiphon.kernel.errors import Gone
from antiphon.transparency.service.proofs import proof_of_act

_ANSWERS, _RECEIPTS = (Folder("answers"),), (Folder("receipts"),)
_SLUGS = tuple(one.slug for one in PURPOSES)
_FEW = 200
Row = dict[str, Any]


def weigh(user_id: int) -> int:
    """Nothing but words."""
    return 0


def pieces(user: accounts.User) -> Iterator[Piece]:
    """Yield tables first, and then one proof file after the other."""
    about = _("What the AI label of each recording says now, by all who hold rights in it together; one line each")
    columns = ("title", "by", "recording", "address", "since", "terms", *_SLUGS)
    yield from tables(_ANSWERS, "labels", about, columns, lambda: _labels(user))
    about = _(
        "Every answer that you gave, one a line: for which purpose and where, when, from when it counts, what took its"
        " place, and its proof file"
    )
    columns = ("at", "scope", "title", "recording", "set", "purpose", "said", "counts_from", "superseded_at", "how",
               "receipt")  # fmt: skip
    yield from tables(_ANSWERS, "history", about, columns, lambda: _history(user))
    about = _("Everything that you did at the gate, one a line: answers, seals, grants, lists of holders, withdrawals")
    yield from tables(_ANSWERS, "acts", about, ("at", "kind", "how", "receipt"), lambda: map(_act, own.every_act(user)))
    about = _("Who holds rights in what is yours too, in which role and with which share")
    columns = ("title", "recording", "holder", "is_you", "roles", "share_percent", "state", "disputed_by_you_since")
    yield from tables(_ANSWERS, "holders", about, columns, lambda: _holders(user))
    about = _("Which registered systems asked to use recordings in which you hold rights, and what the gate said")
    columns = ("at", "system", "purpose", "actor", "rule", "allowed", "recordings", "question")
    yield from tables(_ANSWERS, "who_asked", about, columns, lambda: _questions(user))
    yield from _receipts(user)


def receipt_name(act: consent.Act) -> str:
    """Return what the proof file of an act is called in a parcel."""
    return f"antiphon-{act.kind}-{act.at:%Y-%m-%d}-{act.uid}.json"


def _receipts(user: accounts.User) -> Iterator[Piece]:
    about = _("A proof file: shows what you said and that it is in the public log, to anybody")
    for act in own.every_act(user):
        try:
            made = proof_of_act(act.uid)
            why = _("It is not in the public log yet. Ask for a new copy in a few minutes.")
        except Gone as error:
            made, why = None, error.message
        if made is None:
            yield Piece(_RECEIPTS, receipt_name(act), about, missing=why)
        else:
            yield words(_RECEIPTS, receipt_name(act), about, made[1].decode())


def _labels(user: accounts.User) -> Iterator[Row]:
    for held in own.every_holding(user):
        subjects = {row.subject_id: row.subject for row in held}
        lines = consent.lines_of(list(subjects))
        titled = catalogue.titles_of(subjects)
        for pk, subject in subjects.items():
            said = {slug: line.state for slug, line in lines.get(pk, {}).items()}
            yield {**_named(pk, titled), "since": subject.since, "terms": subject.terms, **said}


def _history(user: accounts.User) -> Iterator[Row]:
    for some in _by(_FEW, own.every_answer(user)):
        titled = catalogue.titles_of(row.scope_id for row in some if row.scope == consent.TRACK)
        for row in some:
            is_track = row.scope == consent.TRACK
            yield {
                "at": row.at,
                "scope": str(row.scope),
                **(_named(row.scope_id, titled) if is_track else {"title": "", "recording": None}),
                "set": row.scope_id if row.scope == consent.SET else None,
                "purpose": PURPOSES[row.purpose - 1].slug,
                "said": str(row.said),
                "counts_from": row.effective_at,
                "superseded_at": row.superseded_by.at if row.superseded_by else None,
                "how": row.act.via,
                "words_read": row.table,
                "receipt": receipt_name(row.act),
            }


def _act(act: consent.Act) -> Row:
    return {"at": act.at, "kind": str(act.kind), "how": act.via, "told": act.told, "receipt": receipt_name(act)}


def _holders(user: accounts.User) -> Iterator[Row]:
    disputed = own.disputed_by(user)
    for held in own.every_holding(user):
        ids = [row.subject_id for row in held]
        titled = catalogue.titles_of(ids)
        for row, name in own.lists_of(ids):
            is_you = row.party.user_id == user.pk
            yield {
                **_named(row.subject_id, titled),
                "holder": name or _("An invited holder"),
                "is_you": is_you,
                "roles": row.roles,
                "share_percent": row.share_ppm / 10_000,
                "state": str(row.state),
                "since": row.created_at,
                "disputed_by_you_since": disputed.get(row.subject_id),
                # Whether somebody is a minor is for themselves to tell.
                **({"is_minor": row.is_minor or row.party.is_minor} if is_you else {}),
            }


def _questions(user: accounts.User) -> Iterator[Row]:
    mine = [row.subject_id for held in own.every_holding(user) for row in held]
    before = ""
    while mine:
        found = consent.who_asked(mine, before=before, limit=_FEW)
        for one in found:
            yield {
                "at": one.at, "system": one.system, "purpose": one.purpose.slug, "actor": one.actor, "rule": one.rule,
                "allowed": one.allowed, "recordings": list(one.recordings), "question": one.uid,
            }  # fmt: skip
        before = found.older
        if not before:
            return


def _named(recording_id: int, titled: dict[int, catalogue.Titled]) -> Row:
    found = titled.get(recording_id)
    return {
        "title": found.title if found else "",
        "by": found.by if found else "",
        "recording": recording_id,
        "track": found.track_id if found else None,
        "address": f"{settings.SITE_URL}/{found.profile_slug}" if found else "",
    }


def _by(size: int, rows: Iterable[consent.Answer]) -> Iterator[list[consent.Answer]]:
    some: list[consent.Answer] = []
    for row in rows:
        some.append(row)
        if len(some) == size:
            yield some
            some = []
    if some:
        yield some
