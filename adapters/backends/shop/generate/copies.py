"""Customers in the situations of the example's people, as many as are wanted: for runs of many tickets.

Nobody shares an order with anybody, so what happens on one ticket can be told from what happens on another.
"""

from collections.abc import Sequence
from datetime import UTC, datetime

from psycopg import AsyncConnection

from adapters.backends.shop.generate.bulk import replace_tenant
from adapters.backends.shop.generate.files import PeopleFile, PersonFile, read
from adapters.backends.shop.generate.load import FOLDER, SHOP, stocked
from adapters.backends.shop.generate.people import add_person
from domain.ids import CustomerId

_FIRST_ORDER = 200_000


async def fill_with_copies(database: str, like: Sequence[CustomerId]) -> list[CustomerId]:
    """Replace the shop's customers by copies of the people named, one for each name; returns their ids in order."""
    today = datetime.now(UTC).date()
    people = {person.id: person for person in read(FOLDER, "people.yaml", PeopleFile).meridian}
    shop, catalogue = stocked(FOLDER)
    copies = [_copy(people[name], n) for n, name in enumerate(like)]
    for person in copies:
        add_person(shop, person, catalogue, today)
    async with await AsyncConnection.connect(database) as conn:
        await replace_tenant(conn, SHOP, shop.store)
    return [person.id for person in copies]


def _copy(person: PersonFile, n: int) -> PersonFile:
    """The same person under another id, with the order of their story alone and under a number of its own."""
    order = person.orders[0].model_copy(update={"number": str(_FIRST_ORDER + n)})
    return person.model_copy(update={"id": f"cus_copy{n}", "orders": [order]})
