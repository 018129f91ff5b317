"""Option values are found where a text names them, also when it writes them out as a list of keys and values."""

import pytest

from adapters.assistants.embedded.slots.options import options_said
from adapters.assistants.embedded.slots.tokens import tokens_of

BOOTS = {
    "size": frozenset({"8", "10", "11"}),
    "material": frozenset({"leather", "synthetic"}),
    "waterproof": frozenset({"yes", "no"}),
}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{'size': '8'}", {"size": "8"}),
        ("{'size': '11', 'waterproof': 'no'}", {"size": "11", "waterproof": "no"}),
        ('{"waterproof": "yes", "material": "leather"}', {"waterproof": "yes", "material": "leather"}),
        ("size 8 and waterproof", {"size": "8", "waterproof": "yes"}),
        ("leather, not waterproof", {"material": "leather", "waterproof": "no"}),
        ("within 8 days", {}),
    ],
)
def test_values_are_found_beside_their_names(text: str, said: dict[str, str]) -> None:
    """A number alone says nothing; a key says what its value is about, and "no" behind it denies."""
    assert {hit.option: hit.value for hit in options_said(tokens_of(text), BOOTS)} == said
