"""Lists in pages, newest first, by `starting_after` and `has_more`, and the expansion of ids into objects."""

from collections.abc import Mapping, Sequence
from typing import Any

from tests.support.stripe_server.books import Books
from tests.support.stripe_server.shapes import Answer, Json, invalid, missing, page

DEFAULT_LIMIT, MOST = 10, 100
NESTED = 10  # how many refunds a charge carries when expanded


def listed(rows: Sequence[Json], params: Mapping[str, Any], url: str) -> Answer:
    """One page of rows that come newest first."""
    limit = params.get("limit", str(DEFAULT_LIMIT))
    if not limit.isdigit() or not 1 <= int(limit) <= MOST:
        return invalid("Limit must be between 1 and 100.", "parameter_invalid_integer", "limit")
    start = 0
    if after := params.get("starting_after"):
        ids = [row["id"] for row in rows]
        if after not in ids:
            return missing("object", after, "starting_after")
        start = ids.index(after) + 1
    chosen = rows[start : start + int(limit)]
    return Answer(200, page(chosen, len(rows) > start + len(chosen), url))


def expanded(answer: Answer, wanted: Sequence[str], books: Books) -> Answer:
    """Replace ids by objects, and lay a charge's refunds beside it, where asked to."""
    if answer.status != 200:
        return answer
    body = dict(answer.body)
    for path in wanted:
        match path.split("."):
            case ["customer"]:
                body["customer"] = books.customers.get(body["customer"])
            case ["charge", "customer"]:
                charge = dict(books.charges[body["charge"]])
                body["charge"] = {**charge, "customer": books.customers.get(charge["customer"])}
            case ["data", "refunds"]:
                body["data"] = [{**charge, "refunds": _nested(charge["id"], books)} for charge in body["data"]]
            case _:
                return invalid(f"This property cannot be expanded ({path}).")
    return Answer(answer.status, body)


def _nested(charge: str, books: Books) -> Json:
    refunds = books.refunds_of(charge)
    return page(refunds[:NESTED], len(refunds) > NESTED, f"/v1/charges/{charge}/refunds")
