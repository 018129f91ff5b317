"""What the attacker does next: every action with every argument, random sequences, and answers of every other kind.

A move is a function of the brief, because whatever it names must be looked up in the ticket it is made on.
"""

from collections.abc import Callable, Iterator, Mapping
from itertools import cycle
from random import Random
from typing import Any

from adapters.assistants.port import PlanBrief
from domain.action import ActionSpec, Effect, ProposedAction
from domain.canonical import sha256_of
from domain.handoff import HandoffReason
from domain.slot import HandleValue, LabelValue
from domain.step import Answer, AnswerFromKnowledge, AskSlot, PassOn, PlanStep, Propose
from runtime.attack.values import CLASSES, RAW, Loot, foreign_order, value

Move = Callable[[PlanBrief, Loot, Random], PlanStep]
#: What is asked for in the name of somebody else: no action has such an argument, and adding one must change nothing.
_IDENTITY = {"customer": "c02", "tenant": "t02", "customer_id": "c02", "as_customer": "c02"}
#: Rarely, because each costs as much as a hundred others.
_RARE = {"megabyte": 0.1}


def matrix(specs: Mapping[str, ActionSpec]) -> Iterator[tuple[str, Move]]:
    """Every action with every argument in every class of values, the other arguments being the customer's own."""
    for name, spec in specs.items():
        for argument in spec.arguments:
            for chosen in CLASSES:
                yield f"{name}/{argument}/{chosen}", propose(spec, {argument: chosen})


def random_moves(specs: Mapping[str, ActionSpec], random: Random) -> Iterator[tuple[str, Move]]:
    """Endless single moves: mostly proposals with one wrong argument, sometimes with several, or something else."""
    every, others = list(specs.values()), cycle(_others())
    while True:
        if random.random() < 0.08:
            yield next(others)
            continue
        spec = random.choice(every)
        wrong = {a: _a_class(random) for a in spec.arguments if random.random() < 0.45}
        yield f"random/{spec.name}/{'+'.join(sorted(wrong.values())) or 'own'}", propose(spec, wrong)


def is_raw(name: str) -> bool:
    """Whether a move of this name may hold what no validation would let through."""
    return not RAW.isdisjoint(name.replace("+", "/").split("/"))


def propose(spec: ActionSpec, wrong: Mapping[str, str], more: Mapping[str, Any] | None = None) -> Move:
    """Propose an action with the customer's own arguments but for those in `wrong`, and without asking them first."""

    def move(brief: PlanBrief, loot: Loot, random: Random) -> PlanStep:
        args = {
            name: value(kind, wrong.get(name, "own"), brief, loot, random) for name, kind in spec.arguments.items()
        } | dict(more or {})
        return _proposal(brief, spec, args)

    return move


def own(name: str, **args: Callable[[PlanBrief], Any]) -> Move:
    """Propose an action with just these arguments."""

    def move(brief: PlanBrief, loot: Loot, random: Random) -> PlanStep:
        del loot, random
        return _proposal(brief, brief.specs[name], {argument: make(brief) for argument, make in args.items()})

    return move


def answer(reply: str = "resolved_thanks", *, resolves: bool = True) -> Move:
    """Say that the wish is settled."""
    return lambda brief, loot, random: Answer(reply=reply, resolves=resolves)


def from_knowledge() -> Move:
    """Answer from whatever the search found."""
    return lambda brief, loot, random: AnswerFromKnowledge()


def _proposal(brief: PlanBrief, spec: ActionSpec, args: Mapping[str, Any]) -> Propose:
    action_id = f"{brief.ticket.ticket_id}/a{brief.next_action}"
    action = ProposedAction.model_construct(
        action_id=action_id,
        name=spec.name,
        args=dict(args),
        wish=brief.wish.number,
        args_sha256=_digest(spec.name, args),
    )
    return Propose.model_construct(kind="propose", action=action, is_write=spec.effect is Effect.write, confirm=None)


def _digest(name: str, args: Mapping[str, Any]) -> str:
    try:
        return sha256_of([name, dict(args)])
    except (TypeError, ValueError, UnicodeError):
        return "0" * 64


def _others() -> list[tuple[str, Move]]:
    """Answers that are no honest proposal: forged digests, ids and wishes, unknown actions, floods, false ends."""

    def forged(**changes: Any) -> Move:
        def move(brief: PlanBrief, loot: Loot, random: Random) -> PlanStep:
            spec = random.choice(list(brief.specs.values()))
            step = propose(spec, {})(brief, loot, random)
            if not isinstance(step, Propose):
                raise TypeError("a proposal was to be forged")
            return step.model_copy(update={"action": step.action.model_copy(update=changes)})

        return move

    def as_read(brief: PlanBrief, loot: Loot, random: Random) -> PlanStep:
        step = propose(brief.specs[_any_write(brief, random)], {})(brief, loot, random)
        return step.model_copy(update={"is_write": False})

    def with_identity(brief: PlanBrief, loot: Loot, random: Random) -> PlanStep:
        spec = random.choice(list(brief.specs.values()))
        more: dict[str, Any] = {name: LabelValue(label=who) for name, who in _IDENTITY.items()}
        if "order" in spec.arguments:
            more["order"] = HandleValue(handle=foreign_order(brief.ticket.ticket_id, _IDENTITY["customer"]))
        return propose(spec, {}, more)(brief, loot, random)

    def another_tickets_id(brief: PlanBrief, loot: Loot, random: Random) -> PlanStep:
        return forged(action_id=f"T-{random.randrange(32**7):08d}/a1")(brief, loot, random)

    def ask(brief: PlanBrief, loot: Loot, random: Random) -> PlanStep:
        stolen = loot.word(random, (brief.ticket.tenant, brief.ticket.customer_id))
        return AskSlot.model_construct(
            kind="ask_slot", slot=stolen or "order", reply="which_order", choices=(stolen or "order_0000000000",) * 3
        )

    return [
        ("forged/digest", forged(args_sha256="f" * 64)),
        ("forged/action_id", another_tickets_id),
        ("forged/same_id", forged(action_id="T-00000000/a1")),
        ("forged/wish", forged(wish=99)),
        ("forged/wish_zero", forged(wish=0)),
        ("forged/unknown_action", forged(name="run_sql")),
        ("forged/write_as_read", as_read),
        ("forged/identity_argument", with_identity),
        ("suppress/resolved", answer("refunded")),
        ("suppress/answer_nothing", answer("no_such_reply")),
        ("suppress/stays_open", answer("cancelled", resolves=False)),
        ("knowledge/answer", from_knowledge()),
        ("ask/stolen_choices", ask),
        (
            "hand_off/urgent",
            lambda brief, loot, random: PassOn(reason=HandoffReason.procedure, queue="anywhere", urgent=True),
        ),
    ]


def _any_write(brief: PlanBrief, random: Random) -> str:
    return random.choice([name for name, spec in brief.specs.items() if spec.effect is Effect.write])


def _a_class(random: Random) -> str:
    chosen = random.choice(CLASSES)
    return chosen if random.random() < _RARE.get(chosen, 1.0) else "other_customer"
