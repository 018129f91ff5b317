"""Many customers in the situation of one: the shop of a benchmark, where each ticket has its own order to settle."""

from datetime import UTC, datetime

from psycopg import AsyncConnection

from adapters.backends.shop.generate.builder import Builder
from adapters.backends.shop.generate.bulk import replace_tenant
from adapters.backends.shop.generate.files import CatalogueFile, PeopleFile, PersonFile, read
from adapters.backends.shop.generate.load import FOLDER, SHOP
from adapters.backends.shop.generate.people import Catalogue, add_person
from domain.ids import CustomerId


async def add_waiting_customers(database: str, number: int, like: CustomerId = "cus_ada") -> list[CustomerId]:
    """Fill the shop with `number` customers and nobody else; returns their ids.

    They are in Ada's situation (a refund that failed for a passing reason), or in that of another named person.
    """
    today = datetime.now(UTC).date()
    file = read(FOLDER, "catalogue.yaml", CatalogueFile)
    people = read(FOLDER, "people.yaml", PeopleFile)
    original = next(person for person in people.meridian if person.id == like)
    products = {product.ref: product.row() for product in file.products}
    catalogue = Catalogue(products, {product.ref: product.variants(file.currency) for product in file.products})
    shop = Builder(file.currency)
    shop.store.products.extend(products.values())
    for variants in catalogue.variants.values():
        shop.store.variants.extend(variants)
    copies = [_copy(original, n) for n in range(number)]
    for person in copies:
        add_person(shop, person, catalogue, today)
    async with await AsyncConnection.connect(database) as conn:
        await replace_tenant(conn, SHOP, shop.store)
    return [person.id for person in copies]


def _copy(person: PersonFile, n: int) -> PersonFile:
    """The same person under another id, with order numbers of their own; only the order of the story."""
    order = person.orders[0].model_copy(update={"number": str(20_000 + n)})
    return person.model_copy(update={"id": f"cus_bench{n}", "orders": [order]})
