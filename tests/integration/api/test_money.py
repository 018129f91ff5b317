# ruff: noqa: E501, RUF001 - values as they are, of all scripts
"""Money that is sent to us: whole minor units of the currency asked for, above zero, or one code and no trace."""

import json
from typing import Any

import pytest

from domain.money import EXPONENTS, MAX_MINOR_UNITS
from tests.integration.api.calling import Api
from tests.integration.api.leftovers import leftovers
from tests.integration.api.ticket_double import waiting_for_approval, working

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),  # the pools live as long as the session
    pytest.mark.timeout(120),
]


def of(amount: str, currency: str = '"EUR"') -> str:
    """An amount as JSON that only a text can hold: NaN, 1e400, the same key twice."""
    return f'{{"amount": {amount}, "currency": {currency}}}'


NUMBERS = (
    "-1", "-5400", "-0.0", "-9223372036854775808", "0", "-0", "0.0", "1.0", "10.005", "0.1", "54.00", "1e2", "1E2", "1e-2",
    "5400.0000000000000000001", f"{MAX_MINOR_UNITS + 1}", f"{2**53 + 1}", f"{2**63 - 1}", f"{2**63}", f"{2**64}",
    "9" * 30, "9" * 300, "true", "false", "null", "[]", "[5400]", "{}", '{"amount": 1}', '""', '"10"', '"5400"',
    '"1_000"', '"1,000"', '"54.00"', '"٥٤"', '"５４"', '" 5400"', '"5400 "', '"+5400"', '"0x10"', '"1e2"', '"NaN"',
    '"Infinity"', '"€54"', '"-1"', '"null"',
)  # fmt: skip
CURRENCIES = (
    '"eur"', '"Eur"', '"EUR "', '" EUR"', '"EU"', '"EURO"', '"€"', '""', "null", "978", '"978"', "true", "[]", '["EUR"]',
    '"XXX"', '"XTS"', '"BTC"', '"EUR\\u200b"', '"ЕUR"', '"EUR\\n"',
)  # fmt: skip
SHAPES = (
    "5400", "-5400", "54.00", '"54.00"', '"€54.00"', "null", "true", "[]", "{}", '[5400, "EUR"]', '{"amount": 5400}',
    '{"currency": "EUR"}', '{"amount": 5400, "currency": "EUR", "exponent": 2}', '{"Amount": 5400, "Currency": "EUR"}',
    '{"value": 5400, "currency": "EUR"}', '{"money": {"amount": 5400, "currency": "EUR"}}',
)  # fmt: skip
UNREADABLE = (
    of("NaN"), of("Infinity"), of("-Infinity"), of("1e400"), of("-1e400"), of("9" * 5_000), of("01"), of("+1"), of("1_000"),
    of("0x10"), of(".5"), of("5."), of("٥"), of("1/2"), '{"amount": 1, "amount": 5400, "currency": "EUR"}',
)  # fmt: skip
BAD = {
    **{of(number): "bad_money" for number in NUMBERS},
    **{of("5400", currency): "bad_money" for currency in CURRENCIES},
    **{of("5400", f'"{currency}"'): "bad_money" for currency in EXPONENTS if currency != "EUR"},
    **dict.fromkeys(SHAPES, "bad_money"),
    **dict.fromkeys(UNREADABLE, "invalid_input"),
}


def decision(args_sha256: str, amount: str) -> bytes:
    """An amendment of the amount, to JSON as it stands."""
    text = json.dumps({"verdict": "amended", "args_sha256": args_sha256, "amended": {"amount": "?"}})
    return text.replace('"?"', amount).encode()


async def test_bad_money_gets_one_code_and_leaves_nothing(api: Api) -> None:
    """Each of more than sixty amounts that are none is refused with its one code; no row and no sum has changed."""
    key = await api.key("admin", operator_id="op-1") | {"Content-Type": "application/json"}
    ref = await api.ticket()
    asked = await api.approval(ref)
    before = await leftovers(api)
    assert len(BAD) > 60
    for amount, code in BAD.items():
        sent = decision(asked.action.args_sha256, amount)
        answer = await api.http.post(f"/v1/approvals/{asked.approval_id}/decisions", content=sent, headers=key)
        assert (answer.status_code, answer.json()["error"]) == (422, code), amount[:80]
        assert answer.json()["fields"] == [] or amount not in answer.text, amount[:80]
    assert await leftovers(api) == before


@pytest.mark.parametrize("amount", [1, 5_399, 5_401, 2**31, MAX_MINOR_UNITS])
async def test_good_money_is_kept_to_the_unit(live_api: Api, amount: int) -> None:
    """What is taken is kept as it was sent; whether it is too much is for policy and the ledger to say."""
    async with working(live_api):
        ref = await live_api.ticket()
        asked = await live_api.approval(ref)
        await waiting_for_approval(live_api, ref, asked)
        key = await live_api.key("admin", operator_id="op-1") | {"Content-Type": "application/json"}
        sent = decision(asked.action.args_sha256, of(str(amount)))
        answer = await live_api.http.post(f"/v1/approvals/{asked.approval_id}/decisions", content=sent, headers=key)
        assert answer.status_code == 200, answer.text
        async with live_api.pools.operator(live_api.tenant) as conn:
            cursor = await conn.execute("select amended from setright.approval_decisions")
            ((amended,),) = await cursor.fetchall()
        assert amended["args"]["amount"]["money"] == {"amount": amount, "currency": "EUR"}


async def test_no_other_body_takes_money(api: Api) -> None:
    """Amounts come in through amendments alone; a body with a money field of its own would have to be tested here."""
    document = api.app.openapi()
    schemas: dict[str, Any] = document["components"]["schemas"]
    bodies = {
        body["content"]["application/json"]["schema"].get("$ref", "").rpartition("/")[2]
        for methods in document["paths"].values()
        for operation in methods.values()
        if (body := operation.get("requestBody"))
    }
    named = {field for body in bodies for field in schemas.get(body, {}).get("properties", {})}
    assert not {field for field in named if "amount" in field or "money" in field or "currency" in field}
