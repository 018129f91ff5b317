"""Text beside a coloured bar: how a message looks in a conversation."""

from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.segment import Segment

_BAR = "▎ "


@dataclass(frozen=True)
class Bar:
    """Something with a bar at its left, `indent` columns in."""

    content: RenderableType
    style: str
    indent: int = 2

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Draw each line of the content behind the bar."""
        inner = options.update_width(max(options.max_width - self.indent - len(_BAR), 20))
        bar = Segment(" " * self.indent + _BAR, console.get_style(self.style))
        for line in console.render_lines(self.content, inner, pad=False):
            yield bar
            yield from line
            yield Segment.line()
