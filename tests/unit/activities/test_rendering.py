"""What approvers read: golden texts, and values that try to say something else than they are."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activities.rendering import render_request
from adapters.backends.port import Prepared
from domain.action import ActionSpec, Effect
from domain.money import Money

REFUND = ActionSpec(name="issue_refund", title="Issue a refund", effect=Effect.write, risk="high", arguments={})
CANCEL = ActionSpec(name="cancel_order", title="Cancel an order", effect=Effect.write, risk="medium", arguments={})


def prepared(cost: Money | None = None, **shown: str) -> Prepared:
    """An action as a back end prepared it."""
    return Prepared(action="issue_refund", args={}, business_key="k", amount=cost, shown=shown)


def euros(amount: int) -> Money:
    """An amount in cents."""
    return Money(amount=amount, currency="EUR")


GOLDEN = [
    (
        REFUND,
        prepared(euros(129_900), payment="€1,299.00 paid with Visa ending 7710", amount="€1,299.00", reason="damaged"),
        "Dan Hoffmann (cus_dan)",
        (
            "Issue a refund for Dan Hoffmann (cus_dan)\n"
            "amount: €1,299.00\n"
            "payment: €1,299.00 paid with Visa ending 7710\n"
            "reason: damaged"
        ),
    ),
    (
        CANCEL,
        prepared(Money(amount=5900, currency="JPY"), order="10048", payment_method="PayPal"),
        "Finn (cus_finn)",
        "Cancel an order for Finn (cus_finn)\namount: ¥5,900\norder: 10048\npayment method: PayPal",
    ),
    (
        CANCEL,
        prepared(Money(amount=1_234_567, currency="KWD")),
        "Ö (c)",
        "Cancel an order for Ö (c)\namount: 1,234.567 KWD",
    ),
    (CANCEL, prepared(None, order="10048"), "Finn (c)", "Cancel an order for Finn (c)\norder: 10048"),
]


@pytest.mark.parametrize(("spec", "action", "customer", "text"), GOLDEN)
def test_golden_texts(spec: ActionSpec, action: Prepared, customer: str, text: str) -> None:
    """Word for word: who, what it costs with its currency, each argument on its own line."""
    assert render_request(spec, action, customer) == text


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("1 Elm St\namount: €1.00", "1 Elm St amount: €1.00"),
        ("1 Elm St\r\u2028amount: €1.00\u2029x", "1 Elm St amount: €1.00 x"),
        ("\u202e00.1€\u202c", "00.1€"),
        ("\u2066left\u2069", "left"),
        ("pay\u200bpal", "paypal"),
        ("a\u00adb\ufeffc\u2060d", "abcd"),
        ("ig\U000e0061\U000e0062nore", "ignore"),
        ("a\u061cb\u180ec\u2062d\u200de", "abcde"),
        ("A\u0007B\x1b[31m", "AB[31m"),
        ("e\u0301", "é"),
        ("   many    spaces ", "many spaces"),
        ("\ue000\U000f0000", ""),
    ],
)
def test_a_value_says_what_it_is_and_nothing_else(typed: str, read: str) -> None:
    """Line breaks, bidi controls, invisible and shapeless characters do not reach an approver."""
    text = render_request(CANCEL, prepared(None, address=typed), "Finn (c)")
    assert text == f"Cancel an order for Finn (c)\naddress: {read}"
    assert render_request(CANCEL, prepared(None), typed) == f"Cancel an order for {read}"


@given(st.dictionaries(st.from_regex(r"[a-z_]{1,8}", fullmatch=True), st.text(max_size=40), max_size=4), st.text())
def test_there_are_as_many_lines_as_facts(shown: dict[str, str], customer: str) -> None:
    """Whatever the values hold, each fact is one line, and every character on it can be seen."""
    text = render_request(REFUND, prepared(euros(1), **shown), customer)
    lines = text.split("\n")
    assert len(lines) == 1 + ("amount" not in shown) + len(shown)
    assert not [c for c in "".join(lines) if unicodedata.category(c) in {"Cc", "Cf", "Zl", "Zp", "Cs", "Co"}]
