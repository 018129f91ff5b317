"""Until when something is put off, as forms say it."""

from datetime import UTC, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, Field

from domain.errors import InvalidInput

_MORNING = 9


class Later(BaseModel):
    """An hour from now, tomorrow morning, or `then`, a day and time of the tenant's zone as browsers write it."""

    until: Literal["hour", "morning", "then"]
    then: str = Field(default="", max_length=40)

    def moment(self, now: datetime, zone: ZoneInfo) -> datetime:
        """The time that is meant, in UTC; raises InvalidInput for what is none."""
        match self.until:
            case "hour":
                return now + timedelta(hours=1)
            case "morning":
                day = now.astimezone(zone) + timedelta(days=1)
                return day.replace(hour=_MORNING, minute=0, second=0, microsecond=0).astimezone(UTC)
            case "then":
                try:
                    return datetime.fromisoformat(self.then).replace(tzinfo=zone).astimezone(UTC)
                except (ValueError, OverflowError):
                    raise InvalidInput("Choose a day and a time.") from None
