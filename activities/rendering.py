"""What an approver is shown: written by code, from exactly what would be sent, one fact a line.

The values may hold what a customer has typed (an address, a name), so nothing in them can begin a line of its own, turn
the direction of the text, or hide a character.
"""

import unicodedata

from adapters.backends.port import Prepared
from domain.action import ActionSpec
from domain.text import strip_invisible

_NOT_SHOWN = {"Cc", "Cf", "Cn", "Co", "Cs"}  # controls, formats, and what has no shape at all


def render_request(spec: ActionSpec, prepared: Prepared, customer: str) -> str:
    """Say what would be done for whom, at what cost with its currency, and each argument by its name."""
    shown = [f"{name.replace('_', ' ')}: {_one_line(value)}" for name, value in sorted(prepared.shown.items())]
    has_cost = prepared.amount is not None and "amount" not in prepared.shown
    cost = [f"amount: {prepared.amount}"] if has_cost else []
    return "\n".join([f"{_one_line(spec.title)} for {_one_line(customer)}", *cost, *shown])


def _one_line(text: str) -> str:
    whole = " ".join(strip_invisible(unicodedata.normalize("NFC", text)).split())
    return "".join(character for character in whole if unicodedata.category(character) not in _NOT_SHOWN)
