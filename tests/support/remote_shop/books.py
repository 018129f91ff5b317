"""Somebody else's shop: its books in an SQLite file, idempotency keys, faults to plant, a log of what it really did.

Servers of any protocol work on it, in this process or another; a test looks into the same file.
"""

import asyncio
import json
import secrets
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Json = dict[str, Any]
Work = Callable[[sqlite3.Connection, str | None], tuple[int, Json]]

#: Longer than the callers under test wait for an answer.
LATE_SECONDS = 0.9

_SCHEMA = """
create table customers (id text primary key, given_name text, family_name text);
create table orders (id text primary key, customer_id text, state text, placed_at text, delivered_at text,
                     total_cents int, lines text);
create table payments (id text primary key, order_id text, cents int, card text, paid_at text);
create table refunds (id text primary key, payment_id text, cents int, reason text, state text, failure text,
                      key text, created_at text);
create table answers (key text primary key, status int, body text);
create table faults (id integer primary key, kind text);
create table log (key text, did text);
"""


@dataclass
class Books:
    """One shop's books; `path` is its file."""

    path: Path
    _under_way: set[str] = field(default_factory=set)

    def create(self) -> None:
        """Two customers with two orders and one."""
        with self.rows() as db:
            db.executescript(_SCHEMA)
            db.executemany("insert into customers values (?, ?, ?)", [("c-1", "Ada", "Ito"), ("c-2", "Bo", "Lund")])
            mug = json.dumps([{"id": "l-1", "title": "Coffee mug", "sku": "MUG", "unit_cents": 1500, "quantity": 2}])
            orders = [
                ("o-1", "c-1", "done", "2026-11-10T10:00:00Z", "2026-11-14T09:00:00Z", 3000, mug),
                ("o-2", "c-1", "paid", "2026-11-21T10:00:00Z", None, 3000, mug),
                ("o-3", "c-2", "done", "2026-11-11T10:00:00Z", "2026-11-15T09:00:00Z", 3000, mug),
            ]
            db.executemany("insert into orders values (?, ?, ?, ?, ?, ?, ?)", orders)
            paid = [(f"p-{n}", f"o-{n}", 3000, "Visa ending 4242", "2026-11-10T10:00:00Z") for n in (1, 2, 3)]
            db.executemany("insert into payments values (?, ?, ?, ?, ?)", paid)

    @contextmanager
    def rows(self) -> Iterator[sqlite3.Connection]:
        """A connection, committed when the block ends well."""
        db = sqlite3.connect(self.path, timeout=10)
        db.row_factory = sqlite3.Row
        try:
            with db:
                yield db
        finally:
            db.close()

    # ------------------------------------------------------------------------------------------ the shop's own calls

    def customer(self, customer: str) -> Json | None:
        """A customer's profile."""
        return self._one("select * from customers where id = ?", customer)

    def orders(self, customer: str) -> list[Json]:
        """A customer's orders, with lines, payments and refunds."""
        orders = self._all("select * from orders where customer_id = ? order by placed_at", customer)
        for order in orders:
            order["lines"] = json.loads(order["lines"])
            order["payments"] = self._all("select * from payments where order_id = ?", order["id"])
            order["refunds"] = self._all(
                "select r.* from refunds r join payments p on p.id = r.payment_id where p.order_id = ?", order["id"]
            )
        return orders

    def refund(self, refund: str) -> Json | None:
        """One refund as it stands."""
        return self._one("select * from refunds where id = ?", refund)

    def refunds_of_key(self, key: str) -> list[Json]:
        """What a key has made."""
        return self._all("select * from refunds where key = ?", key)

    def parcel(self, order: str) -> Json | None:
        """Where an order's parcel is."""
        found = self._one("select * from orders where id = ?", order)
        return found and {"carrier": "Postal", "state": "delivered" if found["delivered_at"] else "on its way"}

    async def give_back(self, payment: str, cents: int, reason: str, key: str) -> tuple[int, Json]:
        """Refund a part of a payment, once per key: an HTTP status and a body."""

        def work(db: sqlite3.Connection, fault: str | None) -> tuple[int, Json]:
            paid = db.execute("select cents from payments where id = ?", (payment,)).fetchone()
            if paid is None:
                return 404, {"error": {"code": "no_such_payment"}}
            given = db.execute(
                "select coalesce(sum(cents), 0) from refunds where payment_id = ? and state in ('open', 'paid')",
                (payment,),
            ).fetchone()[0]
            if given + cents > paid["cents"]:
                return 422, {"error": {"code": "over_refund"}}
            ref, state = f"r-{secrets.token_hex(4)}", "open" if fault == "pending" else "paid"
            row = (ref, payment, cents, reason, state, None, key, "2026-11-23T09:30:00Z")
            db.execute("insert into refunds values (?, ?, ?, ?, ?, ?, ?, ?)", row)
            return 201, dict(db.execute("select * from refunds where id = ?", (ref,)).fetchone())

        return await self._once(key, work)

    async def stop(self, refund: str, key: str) -> tuple[int, Json]:
        """Cancel a refund that is still open."""

        def work(db: sqlite3.Connection, _: str | None) -> tuple[int, Json]:
            done = db.execute("update refunds set state = 'stopped' where id = ? and state = 'open'", (refund,))
            if not done.rowcount:
                return 422, {"error": {"code": "not_open"}}
            return 200, dict(db.execute("select * from refunds where id = ?", (refund,)).fetchone())

        return await self._once(key, work)

    async def _once(self, key: str, work: Work) -> tuple[int, Json]:
        """The first answer of a key again, or the work: with the next planted fault."""
        if key in self._under_way:
            return 409, {"error": {"code": "key_in_use"}}
        with self.rows() as db:
            saved = db.execute("select status, body from answers where key = ?", (key,)).fetchone()
        if saved:
            return saved["status"], json.loads(saved["body"])
        fault = self._take_fault()
        if fault == "unreached":
            await asyncio.sleep(LATE_SECONDS)
            return 503, {}
        self._under_way.add(key)
        try:
            if fault == "slow":
                await asyncio.sleep(LATE_SECONDS)
            status, body = self._done(key, work, fault)
        finally:
            self._under_way.discard(key)
        if fault == "lost_answer":
            await asyncio.sleep(LATE_SECONDS)
        return status, body

    def _done(self, key: str, work: Work, fault: str | None) -> tuple[int, Json]:
        with self.rows() as db:
            status, body = (500, {}) if fault == "error_forever" else work(db, fault)
            if status < 400 or status >= 500:
                db.execute("insert into answers values (?, ?, ?)", (key, status, json.dumps(body)))
            db.execute("insert into log values (?, ?)", (key, "done" if status < 400 else "nothing"))
        return status, body

    def _take_fault(self) -> str | None:
        with self.rows() as db:
            fault = db.execute("delete from faults where id = (select min(id) from faults) returning kind").fetchone()
        return fault and str(fault["kind"])

    # ------------------------------------------------------------------------------------------------ a test's hand

    def plant(self, kind: str) -> None:
        """Let the next write meet a fault: unreached, lost_answer, error_forever, slow or pending."""
        with self.rows() as db:
            db.execute("insert into faults (kind) values (?)", (kind,))

    def settle(self, refund: str, *, fails: bool) -> None:
        """Let an open refund end, as a bank would."""
        with self.rows() as db:
            state, failure = ("failed", "card-closed") if fails else ("paid", None)
            db.execute("update refunds set state = ?, failure = ? where id = ?", (state, failure, refund))

    def forget_keys(self) -> None:
        """Prune every idempotency key."""
        with self.rows() as db:
            db.execute("delete from answers")

    def effects(self) -> dict[str, int]:
        """How often each key did something."""
        logged = self._all("select key, sum(did = 'done') as done from log group by key")
        return {row["key"]: row["done"] for row in logged}

    def _all(self, query: str, *values: str) -> list[Json]:
        with self.rows() as db:
            return [dict(row) for row in db.execute(query, values)]

    def _one(self, query: str, *values: str) -> Json | None:
        return next(iter(self._all(query, *values)), None)
