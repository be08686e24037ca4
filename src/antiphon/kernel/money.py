"""Amounts of money: whole minor units of a currency, never a fraction (ISO 4217, its codes and minor units of 2026)."""

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

_NONE = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
_THREE = "BHD IQD JOD KWD LYD OMR TND"
_TWO = """
    AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC CUP
    CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES
    KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK
    NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB
    TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VES WST XCD XCG YER ZAR ZMW
"""
_DIGITS = {code: digits for digits, codes in ((0, _NONE), (2, _TWO), (3, _THREE)) for code in codes.split()}
CURRENCIES = frozenset(_DIGITS)
MOST_MINOR = 10**15  # fits into eight bytes with room for sums
_AMOUNT = re.compile(r"[0-9]{1,15}(?:[.][0-9]{1,3})?")


@dataclass(frozen=True, order=True)
class Money:
    """An amount in minor units (cents, yen, fils) of a currency. Raises `ValueError` for what is no amount."""

    amount_minor: int
    currency: str

    def __post_init__(self) -> None:
        if self.currency not in CURRENCIES:
            raise ValueError(f"no currency is called {self.currency!r}")
        if not 0 <= self.amount_minor <= MOST_MINOR:
            raise ValueError("an amount is zero or more, and not beyond all measure")

    def __str__(self) -> str:
        digits = minor_digits(self.currency)
        return f"{self.currency} {Decimal(self.amount_minor).scaleb(-digits):,.{digits}f}"


def minor_digits(currency: str) -> int:
    """How many digits an amount in this currency has behind the point. Raises `KeyError` for what is no currency."""
    return _DIGITS[currency]


def money_in(amount: str, currency: str) -> Money:
    """Read an amount as people write it: "1200", "12.50", "12,5". Raises `ValueError` for anything else.

    A comma or a point is read as the decimal mark where at most as many digits follow as the currency has; who groups
    thousands with one is asked to leave that out, because "1.200" is another amount in another country.
    """
    code, said = currency.strip().upper(), amount.strip().replace(",", ".")
    if code not in CURRENCIES:
        raise ValueError(f"no currency is called {currency!r}")
    if not _AMOUNT.fullmatch(said) or len(said.partition(".")[2]) > minor_digits(code):
        raise ValueError("not an amount in this currency")
    try:
        return Money(int(Decimal(said).scaleb(minor_digits(code))), code)
    except InvalidOperation as error:
        raise ValueError("not an amount in this currency") from error
