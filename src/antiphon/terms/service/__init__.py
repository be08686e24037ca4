"""Versions of the terms, what each forbids, and who accepted which. Terms can only forbid; see `core.versions`."""

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from django.db import IntegrityError, transaction

from antiphon.accounts import service as accounts
from antiphon.kernel import clock
from antiphon.kernel.errors import NotFound
from antiphon.ledger import service as ledger
from antiphon.terms.core.versions import NONE, Text
from antiphon.terms.models import Acceptance, Version

SIGN_UP, UPLOAD = Acceptance.How.SIGN_UP, Acceptance.How.UPLOAD
_FIRST = Text(
    (Path(__file__).parents[1] / "texts" / "2026-11-26.md").read_text(encoding="utf-8"),
    "The first version. It lets listeners hear your music, and lets no software use it.",
)

__all__ = ["SIGN_UP", "UPLOAD", "Acceptance", "Version", "accept", "accepted", "current", "forbidden", "hash_of_none",
           "publish", "version"]  # fmt: skip


def publish(text: Text, *, effective_at: datetime) -> Version:
    """Keep a version and enter it into the ledger. The same text is the same version, whoever publishes it again."""
    found = Version.objects.filter(hash=text.hash).first()
    if found is not None:
        return found
    try:
        with transaction.atomic():
            version = Version.objects.create(
                hash=text.hash, text=text.words, summary=text.summary, forbids=text.forbids, effective_at=effective_at
            )
            public = {"hash": text.hash, "forbids": text.forbids, "effective": effective_at.isoformat()}
            version.entry = ledger.append("terms", {"text": text.words, "summary": text.summary}, public)
            version.save(update_fields=["entry"])
    except IntegrityError:  # another process published it at this moment
        return Version.objects.get(hash=text.hash)
    return version


def current() -> Version:
    """Return the version in force, which a new site has from its first moment."""
    now = clock.now()
    rows = Version.objects.exclude(hash=NONE.hash).filter(effective_at__lte=now).order_by("-effective_at", "-pk")
    return rows.first() or publish(_FIRST, effective_at=datetime(2026, 11, 26, tzinfo=UTC))


def version(version_hash: str) -> Version:
    """Return a version by its hash. Raises `NotFound`."""
    found = Version.objects.filter(hash=version_hash).first()
    if found is None:
        raise NotFound("There is no such version of the terms.", subject=version_hash)
    return found


def accept(user: accounts.User, how: str) -> Version:
    """Write down that somebody accepts the version in force; once for each version and way."""
    version = current()
    Acceptance.objects.get_or_create(user=user, version=version, how=how)
    return version


def accepted(user: accounts.User) -> list[Acceptance]:
    """Return what somebody has accepted, the latest first."""
    return list(Acceptance.objects.filter(user=user).select_related("version").order_by("-at", "-pk"))


def hash_of_none() -> str:
    """Return the hash that stands for music whose uploader never accepted any terms."""
    return NONE.hash


def forbidden(hashes: Iterable[str]) -> dict[str, int | None]:
    """Return the mask of purposes that each version forbids; None for a hash that nobody knows, which is a no."""
    return {one: _forbidden(one) for one in set(hashes)}


def _forbidden(version_hash: str) -> int | None:
    if version_hash == NONE.hash:
        return NONE.forbids
    try:
        return _known(version_hash)
    except NotFound:
        return None


@lru_cache(maxsize=256)
def _known(version_hash: str) -> int:
    """Versions never change, so what one forbids may be remembered; that one is not there is not remembered."""
    return version(version_hash).forbids
