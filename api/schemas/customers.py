"""What is told of a customer who was forgotten."""

from datetime import datetime

from pydantic import Field

from domain.ids import CustomerId
from domain.model import Model
from store.erasure import Erasure


class ErasureView(Model):
    """A customer was forgotten."""

    customer_id: CustomerId
    at: datetime
    asked_by: str
    counts: dict[str, int] = Field(
        description="Rows that lost their words, by what they are.", examples=[{"tickets": 2, "messages": 9}]
    )

    @classmethod
    def of(cls, erasure: Erasure) -> "ErasureView":
        """Show a row."""
        return cls.model_validate(erasure.model_dump(include=set(cls.model_fields)))
