"""The demo in the terminal: each ticket as a chat, then what lay behind it; at the end, the sum of it all."""

import asyncio
from collections.abc import Iterator, Sequence

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.status import Status
from rich.table import Table
from rich.text import Text

from domain.handoff import why
from runtime.cli.answers import Approval, Message
from runtime.cli.style import BAD
from runtime.cli.views.bar import Bar
from runtime.cli.views.conversation import bubble
from runtime.cli.views.deeds import deed_lines, verdict_lines
from runtime.cli.views.lists import STATUS_STYLES
from runtime.cli.views.path import lit_path, paths
from runtime.cli.views.words import plain
from runtime.demo.play import Played
from runtime.demo.scenarios import Scenario

#: Reading speed of somebody who sees this for the first time, and how long a pause is at most.
_CHARACTERS_A_SECOND = 90
_LONGEST_PAUSE = 2.5
_SHORT_PAUSE = 0.8


class Screen:
    """Shows tickets while they are played."""

    def __init__(self, console: Console, *, is_fast: bool) -> None:
        self._console = console
        self._is_fast = is_fast or not console.is_terminal
        self._called = ""
        self._waiting: Status | None = None

    async def begin(self, scenario: Scenario, number: int, total: int) -> None:
        """Announce a ticket."""
        self._called = scenario.called
        title = Text.assemble((f"{scenario.title} ", "title"), (f" {number} of {total}", "quiet"))
        self._console.print()
        self._console.print(Rule(title, align="left", style="accent"))
        self._console.print(Padding(Text(scenario.about, "quiet"), (0, 0, 1, 2)))
        await self._pause(_SHORT_PAUSE)

    async def said(self, scenario: Scenario, text: str) -> None:
        """Show what the customer wrote, and that it is being worked on."""
        self._console.print(Text.assemble("  ", (scenario.called, "bold customer")))
        self._console.print(Bar(Text(text), "customer"))
        self._console.print()
        if self._console.is_terminal:
            self._waiting = self._console.status("", spinner="dots", spinner_style="assistant")
            self._waiting.start()

    async def answered(self, messages: Sequence[Message]) -> None:
        """Show the answer."""
        if self._waiting is not None:
            self._waiting.stop()
            self._waiting = None
        for message in messages:
            self._console.print(bubble(message, self._called))
        await self._pause(sum(len(message.text) for message in messages) / _CHARACTERS_A_SECOND)

    async def asked(self, approval: Approval, *, is_approved: bool, reason: str | None) -> None:
        """Show what the operator was asked and said."""
        self._console.print(Text.assemble("  ", ("Operator", "bold operator"), ("  is asked to approve", "quiet")))
        self._console.print(Bar(Text(approval.text), "operator"))
        self._console.print(Text(f"    because of {', '.join(approval.rules)}", "quiet"))
        await self._pause(len(approval.text) / _CHARACTERS_A_SECOND)
        verb = "approve" if is_approved else f'decline --reason "{reason}"'
        self._console.print(Text.assemble(("    $ ", "quiet"), (f"setright {verb} {approval.approval_id}", "operator")))
        self._console.print()

    async def end(self, played: Played) -> None:
        """Show what lay behind the conversation."""
        table = Table.grid(padding=(0, 2))
        table.add_column(style="quiet", justify="right")
        table.add_column()
        for name, value in _facts(played):
            table.add_row(name, value)
        self._console.print(table)
        if link := played.detail.links.temporal:
            # Never wrapped, so that it can be clicked and copied as a whole.
            self._console.print(Text.assemble(("temporal  ", "quiet"), (link, f"accent link {link}")), soft_wrap=True)
        for mismatch in played.mismatches:
            self._console.print(Text(f"  {BAD} not as expected: {mismatch}", "bad"))
        await self._pause(_LONGEST_PAUSE)

    async def _pause(self, seconds: float) -> None:
        if not self._is_fast:
            await asyncio.sleep(min(seconds, _LONGEST_PAUSE))


def _facts(played: Played) -> Iterator[tuple[str, RenderableType]]:
    for number, path in enumerate(paths(played.events)):
        yield "path" if number == 0 else "", lit_path(path)
    for number, line in enumerate(verdict_lines(played.events)):
        yield "policy" if number == 0 else "", line
    for number, line in enumerate(deed_lines(played.events, played.detail.actions)):
        yield "action" if number == 0 else "", line
    for handoff in played.detail.handoffs[-1:]:
        yield "handoff", Text.assemble((why(handoff.reason), "warn"), (f"  queue {handoff.queue}", "quiet"))
        yield "next", Text(handoff.packet.suggested_next_step)
    ticket = played.detail.ticket
    status = Text(plain(ticket.status), STATUS_STYLES.get(ticket.status, ""))
    yield "ticket", Text.assemble(ticket.ticket_id, "  ", status, (f"  in {played.seconds:.1f} s", "quiet"))
