"""Which versions there are, and which of them is in force: none without its entry in the ledger's signed log."""

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from antiphon.kernel import clock
from antiphon.kernel.errors import NotFound
from antiphon.ledger import service as ledger
from antiphon.terms.core.clauses import Document, read
from antiphon.terms.core.versions import AI, DOCUMENTS, NONE, PRIVACY, RULES, TERMS, Text
from antiphon.terms.models import Question, Version

_FOLDER = Path(__file__).parents[1] / "texts"
_BEGAN = datetime(2026, 11, 26, tzinfo=UTC)
_SUMMARIES = {
    TERMS: "The first version. It lets listeners hear your music, and lets no software use it.",
    AI: "The first version. Sixteen uses, each asked for and answered; two keep the place safe.",
    PRIVACY: "The first version. What is kept of you, for how long, and who sees it.",
    RULES: "The first version. Share what is yours, and treat people as people.",
}


@lru_cache(maxsize=8)
def first(document: str) -> Text:
    """Return the text that a release brings along: in force from a site's first moment, and known by its hash alone."""
    words = (_FOLDER / f"{document}.md").read_text(encoding="utf-8")
    return Text(words, _SUMMARIES[document], document=document)


def current(document: str = TERMS) -> Version:
    """Return the version in force, which a new site has from its first moment. Raises `NotFound` for no document."""
    if document not in DOCUMENTS:
        raise NotFound(_("There is no such document."), subject=document[:40])
    now = clock.now()
    rows = Version.objects.filter(document=document, effective_at__lte=now, published_at__lte=now)
    held = Question.objects.filter(version=OuterRef("pk"), answered_at=None, is_about_rights=True)
    for row in rows.exclude(hash=NONE.hash).exclude(Exists(held)).order_by("-effective_at", "-pk"):
        if is_entered(row):
            return row
    return enter(first(document), effective_at=_BEGAN, published_at=_BEGAN, author=_("the release"))


def history(document: str = TERMS) -> list[Version]:
    """Return every published version of a document whose entry the log holds, the first one first."""
    current(document)
    rows = Version.objects.filter(document=document).exclude(hash=NONE.hash).order_by("published_at", "pk")
    return [row for row in rows if is_entered(row)]


def version(version_hash: str) -> Version:
    """Return a version by its hash, or by the beginning of it. Raises `NotFound`."""
    found = Version.objects.filter(hash=version_hash).first()
    if found is None and 12 <= len(version_hash.removeprefix("sha256:")) < 64:
        start = f"sha256:{version_hash.removeprefix('sha256:')}"
        found = Version.objects.filter(hash__startswith=start).first()
    if found is None:
        raise NotFound(_("There is no such version of the terms."), subject=version_hash[:80])
    return found


def enter(text: Text, *, effective_at: datetime, published_at: datetime, **said: object) -> Version:
    """Keep a version and enter it into the ledger. The same text is the same version, whoever publishes it again."""
    found = Version.objects.filter(hash=text.hash).first()
    if found is not None:
        return found
    try:
        with transaction.atomic():
            row = Version.objects.create(
                hash=text.hash, document=text.document, text=text.words, summary=text.summary, forbids=text.forbids,
                effective_at=effective_at, published_at=published_at, **said,
            )  # fmt: skip
            row.entry = ledger.append("terms", {"text": text.words, "summary": text.summary}, public_of(row))
            row.save(update_fields=["entry"])
    except IntegrityError:  # another process published it at this moment
        return Version.objects.get(hash=text.hash)
    return row


def public_of(row: Version) -> dict[str, object]:
    """What the ledger's entry says of a version, for everybody."""
    return {
        "hash": row.hash, "document": row.document, "forbids": row.forbids, "weight": row.weight,
        "published": row.published_at.isoformat(), "effective": row.effective_at.isoformat(),
    }  # fmt: skip


def is_entered(row: Version) -> bool:
    """Tell whether the log holds a version as its row says it is. What a release brings is known by its text.

    A row that somebody wrote into the database by hand has no entry under the log's signature, and binds nobody.
    """
    text = Text(row.text, row.summary, row.forbids, row.document)
    if text.hash != row.hash:
        return False
    if row.document in DOCUMENTS and row.hash == first(row.document).hash:
        return True
    if row.entry is None:
        return False
    said, wanted = _said(row), public_of(row)
    if said is None or not {"hash", "forbids", "effective"} <= said.keys():
        return False
    # Entries of before there were several documents and classes say less, and what they say has to hold.
    return all(said[name] == value for name, value in wanted.items() if name in said)


_entries: dict[tuple[int, str], dict[str, object]] = {}


def _said(row: Version) -> dict[str, object] | None:
    """What the log says at a version's entry; that it says nothing yet is not remembered."""
    key = (row.entry or 0, row.hash)
    if key not in _entries:
        found = ledger.told_in_log(key[0])
        if found is None:
            return None
        _entries[key] = dict(found)
    return _entries[key]


def read_version(row: Version) -> Document:
    """Return a version clause by clause."""
    return read_text(row.hash, row.text)


@lru_cache(maxsize=64)
def read_text(version_hash: str, text: str) -> Document:
    """Return the text of a version clause by clause; one is read once."""
    # Versions of before clauses had names are read as others' texts are.
    return read(text, ours=False)


def forbidden(hashes: Iterable[str]) -> dict[str, int | None]:
    """Return the mask of purposes that each version forbids; None for a hash that nobody knows, which is a no."""
    return {one: _forbidden(one) for one in set(hashes)}


def _forbidden(version_hash: str) -> int | None:
    if version_hash == NONE.hash:
        return NONE.forbids
    row = Version.objects.filter(hash=version_hash).first() if version_hash not in _known else None
    if row is not None and is_entered(row):
        # Versions never change, so what one forbids may be remembered; that one is not there is not remembered.
        _known[version_hash] = row.forbids
    return _known.get(version_hash)


_known: dict[str, int] = {}
