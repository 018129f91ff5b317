"""The level at which a procedure acts: what somebody has set, else what its file says.

Read as of the turn's own time, so that a level takes effect between turns and never in the middle of one.
"""

from datetime import datetime

from activities.desk import TenantDesk
from domain.autonomy import Autonomy
from domain.procedure import Procedure
from store.autonomy import read_level
from store.rows import Connection


async def level_of(conn: Connection, desk: TenantDesk, procedure: Procedure, at: datetime) -> Autonomy:
    """The level of a procedure at that time. A permission is never pinned: the file's present level counts."""
    set_level = await read_level(conn, desk.config.tenant, procedure.name, at)
    return set_level or desk.config.procedures.get(procedure.name, procedure).autonomy
