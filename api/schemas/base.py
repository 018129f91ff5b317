"""What requests and responses have in common: the base of what is sent to us, and the shapes used in several places."""

from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, JsonValue, StringConstraints

from domain.text import clean_text

MAX_SUBJECT_CHARS = 255
TICKET = "T-7H3K9QWZ"
LARGEST_SEQ = 2**31 - 1  # of a message within its ticket


class Body(BaseModel):
    """What is sent to us: closed to unknown fields, and never quoted in an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


def example(**fields: JsonValue) -> ConfigDict:
    """The configuration of a body with an example of it, for the API's description."""
    return ConfigDict(json_schema_extra={"examples": [fields]})


def _one_line(text: str) -> str:
    return clean_text(" ".join(text.split()), most=MAX_SUBJECT_CHARS)


def _only_numbers(value: object) -> object:
    """Refuse what would silently become a number: true, "1", 1.0."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise ValueError("A whole number is needed.")


def _only_flags(value: object) -> object:
    """Refuse what would silently become a flag: "yes", 1."""
    if isinstance(value, bool):
        return value
    raise ValueError("true or false is needed.")


def _only_text(value: object) -> object:
    """Refuse numbers, which would silently become a moment."""
    if isinstance(value, str):
        return value
    raise ValueError("A time is needed, as in 2026-11-24T08:00:00Z.")


OneLine = Annotated[str, AfterValidator(_one_line)]
WholeNumber = Annotated[int, BeforeValidator(_only_numbers)]
Moment = Annotated[AwareDatetime, BeforeValidator(_only_text)]
Flag = Annotated[bool, BeforeValidator(_only_flags)]
#: The sender's own id of a message; printable ASCII, so that it reads the same everywhere.
ExternalId = Annotated[str, StringConstraints(pattern=r"^[\x21-\x7e]{1,255}$")]
