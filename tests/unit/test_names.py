"""How names become addresses, and how search folds words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.accounts.core.names import RESERVED, fold, is_slug, slug_of


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Ada Quill", "ada-quill"),
        ("Sigur Rós", "sigur-ros"),
        ("Straßenmusik", "strassenmusik"),
        ("Łona i Webber", "lona-i-webber"),
        ("Mø", "mo"),
        ("Björk Guðmundsdóttir", "bjork-gudmundsdottir"),
        ("Земфира", "zemfira"),
        ("Чайковский", "chaikovskii"),
        ("Μίκης Θεοδωράκης", "mikis-theodorakis"),
        ("ヒカル", "hikaru"),
        ("きゃりーぱみゅぱみゅ", "kyaripamyupamyu"),
        ("ミッキー", "mikki"),
        ("방탄소년단", "bangtansonyeondan"),
        ("Ｆｕｌｌｗｉｄｔｈ", "fullwidth"),
        ("Guns N' Roses", "guns-n-roses"),
        ("Simon & Garfunkel", "simon-and-garfunkel"),
        ("  --hello--  ", "hello"),
        ("808", "808"),
    ],
)
def test_a_name_becomes_an_address_one_can_read(name: str, slug: str) -> None:
    assert slug_of(name) == slug


@pytest.mark.parametrize("name", ["椎名林檎", "🎷🎷", "...", "", "فيروز"])
def test_a_name_that_cannot_be_spelled_still_gets_an_address(name: str) -> None:
    slug = slug_of(name)
    assert slug.startswith("artist-")
    assert slug == slug_of(name)
    assert is_slug(slug)


def test_two_unspellable_names_get_two_addresses() -> None:
    assert slug_of("椎名林檎") != slug_of("坂本龍一")


@given(st.text(max_size=120))
def test_every_text_gives_a_well_formed_address(text: str) -> None:
    slug = slug_of(text)
    assert 1 <= len(slug) <= 40
    assert slug == slug.strip("-").lower()
    assert "--" not in slug
    assert slug.isascii()
    assert slug_of(slug) == slug


@given(st.text(max_size=120))
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(alphabet=st.characters(max_codepoint=0x24F), max_size=60))
def test_folding_takes_case_off(text: str) -> None:
    assert fold(text.upper().lower()) == fold(text.lower().upper().lower())
    assert fold(text) == fold(text.casefold())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Beyoncé", "BEYONCE"),
        ("Straße", "strasse"),
        ("Ødegård", "odegard"),
        ("Łódź", "lodz"),
        ("ﬁnale", "finale"),
    ],
)
def test_search_finds_words_without_their_accents(one: str, other: str) -> None:
    assert fold(one) == fold(other)


def test_kana_keep_their_voicing_marks() -> None:
    assert fold("が") != fold("か")


@pytest.mark.parametrize(
    "slug", ["api", "account", "studio", "robots.txt", "-a", "a-", "a--b", "A", "a b", "é", "a" * 41, "x"]
)
def test_reserved_and_crooked_addresses_are_refused(slug: str) -> None:
    assert not is_slug(slug)


HOUSE = (
    "account api static media uploads studio operate terms registry transparency log oembed search resolve "
    "people report mailbox source .well-known robots.txt"
)


@pytest.mark.parametrize("segment", HOUSE.split())
def test_first_segments_of_the_site_are_reserved(segment: str) -> None:
    assert segment in RESERVED
