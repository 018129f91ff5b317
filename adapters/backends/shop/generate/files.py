"""The shipped store's files as types: catalogue, names and named people; a wrong field stops the load."""

from itertools import product
from pathlib import Path
from typing import Literal, TypeVar

import yaml

from adapters.backends.shop.provider.records import MethodState
from adapters.backends.shop.records import LineStatus, ProductRow, ShipmentStatus, VariantRow
from domain.customer import OrderStatus, PaymentMethodKind, RefundFailure, RefundStatus
from domain.model import Model

Options = dict[str, str]
File = TypeVar("File", bound=Model)


class ProductFile(Model):
    """A product: each combination of its options is a variant."""

    ref: str
    code: str
    title: str
    category: str
    price: int
    options: dict[str, list[str]]
    extra: dict[str, int] = {}
    sold_out: list[Options] = []

    def row(self) -> ProductRow:
        """The product's row."""
        return ProductRow(ref=self.ref, title=self.title, category=self.category)

    def variants(self, currency: str) -> list[VariantRow]:
        """A row per combination of options."""
        combinations = [dict(zip(self.options, values, strict=True)) for values in product(*self.options.values())]
        return [
            VariantRow(
                ref=f"{self.code}-{n:02d}",
                product=self.ref,
                options=options,
                price=self.price + sum(self.extra.get(value, 0) for value in options.values()),
                currency=currency,
                available=options not in self.sold_out,
            )
            for n, options in enumerate(combinations, start=1)
        ]


class CatalogueFile(Model):
    """catalogue.yaml."""

    currency: str
    products: list[ProductFile]


class Town(Model):
    """Where customers live."""

    city: str
    postcode: str
    country: str
    language: str
    streets: list[str]


class Plan(Model):
    """A plan of the SaaS tenant, with its price by interval."""

    name: str
    month: int
    year: int


class NamesFile(Model):
    """names.yaml."""

    first_names: list[str]
    last_names: list[str]
    towns: list[Town]
    carriers: list[str]
    plans: list[Plan]


class MethodFile(Model):
    """A payment method of a named person."""

    kind: PaymentMethodKind
    brand: str = ""
    last4: str = ""
    state: MethodState = "active"
    balance: int | None = None


class LineFile(Model):
    """A line of a named person's order; its status follows from the order's where none is given."""

    product: str
    options: Options
    quantity: int = 1
    status: LineStatus | None = None


class RefundFile(Model):
    """A refund of a line (counted from 1), `ago` days ago."""

    line: int
    ago: int
    status: RefundStatus
    failure: RefundFailure | None = None
    reason: str


class ShipmentFile(Model):
    """A parcel under way: last scanned and expected so many days ago (below zero: ahead)."""

    carrier: str
    status: ShipmentStatus
    scanned: int
    expected: int


class AddressFile(Model):
    """A postal address."""

    line1: str
    line2: str = ""
    city: str
    region: str = ""
    postcode: str
    country: str


class OrderFile(Model):
    """An order of a named person; days count back from the day of loading."""

    number: str
    status: OrderStatus
    placed: int
    delivered: int | None = None
    lines: list[LineFile]
    refunds: list[RefundFile] = []
    shipment: ShipmentFile | None = None
    address: AddressFile | None = None
    charged_twice: bool = False


class InvoiceFile(Model):
    """An invoice of a named person's subscription."""

    number: str
    issued: int


class SubscriptionFile(Model):
    """A subscription of a named person."""

    plan: str
    interval: Literal["month", "year"]
    price: int
    status: Literal["active", "cancels_at_period_end", "cancelled", "past_due"] = "active"
    started: int
    cancelled: int | None = None
    period_started: int
    invoices: list[InvoiceFile]


class PersonFile(Model):
    """A named person, what is true about them and which stories they serve."""

    id: str
    name: str
    truth: str
    serves: list[str]
    tier: Literal["standard", "plus", "vip"] = "standard"
    methods: list[MethodFile]
    address: AddressFile = AddressFile(line1="Lindenstrasse 5", city="Berlin", postcode="10969", country="Germany")
    orders: list[OrderFile] = []
    subscriptions: list[SubscriptionFile] = []


class PeopleFile(Model):
    """people.yaml: named people by tenant."""

    meridian: list[PersonFile]
    tidewater: list[PersonFile]


def read(folder: Path, name: str, kind: type[File]) -> File:
    """Read `folder/name`; raises pydantic's ValidationError when a field is wrong."""
    return kind.model_validate(yaml.safe_load((folder / name).read_text(encoding="utf-8")))
