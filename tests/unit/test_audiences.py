"""Addresses for an audience: they open by themselves, to nothing else, and weaken no address that has a binding."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.storage.core.signing import (
    Opened,
    SigningKey,
    SigningKeys,
    binding_of,
    binding_of_audience,
    check_address,
    open_address,
    sign_address,
)

KEYS = SigningKeys((SigningKey("one", b"secret" * 6),))
PATH = "/media/renditions/12/aac160.mp4"
EMBED, FEED = f"embed-{'0a' * 16}", f"feed-{'0a' * 16}"


@pytest.mark.parametrize("audience", [EMBED, FEED])
def test_it_opens_to_whoever_holds_it_until_it_ends(audience: str) -> None:
    query = sign_address(KEYS, path=PATH, expires_s=1000, audience=audience)
    assert f"&a={audience}&s=" in query
    assert open_address(KEYS, PATH, query, "", 999) == Opened(1000, "", audience)
    assert open_address(KEYS, PATH, query, binding_of("anybody's cookie"), 999) is not None
    assert not check_address(KEYS, PATH, query, "", 1000)
    assert not check_address(KEYS, "/media/renditions/13/aac160.mp4", query, "", 999)


def test_one_audience_is_not_another() -> None:
    query = sign_address(KEYS, path=PATH, expires_s=1000, audience=EMBED)
    for other in (FEED, f"embed-{'0b' * 16}"):
        assert not check_address(KEYS, PATH, query.replace(EMBED, other), "", 0)
    assert not check_address(KEYS, PATH, query.replace(f"&a={EMBED}", ""), "", 0)


@given(st.text())
def test_no_cookie_turns_a_bound_address_into_an_open_one(secret: str) -> None:
    bound = sign_address(KEYS, path=PATH, expires_s=1000, binding=binding_of(secret))
    for audience in (EMBED, FEED, secret):
        assert not check_address(KEYS, PATH, bound.replace("&s=", f"&a={audience}&s="), "", 0)
        assert not check_address(KEYS, PATH, bound.replace("&s=", f"&a={audience}&s="), binding_of(secret), 0)
        assert binding_of_audience(audience) != binding_of(audience)
    assert not check_address(KEYS, PATH, bound, "", 0)


def test_an_address_is_for_one_holder() -> None:
    for binding, audience in (("", ""), (binding_of("x"), EMBED), ("", "embed-short"), ("", "page-" + "0a" * 16)):
        with pytest.raises(ValueError, match="one binding or for one audience"):
            sign_address(KEYS, path=PATH, expires_s=1, binding=binding, audience=audience)
