"""Opening a chat model by its name: `openai:gpt-…`, `anthropic:claude-…`, or `openai:any` at an address of your own.

The clients are extras: whoever needs no model installs none. Their own retries are off, because Temporal retries, and
every try of ours is a row of the ledger.
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from adapters.assistants.chat_model.prices import OwnPrices
from domain.errors import ExtraMissing, InvalidInput

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

PROVIDERS = ("openai", "anthropic")
_SHAPE = "openai:MODEL or anthropic:MODEL, such as openai:gpt-4o-mini"
#: One call, in seconds; an activity makes two at most (the second one repairs) and has sixty.
CALL_SECONDS = 25.0
MOST_OUTPUT = 4_000  # tokens; a reply has 6,000 characters at most


@dataclass(frozen=True)
class ModelChoice:
    """Which model, where and at what price; `key` unset: the provider's own variable holds it."""

    name: str
    base_url: str | None = None
    key: str | None = field(default=None, repr=False)
    seconds: float = CALL_SECONDS
    prices: OwnPrices | None = None

    def __post_init__(self) -> None:
        """Refuse a name of another shape; raises InvalidInput."""
        provider, _, model = self.name.partition(":")
        if provider not in PROVIDERS or not model:
            raise InvalidInput(f"SETRIGHT_MODEL takes {_SHAPE}.")

    @property
    def provider(self) -> str:
        """Whose protocol it speaks."""
        return self.name.partition(":")[0]

    @property
    def model(self) -> str:
        """What the provider calls it."""
        return self.name.partition(":")[2]


def open_chat_model(choice: ModelChoice) -> "BaseChatModel":
    """Make the client; nothing is sent yet.

    Raises:
        ExtraMissing: the client's library is not installed.
        InvalidInput: there is no key.
    """
    try:
        from langchain.chat_models import init_chat_model  # noqa: PLC0415 - an extra: only who uses it needs it
    except ModuleNotFoundError:
        raise _missing(choice.provider) from None
    # No temperature: reasoning models refuse any but their own, and every call would end there.
    wanted: dict[str, Any] = {"max_retries": 0, "timeout": choice.seconds, "max_tokens": MOST_OUTPUT}
    if choice.base_url is not None:
        wanted["base_url"] = choice.base_url
    if choice.provider == "openai":
        wanted["stream_usage"] = True  # at an own address nobody else asks for it, and calls would cost nothing
    if choice.key is not None or choice.base_url is not None:
        wanted["api_key"] = choice.key or "none"  # a server of your own may want no key, and the client insists on one
    try:
        model = init_chat_model(choice.name, **wanted)
    except ImportError:
        raise _missing(choice.provider) from None
    except Exception as error:  # noqa: BLE001 - clients raise their own types, and quote what they were given
        raise InvalidInput(
            f"The model {choice.name} cannot be opened ({type(error).__name__}). Set SETRIGHT_MODEL_KEY, or the"
            f" provider's own variable ({choice.provider.upper()}_API_KEY)."
        ) from None
    return model  # type: ignore[no-any-return]


def _missing(provider: str) -> ExtraMissing:
    return ExtraMissing(
        f"Chat models need the libraries `langchain` and `langchain-{provider}`: install the extras (`make extras`)."
    )
