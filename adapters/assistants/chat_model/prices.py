"""What a call cost: by your own prices, else by genai-prices' table; where neither knows the model, nobody knows."""

from collections.abc import Mapping
from decimal import Decimal
from importlib.metadata import version
from typing import Any

from pydantic import Field

from domain.model import Model
from domain.model_call import Price, Tokens

_MILLION = 1_000_000


class OwnPrices(Model):
    """Your own prices, in US dollars per million tokens; a local server's may all be 0."""

    input: Decimal = Field(ge=0)
    output: Decimal = Field(ge=0)
    cached_read: Decimal | None = Field(default=None, ge=0)  # unset: as other input
    cache_write: Decimal | None = Field(default=None, ge=0)

    def price(self, tokens: Tokens) -> Price:
        """What these tokens cost; unknown where the provider did not count them."""
        if tokens.input is None or tokens.output is None:
            return Price()
        read, written = tokens.cached_read or 0, tokens.cache_write or 0
        dollars_per_million = (
            max(tokens.input - read - written, 0) * self.input
            + read * (self.input if self.cached_read is None else self.cached_read)
            + written * (self.input if self.cache_write is None else self.cache_write)
            + tokens.output * self.output
        )
        return Price(microdollars=round(dollars_per_million), source="config")


def price_of(provider: str, model: str, tokens: Tokens, own: OwnPrices | None, *, is_elsewhere: bool = False) -> Price:
    """What a call cost, in micro-dollars; `is_elsewhere`: an address of your own, where no public price holds."""
    if own is not None:
        return own.price(tokens)
    if is_elsewhere or tokens.input is None or tokens.output is None:
        return Price()
    # Imported when the first call is priced: its table takes most of a second to read.
    from genai_prices import Usage, calc_price  # noqa: PLC0415

    usage = Usage(
        input_tokens=tokens.input,
        cache_read_tokens=tokens.cached_read or 0,
        cache_write_tokens=tokens.cache_write or 0,
        output_tokens=tokens.output,
    )
    try:
        found = calc_price(usage, model_ref=model, provider_id=provider)
    except (LookupError, ValueError):
        return Price()  # unknown, never 0
    return Price(microdollars=round(found.total_price * _MILLION), source=f"genai-prices {version('genai-prices')}")


def tokens_of(usage: Mapping[str, Any] | None) -> Tokens:
    """The tokens of a message's `usage_metadata`; all None where there is none."""
    if not usage:
        return Tokens()
    read = usage.get("input_token_details") or {}
    wrote = usage.get("output_token_details") or {}
    return Tokens(
        input=usage.get("input_tokens"),
        cached_read=read.get("cache_read"),
        cache_write=read.get("cache_creation"),
        output=usage.get("output_tokens"),
        reasoning=wrote.get("reasoning"),
    )
