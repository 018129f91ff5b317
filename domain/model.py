"""The base of every domain type: immutable, strict, and closed to unknown fields."""

from pydantic import BaseModel, ConfigDict


class Model(BaseModel):
    """An immutable value; unknown fields and silent conversions are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=False, hide_input_in_errors=True)
