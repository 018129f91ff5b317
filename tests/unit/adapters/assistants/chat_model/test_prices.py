"""What a call cost: by table, by your own prices, or unknown and then never nothing."""

from adapters.assistants.chat_model.prices import OwnPrices, price_of, tokens_of
from domain.model_call import Price, Tokens

USED = Tokens(input=1_000_000, cached_read=400_000, cache_write=0, output=100_000)


def test_a_known_model_is_priced_by_the_table() -> None:
    """Cached input is cheaper, and the source is named with its version."""
    priced = price_of("openai", "gpt-4o-mini", USED, None)
    assert priced.microdollars == 180_000  # 0.6 M at $0.15, 0.4 M at $0.075, 0.1 M at $0.60
    assert priced.source.startswith("genai-prices 0.2")


def test_own_prices_win() -> None:
    """A local server may cost nothing, which is then known."""
    own = OwnPrices.model_validate({"input": 1, "output": 2, "cached_read": "0.5"})
    assert price_of("openai", "gpt-4o-mini", USED, own) == Price(microdollars=1_000_000, source="config")
    free = OwnPrices.model_validate({"input": 0, "output": 0})
    assert price_of("openai", "any", USED, free) == Price(microdollars=0, source="config")


def test_what_nobody_knows_is_unknown() -> None:
    """A model that the table lacks, an address of your own, and tokens that were not counted."""
    assert price_of("openai", "no-such-model", USED, None) == Price()
    assert price_of("openai", "gpt-4o-mini", USED, None, is_elsewhere=True) == Price()
    assert price_of("openai", "gpt-4o-mini", tokens_of(None), None) == Price()
    own = OwnPrices.model_validate({"input": 1, "output": 2})
    assert price_of("openai", "any", Tokens(), own) == Price()
