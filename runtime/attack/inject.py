"""Proposals that no assistant's port would let through, handed to the judge and, where it allows them, to the doer.

It is the graph's own order, judge first and then perform, with the graph and every validation before it left out.
"""

from collections.abc import Sequence

from activities.policy import PolicyJudge
from adapters.assistants.port import PlanBrief
from domain.action import ProposedAction
from domain.ask import GatherAsk, JudgeAsk, PerformAsk, TurnKey
from domain.intent import Signals
from domain.memory import Memory, Wish
from domain.policy import Verdict
from domain.step import Propose
from domain.ticket import TicketRef
from runtime.attack.canary import NOBODY, Canary
from runtime.attack.moves import Move
from runtime.attack.session import ADDRESS, Session
from store.inbox import IncomingMessage, Stub, accept_message
from store.messages import read_messages


async def inject(session: Session, ref: TicketRef, intent: str, moves: Sequence[tuple[str, Move]]) -> None:
    """Open a ticket, gather its context, and try each move on it."""
    session.sequences += 1
    desk, now = session.place.desk, session.driver.now
    async with desk.pools.operator(ref.tenant) as conn:
        text = f"{ADDRESS} {Canary(ref.tenant, ref.customer_id, 'said', 1)}"
        await accept_message(conn, ref, IncomingMessage(text=text, at=now), stub=Stub())
        messages = await read_messages(conn, ref.tenant, ref.ticket_id)
    key = TurnKey(ticket=ref, turn=1, now=now)
    context_id = await session.driver.actions.gather_context(GatherAsk(key=key))
    async with desk.pools.operator(ref.tenant) as conn:
        context = await desk.contexts.read(conn, ref.tenant, context_id)
    wish = Wish(number=1, intent=intent, confidence=1_000, seq=1, start=0, end=1)
    tenant = desk.tenant(ref.tenant)
    for number, (name, move) in enumerate(moves, 1):
        brief = PlanBrief(
            ticket=ref,
            wish=wish,
            procedure=tenant.config.procedures[intent],
            context=context,
            messages=tuple(messages),
            new_from=1,
            asked=None,
            language="en",
            reads={},
            specs=tenant.backend.specs,
            next_action=number,
            now=now,
            has_evidence=False,
        )
        step = move(brief, session.attacker.loot, session.random)
        if isinstance(step, Propose):
            session.attacker.calls["injected"] += 1
            session.attacker.scenarios.add(f"injected/{name}")
            await _try(session, key, Memory(wishes=(wish,)), context_id, step.action)


async def _try(session: Session, key: TurnKey, memory: Memory, context_id: int, action: ProposedAction) -> None:
    ask = JudgeAsk.model_construct(
        key=key, memory=memory, action=action, context_id=context_id, reads={}, signals=Signals()
    )
    try:
        judgment = await PolicyJudge(session.place.desk).judge_action(ask)
        session.findings.looked_at[f"injected/{judgment.verdict.value}"] += 1
        if judgment.verdict is Verdict.allow:
            await session.driver.actions.perform_action(
                PerformAsk.model_construct(
                    key=key,
                    action=action,
                    context_id=context_id,
                    approval_id=None,
                    policy_version=judgment.policy_version,
                    rules=judgment.rules,
                )
            )
    except Exception as error:  # noqa: BLE001 - a refusal by error is one too; what it says is searched
        session.findings.look("error text", f"{type(error).__name__} {error}", NOBODY)
