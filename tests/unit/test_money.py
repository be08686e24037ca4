"""Amounts of money: read as people write them, kept as whole minor units, never rounded."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.kernel.money import CURRENCIES, MOST_MINOR, Money, minor_digits, money_in


@pytest.mark.parametrize(
    ("amount", "currency", "minor", "shown"),
    [
        ("12.50", "EUR", 1250, "EUR 12.50"),
        ("12,5", "eur", 1250, "EUR 12.50"),
        (" 1200 ", "JPY", 1200, "JPY 1,200"),
        ("0.001", "KWD", 1, "KWD 0.001"),
        ("0", "USD", 0, "USD 0.00"),
    ],
)
def test_an_amount_is_read_to_the_last_minor_unit(amount: str, currency: str, minor: int, shown: str) -> None:
    assert money_in(amount, currency) == Money(minor, currency.upper())
    assert str(money_in(amount, currency)) == shown


@pytest.mark.parametrize(
    ("amount", "currency"),
    [
        ("1.200", "EUR"),  # a thousand, or one and a fifth: it depends on who reads it
        ("12.345", "EUR"),
        ("1.5", "JPY"),
        ("-1", "EUR"),
        ("1e3", "EUR"),
        ("", "EUR"),
        ("٣", "EUR"),
        ("1 200", "EUR"),
        ("1", "XXX"),
        ("1", ""),
        ("9999999999999999", "EUR"),
        ("NaN", "EUR"),
    ],
)
def test_what_is_no_amount_is_refused(amount: str, currency: str) -> None:
    with pytest.raises(ValueError, match=r"amount|currency"):
        money_in(amount, currency)


@given(st.integers(0, MOST_MINOR // 1000), st.sampled_from(sorted(CURRENCIES)))
def test_what_is_shown_is_read_back(minor: int, currency: str) -> None:
    shown = str(Money(minor, currency)).removeprefix(f"{currency} ").replace(",", "")
    assert money_in(shown, currency) == Money(minor, currency)
    assert len(shown.partition(".")[2]) == minor_digits(currency)


def test_no_amount_is_less_than_nothing() -> None:
    with pytest.raises(ValueError, match="zero or more"):
        Money(-1, "EUR")
