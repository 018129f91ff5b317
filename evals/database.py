"""The database that an eval measures on, lent by whoever runs the eval: evals know no servers."""

from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from contextvars import ContextVar

from evals.report import NothingToMeasure
from store.pools import Pools

Lend = Callable[[], AbstractAsyncContextManager[Pools]]
_lender: ContextVar[Lend | None] = ContextVar("lender", default=None)


@contextmanager
def lending(lend: Lend) -> Iterator[None]:
    """Let the evals that run inside borrow a migrated, empty database."""
    token = _lender.set(lend)
    try:
        yield
    finally:
        _lender.reset(token)


def borrowed() -> AbstractAsyncContextManager[Pools]:
    """The pools of a database that is thrown away afterwards; raises NothingToMeasure where nobody lends one."""
    lend = _lender.get()
    if lend is None:
        raise NothingToMeasure("This eval needs a database; run it by `setright eval`.")
    return lend()
