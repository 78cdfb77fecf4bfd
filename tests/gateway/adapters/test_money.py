"""Amounts in a currency's smallest unit, currency by currency: a release of babel that shows one otherwise changes no amount."""

import pytest

from gateway.adapters.functions import money

WHOLE = ["BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF"]
THOUSANDTHS = ["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"]
# Every other currency that Stripe lists, and those that CLDR shows without cents.
HUNDREDTHS = """
    AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BWP BYN BZD CAD CDF CHF CNY COP CRC CVE CZK DKK DOP
    DZD EGP ETB EUR FJD FKP GBP GEL GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR ISK JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD
    LSL MAD MDL MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD
    SCR SEK SGD SHP SLE SLL SOS SRD STD SYP SZL THB TJS TOP TRY TTD TWD TZS UAH USD UYU UZS WST XCD YER ZAR ZMW
"""


@pytest.mark.parametrize(
    ("currencies", "amount"),
    [(WHOLE, 123456.0), (HUNDREDTHS.split(), 1234.56), (THOUSANDTHS, 123.456)],
    ids=["whole", "hundredths", "thousandths"],
)
def test_an_amount_is_read_by_its_currency_s_smallest_unit(currencies: list[str], amount: float) -> None:
    read = {currency: money(123456, spelled) for currency in currencies for spelled in (currency, currency.lower())}
    assert read == dict.fromkeys(currencies, amount)


def test_a_currency_that_nobody_knows_has_cents() -> None:
    assert money(123456, "zzz") == 1234.56


def test_a_sender_may_write_a_currency_otherwise_than_it_has_it() -> None:
    assert money(500000, "ugx", {"UGX": 2}) == 5000.0
    assert money(500000, "jpy", {"UGX": 2}) == 500000.0
