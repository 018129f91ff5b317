"""Operators as a table."""

from collections.abc import Iterable

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from store.operators import ListedOperator


def operator_table(operators: Iterable[ListedOperator]) -> RenderableType:
    """Operators in the order given, with what they are in each tenant."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="quiet")
    for title in ("operator", "name", "e-mail", "is", "password"):
        table.add_column(title, no_wrap=title == "operator", overflow="fold")
    for one in operators:
        roles = [f"{role} of {tenant}" for tenant, role in zip(one.tenants, one.roles, strict=True)]
        state = Text("disabled", "bad") if one.disabled_at is not None else Text(", ".join(roles) or "no member", "")
        table.add_row(
            Text(one.operator_id, "title"), one.name, one.email or "", state, "yes" if one.has_password else "no"
        )
    return table
