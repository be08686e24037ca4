"""What every test may ask for."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.management.commands import flush
from django.db.backends.postgresql.operations import DatabaseOperations

from antiphon.audio import registry as audio_registry
from antiphon.catalogue import registry as catalogue_registry
from antiphon.consent.service import matches
from antiphon.ledger import durable
from tests.people import People, make_people

# How long an example takes says how busy the machine is, not whether the code is right.
hypothesis.settings.register_profile("antiphon", deadline=None, print_blob=True)
hypothesis.settings.load_profile("antiphon")


@pytest.fixture(autouse=True)
def quick_passwords(settings: object) -> None:
    """A password hash is slow by design; five people in every test would pay for it."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # type: ignore[attr-defined]


@pytest.fixture(autouse=True, scope="session")
def quick_flush() -> Iterator[None]:
    """After a test that commits, PostgreSQL would make every table anew, and Django its permissions, which nobody asks
    for: that takes seconds, and emptying tables does not.
    """

    def sql_flush(self: Any, style: Any, tables: list[str], **_how: Any) -> list[str]:
        names = [self.quote_name(name) for name in tables]
        # As a replica, it asks neither foreign keys nor triggers.
        return ["SET LOCAL session_replication_role = replica", *(f"DELETE FROM {name}" for name in names)]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "sql_flush", sql_flush)
        patch.setattr(flush, "emit_post_migrate_signal", lambda *_args, **_how: None)
        yield


@pytest.fixture(autouse=True)
def no_memory_of_other_tests() -> None:
    """Rate limits count in the cache, by ids that the next test uses again."""
    cache.clear()


@pytest.fixture(autouse=True)
def a_log_of_its_own() -> None:
    """The database forgets each test; a log that remembered would rightly call it older than itself."""
    for folder in (durable.keys_folder(), durable.ledger_folder(), Path(settings.DATA) / "files" / "log"):
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(autouse=True)
def nobody_compares(monkeypatch: pytest.MonkeyPatch) -> None:
    """Most tests make recordings by hand, and no sound: without a matcher, no recording waits to be compared.

    Those about comparing ask for `tests.compared.matching`, and have the site as it is.
    """
    monkeypatch.setattr(matches, "_matcher", None)
    monkeypatch.setattr(catalogue_registry, "_matcher", None)
    monkeypatch.delitem(audio_registry._subscribers, "identification", raising=False)


@pytest.fixture
def people(db: None) -> People:
    return make_people()
