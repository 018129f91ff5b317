"""Checking a reply before it is sent: each thing found wrong with it."""

from typing import Literal

from domain.model import Model


class Finding(Model):
    """One thing wrong with a draft; `detail` is a label or a count, never the words themselves."""

    check: Literal[
        "ungrounded_claim",
        "ungrounded_number",
        "ungrounded_link",
        "promise_not_done",
        "hidden_characters",
        "foreign_data",
        "empty",
        "too_long",
    ]
    detail: str = ""


class Verification(Model):
    """The outcome of all checks of one draft."""

    findings: tuple[Finding, ...] = ()

    @property
    def is_safe(self) -> bool:
        """Whether the reply may be sent."""
        return not self.findings
