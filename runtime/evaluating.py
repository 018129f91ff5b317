"""Running an eval with what it may borrow: a database of its own, thrown away afterwards."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from pydantic import SecretStr

from evals.catalogue import measure_of
from evals.database import lending
from evals.report import EvalReport
from runtime.database import prepare_database, role_password
from runtime.embedded.scratch import scratch_stack
from runtime.embedded.stack import StackOptions
from store.pools import SIZES, Pools
from store.roles import role_dsn


def run_eval(name: str, data: Path, *, train: Path | None = None, test: Path | None = None) -> EvalReport:
    """Run an eval of the catalogue; raises KeyError, and what the eval raises."""
    with lending(scratch_pools):
        return measure_of(name)(data, train=train, test=test)


@asynccontextmanager
async def scratch_pools() -> AsyncIterator[Pools]:
    """The pools of a fresh, migrated database on a server of its own."""
    secret = SecretStr(os.urandom(32).hex())
    async with scratch_stack(StackOptions(has_temporal=False)) as stack:
        await prepare_database(stack.database_url, secret)
        dsns = {role: role_dsn(stack.database_url, role, role_password(secret, role)) for role in SIZES}
        pools = await Pools.open(dsns)
        try:
            yield pools
        finally:
            await pools.close()
