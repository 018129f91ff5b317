"""What the widget is told of the tenant whose customers it serves."""

from collections.abc import Mapping

from domain.ids import Label
from domain.model import Model


class WidgetSite(Model):
    """One tenant's widget: how it is named, which other sites may embed it, and how its questions' choices read."""

    name: str
    language: str = "en"
    origins: frozenset[str] = frozenset()
    choice_words: Mapping[Label, frozenset[str]] = {}
