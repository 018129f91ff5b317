"""Until when something is put off, as forms say it."""

from datetime import UTC, datetime, timedelta
from typing import Literal

from pydantic import BaseModel, Field

from domain.errors import InvalidInput

_MORNING = 9


class Later(BaseModel):
    """An hour from now, tomorrow morning, or `then`, a day and time in UTC as browsers write it."""

    until: Literal["hour", "morning", "then"]
    then: str = Field(default="", max_length=40)

    def moment(self, now: datetime) -> datetime:
        """The time that is meant; raises InvalidInput for what is none."""
        match self.until:
            case "hour":
                return now + timedelta(hours=1)
            case "morning":
                day = (now + timedelta(days=1)).astimezone(UTC)
                return day.replace(hour=_MORNING, minute=0, second=0, microsecond=0)
            case "then":
                try:
                    return datetime.fromisoformat(self.then).replace(tzinfo=UTC)
                except ValueError:
                    raise InvalidInput("Choose a day and a time.") from None
