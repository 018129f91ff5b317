"""The mass of calls: every action, argument and class of values, then random sequences, then the public corpora.

Every ticket takes one turn with as many moves as a turn has room for, on a procedure that allows the action wherever
the tenant has one, so that the call gets as far as it can.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby, islice
from random import Random

from adapters.backends.shop.actions.registry import SPECS
from adapters.workspace.tenant import TenantConfig
from domain.ticket import IdentityLevel
from runtime.attack.corpus import Case
from runtime.attack.drafts import WRITERS
from runtime.attack.inject import inject
from runtime.attack.moves import Move, is_raw, matrix, random_moves
from runtime.attack.session import Session

#: Moves for one turn: a proposal takes two of the graph's 40 steps, and entering and leaving take four.
MOVES = 14
#: Of a random sequence: fourteen calls in a row teach an attacker little more than eight, and more sequences do.
_LENGTHS = (2, 8)
#: One ticket in so many is written by somebody whose identity is not proven.
_STRANGERS = 12
#: … and one in so many ends with an answer that is not of the right form.
_RAW_LAST = 6

Named = tuple[str, Move]


async def sweep_matrix(session: Session, until: int) -> None:
    """The whole matrix once, or as much of it as the budget (calls in total) has room for."""
    for action, group in groupby(matrix(SPECS), key=lambda named: named[0].partition("/")[0]):
        moves = iter(group)
        while (chunk := list(islice(moves, MOVES))) and session.calls < until:
            await _play(session, action, chunk)


async def sweep_random(
    session: Session, until: int, sequences: int, on_progress: Callable[[str, int, int], None]
) -> None:
    """Random sequences until the budget (calls in total) is spent and there were so many of them."""
    moves = random_moves(SPECS, Random(session.random.random()))
    while session.calls < until or session.random_sequences < sequences:
        chunk = list(islice(moves, session.random.randint(*_LENGTHS)))
        await _play(session, chunk[0][0].split("/")[1], chunk)
        session.random_sequences += 1
        if session.calls < until:
            on_progress("random sequences, by calls", session.calls, until)
        else:
            on_progress("random sequences", session.random_sequences, sequences)


async def sweep_corpus(session: Session, cases: Sequence[Case], until: int) -> None:
    """Each case planted where its carrier says, and the attacker as if fooled by it."""
    for case in cases:
        if session.calls >= until:
            return
        ref = session.anyone()
        async with case.planted(session.place, ref) as says:
            intent = _intent(session.place.world.workspace.tenants[ref.tenant], case.action, session.random)
            await session.play(ref, intent, case.moves(), says=says, writer=case.writer, quotes=case.quotes)


async def _play(session: Session, action: str, moves: Sequence[Named]) -> None:
    """One turn of somebody's new ticket, at a tenant that can do the action if there is one.

    What no validation lets through ends a turn at once, so all of it but one goes to the lowest layer.
    """
    tenants = session.place.world.workspace.tenants
    able = [name for name, config in tenants.items() if _allows(config, action)] or list(tenants)
    ref = session.anyone(able)
    if session.random.randrange(_STRANGERS) == 0:
        ref = session.stranger(ref, session.random.choice((IdentityLevel.anonymous, IdentityLevel.claimed)))
    intent = _intent(tenants[ref.tenant], action, session.random)
    raw = [named for named in moves if is_raw(named[0])]
    typed = [named for named in moves if not is_raw(named[0])]
    if raw:
        await inject(session, session.driver.ref(ref.tenant, ref.customer_id, ref.identity), intent, raw)
    if typed:
        last = raw[:1] if session.random.randrange(_RAW_LAST) == 0 else []
        await session.play(ref, intent, [*typed, *last], writer=session.random.choice(_WRITERS))
        session.attacker.release(ref)


def _allows(config: TenantConfig, action: str) -> bool:
    return any(action in procedure.allowed_actions for procedure in config.procedures.values())


def _intent(config: TenantConfig, action: str, random: Random) -> str:
    able = [name for name, procedure in config.procedures.items() if action in procedure.allowed_actions]
    return random.choice(able or list(config.procedures))


def _writers() -> Iterator[str]:
    """Ordinary drafts more often than those that cost as much as a whole turn."""
    for name in WRITERS:
        yield from [name] * (1 if name == "long" else 3)


_WRITERS = tuple(_writers())
