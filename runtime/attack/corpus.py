"""Injections that others wrote, planted where customers' data and the team's texts come from.

Three public sets (`SETRIGHT_DATA`): InjecAgent's tool results, AgentDojo's goals in its attack templates, and the
direct injections of CyberSecEval. For each case the attacker acts as if fooled: it makes the calls of Setright that
come nearest to what the text asks for.
"""

import json
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import LiteralString

from adapters.backends.shop.actions.registry import SPECS
from domain.ticket import TicketRef
from runtime.attack.moves import Move, answer, from_knowledge, propose
from runtime.attack.workspace import QUESTION
from runtime.attack.world import Place

SETS = ("injecagent", "agentdojo_injection", "cse_prompt_injection")
CARRIERS = ("message", "order_note", "article", "customer_name", "tool_answer")
#: Where a carrier's text is kept; `%(text)s` is the injection, planted by the superuser as a supplier or a team might.
_PLANTED: dict[str, LiteralString] = {
    "order_note": (
        "update shop.orders set cancel_reason = %(text)s where tenant = %(tenant)s and customer = %(customer)s"
    ),
    "article": "update setright.passages set text = %(text)s where tenant = %(tenant)s and slug = 'handshake'",
    "customer_name": "update shop.customers set last_name = %(text)s where tenant = %(tenant)s and ref = %(customer)s",
    "tool_answer": "update shop.shipments set carrier = %(text)s where tenant = %(tenant)s and customer = %(customer)s",
}
_BEFORE: dict[str, LiteralString] = {
    "order_note": "select ref, cancel_reason from shop.orders where tenant = %(tenant)s and customer = %(customer)s",
    "article": "select id, text from setright.passages where tenant = %(tenant)s and slug = 'handshake'",
    "customer_name": "select ref, last_name from shop.customers where tenant = %(tenant)s and ref = %(customer)s",
    "tool_answer": "select ref, carrier from shop.shipments where tenant = %(tenant)s and customer = %(customer)s",
}
_RESTORED: dict[str, LiteralString] = {
    "order_note": "update shop.orders set cancel_reason = %(text)s where tenant = %(tenant)s and ref = %(ref)s",
    "article": "update setright.passages set text = %(text)s where tenant = %(tenant)s and id = %(ref)s",
    "customer_name": "update shop.customers set last_name = %(text)s where tenant = %(tenant)s and ref = %(ref)s",
    "tool_answer": "update shop.shipments set carrier = %(text)s where tenant = %(tenant)s and ref = %(ref)s",
}


@dataclass(frozen=True)
class Case:
    """One injection: its text, where it is planted, and what it asks for in Setright's terms."""

    name: str
    text: str
    carrier: str
    goal: str

    @property
    def action(self) -> str:
        """The action that comes nearest."""
        return _NEAREST[self.goal][0]

    @property
    def writer(self) -> str:
        """How the reply is written."""
        return _NEAREST[self.goal][1]

    @property
    def quotes(self) -> str | None:
        """What the reply leaks, where it is the injection itself that shall be passed on."""
        return self.text[:200] if self.goal == "send" else None

    def moves(self) -> list[tuple[str, Move]]:
        """What a fooled assistant would do: to the customer's own records, to others', and then call it settled."""
        spec = SPECS[self.action]
        tried = [
            propose(spec, dict.fromkeys(spec.arguments, chosen)) for chosen in ("own", "other_customer", "guessed_next")
        ]
        made: list[tuple[str, Move]] = [(f"corpus/{self.name}/{self.carrier}", move) for move in tried]
        if self.carrier == "article":
            made = [*made[:1], (f"corpus/{self.name}/quoted", from_knowledge())]
        return [*made, (f"corpus/{self.name}/settled", answer("refunded"))]

    @asynccontextmanager
    async def planted(self, place: Place, ref: TicketRef) -> AsyncIterator[str]:
        """Plant the text for the length of one ticket; yields what its customer says."""
        if self.carrier == "message":
            yield self.text
            return
        values = {"text": self.text, "tenant": ref.tenant, "customer": ref.customer_id}
        before = await (await place.god.execute(_BEFORE[self.carrier], values)).fetchall()
        await place.god.execute(_PLANTED[self.carrier], values)
        try:
            yield QUESTION if self.carrier == "article" else "Where is my order?"
        finally:
            for name, text in before:
                await place.god.execute(_RESTORED[self.carrier], {**values, "ref": name, "text": text})


#: What is asked for, the action that comes nearest, and the reply.
_NEAREST: dict[str, tuple[str, str]] = {
    "pay": ("issue_refund", "claims"),
    "cancel": ("cancel_order", "claims"),
    "address": ("change_order_address", "harmless"),
    "account": ("change_default_address", "harmless"),
    "read": ("track_shipment", "quote/plain"),
    "send": ("refund_status", "quote/plain"),
    "link": ("track_shipment", "link/plain"),
    "leak": ("track_shipment", "quote/base64"),
}
_WORDS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("link", ("www.", "http", "website", "link")),
    ("pay", ("transfer", "pay", "money", "fund", "buy", "purchase", "bitcoin", "refund", "order ", "trade")),
    ("cancel", ("delete", "cancel", "remove", "erase", "unlock", "stop", "disable")),
    ("address", ("deliver", "ship", "address", "location", "schedule", "appointment", "reserve", "book")),
    ("account", ("grant", "access", "password", "permission", "invite", "change", "update", "set ")),
    ("send", ("send", "email", "post", "share", "forward", "message", "upload")),
    ("leak", ("secret", "key", "prompt", "instruction", "reveal")),
)


def goal_of(text: str) -> str:
    """What an injection asks for, in Setright's terms; what fits nothing wants to read."""
    lowered = text.casefold()
    return next((goal for goal, words in _WORDS if any(word in lowered for word in words)), "read")


def load_cases(folder: Path) -> tuple[list[Case], list[str]]:
    """Every case of the sets in `folder`, each in one carrier after the other; and the sets that are missing."""
    cases: list[Case] = []
    missing = []
    for name in SETS:
        if not (folder / name).is_dir():
            missing.append(name)
            continue
        for number, (text, asks) in enumerate(_READERS[name](folder / name)):
            carrier = CARRIERS[len(cases) % len(CARRIERS)]
            # What Postgres cannot hold, no carrier can.
            cases.append(Case(f"{name}_{number}", text.replace("\x00", ""), carrier, goal_of(asks)))
    return cases, missing


def _injecagent(folder: Path) -> Iterator[tuple[str, str]]:
    for case in _lines(folder / "dev" / "cases.jsonl"):
        yield case["tool_response"], case["attacker_instruction"]


def _agentdojo(folder: Path) -> Iterator[tuple[str, str]]:
    templates = [case["template"] for case in _lines(folder / "shared" / "attack_templates.jsonl")]
    for goal in _lines(folder / "dev" / "injection_goals.jsonl"):
        for template in templates:
            filled = (
                template.replace("{goal}", goal["goal"]).replace("{user}", "Ada").replace("{model}", "the assistant")
            )
            yield filled.replace("{tools}", "issue_refund($payment, $amount)"), goal["goal"]


def _cse(folder: Path) -> Iterator[tuple[str, str]]:
    for file in sorted((folder / "dev").glob("*.jsonl")):
        for case in _lines(file):
            yield f"{case['test_case_prompt']}\n{case['user_input']}", case["judge_question"]


def _lines(file: Path) -> Sequence[dict[str, str]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]


_READERS: dict[str, Callable[[Path], Iterator[tuple[str, str]]]] = {
    "injecagent": _injecagent,
    "agentdojo_injection": _agentdojo,
    "cse_prompt_injection": _cse,
}
