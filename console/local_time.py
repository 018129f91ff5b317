"""Times as the tenant's own clocks show them: the ones that its customers were told."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from api.measuring import terms_of
from api.services import Services
from domain.ids import TenantId

MINUTE = "%d %b %H:%M"


@dataclass(frozen=True, slots=True)
class LocalTime:
    """Tells moments in the time of one place; templates call it `local`."""

    zone: ZoneInfo

    def __call__(self, at: datetime, form: str = MINUTE) -> str:
        """The moment there, to the minute unless `form` says otherwise."""
        return at.astimezone(self.zone).strftime(form)

    @property
    def name(self) -> str:
        """The zone's name, "Europe/Berlin"."""
        return self.zone.key


def local_time(services: Services, tenant: TenantId) -> LocalTime:
    """The time of the tenant's people, as `time_zone` of its tenant.yaml says; UTC unless it does."""
    return LocalTime(ZoneInfo(terms_of(services, tenant).time_zone))
