"""How often one may ask."""

from typing import Any

import pytest

from antiphon.api import limits
from antiphon.kernel.errors import TooMany
from tests.api.conftest import Api

pytestmark = pytest.mark.django_db


@pytest.fixture
def tight(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings.ANTIPHON, "api_per_minute", 4)
    monkeypatch.setattr(settings.ANTIPHON, "api_per_minute_address", 2)


def test_whoever_asks_too_often_waits(nobody: Api, tight: None) -> None:
    assert nobody.get("tracks")["RateLimit"].startswith('"address";r=1;t=')
    assert nobody.get("tracks")["RateLimit-Policy"] == '"address";q=2;w=60'
    refused = nobody.get("tracks")
    assert refused.status_code == 429
    assert refused["Content-Type"] == "application/problem+json"
    assert 1 <= int(refused["Retry-After"]) <= 30


def test_a_key_has_a_bucket_of_its_own(nobody: Api, ada: Api, tight: None) -> None:
    for _ in range(3):
        nobody.get("tracks")
    assert [ada.get("tracks").status_code for _ in range(5)] == [200, 200, 200, 200, 429]


def test_guessing_at_keys_is_counted_by_address(nobody: Api, tight: None) -> None:
    tried = [nobody.get("me", Authorization=f"Bearer antiphon_a_{n}").status_code for n in range(3)]
    assert tried == [401, 401, 429]


def test_one_household_has_one_bucket_however_many_addresses_it_uses(nobody: Api, tight: None) -> None:
    told = [nobody.client.get("/api/v1/tracks", REMOTE_ADDR=f"2001:db8:1:2::{n}").status_code for n in range(1, 4)]
    assert told == [200, 200, 429]
    assert nobody.client.get("/api/v1/tracks", REMOTE_ADDR="2001:db8:1:3::1").status_code == 200


def test_a_bucket_fills_up_again(tight: None) -> None:
    for second in (0, 1):
        limits.take("address:192.0.2.1", at_s=second)
    with pytest.raises(TooMany) as caught:
        limits.take("address:192.0.2.1", at_s=2)
    assert limits.take("address:192.0.2.1", at_s=2 + caught.value.retry_after_s) is not None


def test_no_limit_says_nothing(nobody: Api, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings.ANTIPHON, "api_per_minute_address", 0)
    assert not nobody.get("tracks").has_header("RateLimit")
