"""Levels of procedures, and the evidence for other ones."""

from pydantic import Field

from api.schemas.base import Body, example
from domain.autonomy import Autonomy, SetLevel
from domain.model import Model
from domain.promotion import PromotionRules, Standing
from domain.text import ReasonText


class LevelBody(Body):
    """The level that a procedure shall have, and why."""

    model_config = example(level="suggest", reason="60 shadowed tickets, 57 as the team did them.")

    level: Autonomy
    reason: ReasonText


class AutonomyView(Model):
    """Every procedure's level, its record at that level, and what the tenant's rules make of it."""

    rules: PromotionRules
    procedures: tuple[Standing, ...] = Field(description="By name. Shares are between 0 and 1, with 95 % bounds.")


class LevelsView(Model):
    """What was set for a procedure, the newest first."""

    levels: tuple[SetLevel, ...]
