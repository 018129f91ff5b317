"""An amount means the same to Stripe and to us, or it is not sent."""

import pytest

from adapters.backends.stripe import money
from domain.errors import ActionRefused
from domain.money import EXPONENTS, Money


@pytest.mark.parametrize(
    ("currency", "decimals"),
    [("eur", 2), ("JPY", 0), ("krw", 0), ("KWD", 3), ("tnd", 3), ("ISK", 2), ("UGX", 2), ("MGA", 0), ("huf", 2)],
)
def test_decimals_are_stripes(currency: str, decimals: int) -> None:
    """Which are not ISO 4217's for ISK, UGX and MGA."""
    assert money.exponent(currency) == decimals


@pytest.mark.parametrize("currency", sorted(EXPONENTS))
def test_every_currency_of_ours_is_safe(currency: str) -> None:
    """Both ways, without a change of the number."""
    amount = Money(amount=1_230, currency=currency)
    assert money.to_stripe(amount) == 1_230
    assert money.from_stripe(1_230, currency.lower()) == amount


def test_a_currency_that_differs_is_never_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody adds the Icelandic króna as ISO 4217 has it: a refund would be a hundredth, so there is none."""
    monkeypatch.setitem(EXPONENTS, "ISK", 0)
    assert money.from_stripe(10_000, "isk") is None
    isk = Money.model_construct(amount=100, currency="ISK")
    with pytest.raises(ActionRefused) as refused:
        money.to_stripe(isk)
    assert refused.value.facts["code"] == "currency_not_supported"


@pytest.mark.parametrize("amount", [-1, 10**12 + 1])
def test_an_impossible_amount_is_not_read(amount: int) -> None:
    """Rather none than a wrong one."""
    assert money.from_stripe(amount, "eur") is None
