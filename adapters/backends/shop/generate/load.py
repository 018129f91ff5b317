"""The shipped example store: two tenants, named people in front of a generated crowd."""

from datetime import date
from pathlib import Path
from random import Random

from psycopg import AsyncConnection
from psycopg.rows import TupleRow

from adapters.backends.shop.generate.builder import Builder, Store
from adapters.backends.shop.generate.bulk import replace_tenant
from adapters.backends.shop.generate.crowd import Crowd
from adapters.backends.shop.generate.files import CatalogueFile, NamesFile, PeopleFile, read
from adapters.backends.shop.generate.people import Catalogue, add_person
from adapters.backends.shop.generate.subscribers import add_subscribers

#: Setright runs from its checkout or its image, so the shipped files lie where the checkout has them.
FOLDER = Path(__file__).parents[4] / "examples" / "shop" / "store"
SHOP, SAAS = "meridian", "tidewater"
SEED = 7
CUSTOMERS, ORDERS, SUBSCRIBERS = 480, 980, 37


def generate(today: date, seed: int = SEED, folder: Path = FOLDER) -> dict[str, Store]:
    """Both tenants' stores by tenant, from the files in `folder`; the same for the same files, day and seed."""
    names = read(folder, "names.yaml", NamesFile)
    people = read(folder, "people.yaml", PeopleFile)
    shop, catalogue = stocked(folder)
    for person in people.meridian:
        add_person(shop, person, catalogue, today)
    Crowd(shop, names, catalogue, today, _random(seed, SHOP)).add(CUSTOMERS, ORDERS)

    saas = Builder("USD")
    for person in people.tidewater:
        add_person(saas, person, catalogue, today)
    random = _random(seed, SAAS)
    add_subscribers(saas, Crowd(saas, names, catalogue, today, random), names, today, random, SUBSCRIBERS)
    return {SHOP: shop.store, SAAS: saas.store}


def stocked(folder: Path) -> tuple[Builder, Catalogue]:
    """A shop with its goods and nobody to buy them yet, from the files in `folder`; and what there is to buy."""
    file = read(folder, "catalogue.yaml", CatalogueFile)
    products = {product.ref: product.row() for product in file.products}
    catalogue = Catalogue(products, {product.ref: product.variants(file.currency) for product in file.products})
    shop = Builder(file.currency)
    shop.store.products.extend(products.values())
    for variants in catalogue.variants.values():
        shop.store.variants.extend(variants)
    return shop, catalogue


async def load_example(conn: AsyncConnection[TupleRow], today: date, seed: int = SEED, folder: Path = FOLDER) -> None:
    """Generate both tenants' stores and write them; what was there of these tenants is replaced.

    `conn` belongs to a superuser or a role with BYPASSRLS. `today` is the day that the stories count back from.
    """
    for tenant, store in generate(today, seed, folder).items():
        await replace_tenant(conn, tenant, store)
    await conn.execute("analyze")


def _random(seed: int, tenant: str) -> Random:
    return Random(f"{seed}:{tenant}")  # noqa: S311 - made-up people need a seed, not secrecy
