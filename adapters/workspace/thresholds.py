"""A tenant's own thresholds: `thresholds.yaml`, which `setright tune --write` makes and nobody has to write by hand."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from domain.ids import Label
from domain.model import Model

THRESHOLDS = "thresholds.yaml"
#: Below one half a reading is less likely than not, and is never acted on.
Threshold = Annotated[int, Field(ge=500, le=1000)]

_HEAD = """\
# Written by `setright tune`, which chooses each threshold from data; run it again when the procedures' examples change.
# A wish is acted on from so many thousandths of confidence; below, the customer is asked. A procedure that is not
# named here, for want of data, keeps the built-in threshold.
"""


class ThresholdsFile(Model):
    """What stands in thresholds.yaml; `precision` and `judged_on` say where the numbers come from, and do nothing."""

    precision: Annotated[float, Field(gt=0, lt=1)]
    judged_on: str
    clear_from: Mapping[Label, Threshold]

    def as_yaml(self) -> str:
        """The file's text."""
        lines = [f"precision: {self.precision:g}", f'judged_on: "{self.judged_on}"']
        lines += ["clear_from:"] if self.clear_from else ["clear_from: {}"]
        lines += [f"  {intent}: {threshold}" for intent, threshold in sorted(self.clear_from.items())]
        return _HEAD + "\n".join(lines) + "\n"
