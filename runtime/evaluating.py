"""Running an eval with what it may borrow: a database of its own, thrown away afterwards."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from pydantic import SecretStr

from domain.errors import InvalidInput
from evals.catalogue import measure_of
from evals.database import lending
from evals.report import EvalReport
from runtime.database import prepare_database, role_password
from runtime.embedded.scratch import scratch_stack
from runtime.embedded.stack import StackOptions
from store.pools import SIZES, Pools
from store.roles import role_dsn


def run_eval(name: str, data: Path, *, train: Path | None = None, test: Path | None = None) -> EvalReport:
    """Run an eval of the catalogue.

    Raises KeyError; NothingToMeasure without its files; InvalidInput for files of another form, or with too little to
    learn from.
    """
    measure = measure_of(name)
    try:
        with lending(scratch_pools):
            return measure(data, train=train, test=test)
    except ValueError as error:  # as numpy and the heads call too few rows, or rows all alike
        raise InvalidInput(
            f"{name}: there is too little to learn from or to judge ({error}). Each class needs several examples."
        ) from error


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
