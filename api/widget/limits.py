"""How often somebody may ask of the widget's routes: per visitor and per address, in the memory of one process."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from starlette.types import Scope

from api.buckets import Buckets, Rate
from api.errors import Refused
from api.rates import address_of, too_many
from domain.ids import CustomerId, TenantId

_READS = Rate(per_second=2, burst=40)
_WRITES = Rate(per_second=0.5, burst=15)  # a person types; a burst is a click through quick replies
_OF_ADDRESS = Rate(per_second=20, burst=400)  # an office, or a whole town behind one address
_NEW_VISITORS = Rate(per_second=0.2, burst=30)  # of one address
_CLAIMS = Rate(per_second=1 / 120, burst=5)  # of one visit, and of one account as it is named
_CLAIMS_OF_ADDRESS = Rate(per_second=1 / 30, burst=30)
MOST_STREAMS = 6  # of one customer at once: so many tabs


class VisitLimits:
    """Counts requests and open streams of customers in the widget."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._reads, self._writes = Buckets(_READS), Buckets(_WRITES)
        self._addresses, self._new = Buckets(_OF_ADDRESS), Buckets(_NEW_VISITORS)
        self._claims, self._named = Buckets(_CLAIMS), Buckets(_CLAIMS)
        self._claiming = Buckets(_CLAIMS_OF_ADDRESS)
        self._streams: Counter[tuple[TenantId, CustomerId]] = Counter()

    def count(self, scope: Scope, tenant: TenantId, customer: CustomerId) -> None:
        """Count one request; raises Refused with `too_many_requests`."""
        buckets = self._reads if scope["method"] == "GET" else self._writes
        taken = buckets.take((tenant, customer), self._clock())
        if not taken.is_allowed:
            raise too_many(taken)

    def count_address(self, scope: Scope, *, is_new_visitor: bool = False) -> None:
        """Count what an address asks for, before any secret is looked at; raises Refused."""
        taken = (self._new if is_new_visitor else self._addresses).take(address_of(scope), self._clock())
        if not taken.is_allowed:
            raise too_many(taken)

    def count_claim(self, scope: Scope, tenant: TenantId, visitor: CustomerId, named: str) -> None:
        """Count one naming of an account, by a digest of the name; raises Refused.

        The account behind the name is not counted: that would tell which names belong together.
        """
        now = self._clock()
        for buckets, key in (
            (self._claiming, address_of(scope)),
            (self._claims, (tenant, visitor)),
            (self._named, (tenant, named)),
        ):
            taken = buckets.take(key, now)
            if not taken.is_allowed:
                raise too_many(taken)

    @contextmanager
    def streaming(self, tenant: TenantId, customer: CustomerId) -> Iterator[None]:
        """Count one open stream while the block runs."""
        who = (tenant, customer)
        self._streams[who] += 1
        try:
            yield
        finally:
            self._streams[who] -= 1
            if not self._streams[who]:
                del self._streams[who]

    def check_streams(self, tenant: TenantId, customer: CustomerId) -> None:
        """Raise Refused where a customer has too many streams open."""
        if self._streams[tenant, customer] >= MOST_STREAMS:
            raise Refused(
                "too_many_requests", "The chat is open in too many tabs; close one.", headers={"Retry-After": "30"}
            )
