"""CEL expressions of a workspace: what they name must exist, so that a typing error shows when the file is saved.

At run time a missing attribute counts as forbid: safe, but a ticket too late.
"""

import re
from collections.abc import Collection, Iterator

from cel import compile as compile_cel

from adapters.workspace.names import CUSTOMER, SIGNALS, TICKET
from adapters.workspace.problems import unknown

_STRING = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"")
_MACRO_VARIABLE = re.compile(r"\.(?:all|exists|exists_one|filter|map)\(\s*([a-z_]\w*)\s*,")
_NAMED = re.compile(r"(?<![\w.])(facts|slots|customer|ticket\.signals|ticket)\.([a-z_]\w*)")


def wrong_names(
    expression: str,
    roots: Collection[str],
    facts: Collection[str] | None = None,
    slots: Collection[str] = (),
) -> Iterator[str]:
    """Say of an expression why it can never be evaluated; `facts` is None where any fact may be there."""
    try:
        variables = set(compile_cel(expression).variables())
    except ValueError as error:
        yield f"not a CEL expression: {str(error).splitlines()[0]}"
        return
    bare = _STRING.sub("''", expression)
    for name in sorted(variables - set(_MACRO_VARIABLE.findall(bare)) - set(roots)):
        yield f"there is no variable '{name}' here, only {', '.join(sorted(roots))}"
    known = {"slots": slots, "customer": CUSTOMER, "ticket": TICKET, "ticket.signals": SIGNALS}
    if facts is not None:
        known["facts"] = facts
    for root, name in _NAMED.findall(bare):
        if root in known and name not in known[root]:
            yield unknown("name", name, known[root], root)
