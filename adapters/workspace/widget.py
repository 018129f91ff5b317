"""What tenant.yaml says of the chat widget."""

from pydantic import field_validator

from domain.model import Model
from domain.origin import Origin


class WidgetRules(Model):
    """Which sites may embed the widget besides Setright's own host; none, unless they are named."""

    origins: tuple[Origin, ...] = ()

    @field_validator("origins")
    @classmethod
    def _named_once(cls, origins: tuple[Origin, ...]) -> tuple[Origin, ...]:
        if len(set(origins)) != len(origins):
            raise ValueError("one of them stands there twice")
        return origins
