"""How far procedures are trusted: their levels, the evidence for another one, and setting it."""

from datetime import timedelta

from api.auth import Principal, Scope
from api.errors import Refused
from api.idempotency import Once
from api.schemas.autonomy import AutonomyView, LevelBody, LevelsView
from api.services import Services
from domain.autonomy import Autonomy, SetLevel, is_raise
from domain.errors import NotFound
from domain.ids import Label
from domain.promotion import advise
from domain.tally import tally_of
from store.autonomy import (
    NewLevel,
    count_approvals,
    count_resolved,
    list_levels,
    list_withheld,
    lock_level,
    read_level,
    set_level,
)


async def read_standings(services: Services, caller: Principal) -> AutonomyView:
    """Return every procedure with its level, the evidence since its level was set, and the advice."""
    trust, now = services.trust(caller.tenant), services.deps.clock()
    since = now - timedelta(days=trust.rules.days)
    async with services.pools.operator(caller.tenant) as conn:
        levels: dict[Label, Autonomy] = dict(trust.levels)
        for line in reversed(await list_levels(conn, caller.tenant)):
            if line.procedure in levels and line.at <= now:
                levels[line.procedure] = line.level
        withheld = await list_withheld(conn, caller.tenant, since)
        approvals = await count_approvals(conn, caller.tenant, since)
        resolved = await count_resolved(conn, caller.tenant, since)
    standings = []
    for name in sorted(levels):
        level = levels[name]
        tally = tally_of(
            level,
            [row for row in withheld if row.procedure == name],
            {row.how: row.number for row in approvals if row.procedure == name},
            next((row for row in resolved if row.procedure == name), None),
            light_edit=trust.rules.light_edit_percent / 100,
        )
        standings.append(advise(name, level, tally, trust.rules))
    return AutonomyView(rules=trust.rules, procedures=tuple(standings))


async def read_levels(services: Services, caller: Principal, procedure: Label) -> LevelsView:
    """Return what was set for a procedure, the newest first; raises NotFound for one that there is not."""
    _file_level(services, caller, procedure)
    async with services.pools.operator(caller.tenant) as conn:
        return LevelsView(levels=tuple(await list_levels(conn, caller.tenant, procedure=procedure)))


async def set_procedure_level(
    services: Services, caller: Principal, once: Once, procedure: Label, body: LevelBody
) -> SetLevel:
    """Set a procedure's level; it counts from the next turn of every ticket on.

    Whoever may decide on approvals may lower it, an admin alone may raise it, and a person must say so.

    Raises:
        Refused: the caller may not, or is no operator.
        NotFound: there is no such procedure.
    """
    by, now = caller.operator, services.deps.clock()
    file_level = _file_level(services, caller, procedure)
    async with services.pools.operator(caller.tenant) as conn:
        kept = await once.recall(conn, SetLevel)
        if kept is not None:
            return kept
        await lock_level(conn, caller.tenant, procedure)
        before = await read_level(conn, caller.tenant, procedure, now) or file_level
        if is_raise(before, body.level) and not caller.may(Scope.admin):
            raise Refused("forbidden", f"Raising a level from {before} to {body.level} takes the scope admin.")
        new = NewLevel(procedure=procedure, level=body.level, before=before, reason=body.reason, set_by=by, at=now)
        line = await set_level(conn, caller.tenant, new)
        await once.keep(conn, line, now)
    return line


def _file_level(services: Services, caller: Principal, procedure: Label) -> Autonomy:
    levels = services.trust(caller.tenant).levels
    if procedure not in levels:
        raise NotFound(f"There is no such procedure; there are {', '.join(sorted(levels)) or 'none'}.")
    return levels[procedure]
