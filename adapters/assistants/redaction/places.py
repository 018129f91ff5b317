"""Carrying places over between messages as written and as shown: wishes, slots, and the arguments of actions.

A place that was given and comes back unchanged is given back as it was, even where it cuts into a placeholder.
"""

import hashlib
from collections.abc import Callable, Sequence
from typing import Any, TypeVar, cast

from pydantic import BaseModel

from adapters.assistants.redaction.mask import Mask, Masked
from domain.action import ProposedAction
from domain.intent import SignalSpan, WishFound
from domain.memory import Wish
from domain.message import Message
from domain.slot import SpanValue

T = TypeVar("T")
_Carry = Callable[[int, int, int], tuple[int, int]]


class Places:
    """The messages of one brief, masked, and every place in them."""

    def __init__(self, mask: Mask, messages: Sequence[Message]) -> None:
        self._written = {message.seq: message.text for message in messages}
        self._masked: dict[int, Masked] = {message.seq: mask.hide(message.text) for message in messages}
        self._given: dict[SpanValue, SpanValue] = {}
        #: The messages as they are shown.
        self.messages = tuple(
            message.model_copy(
                update={
                    "text": self._masked[message.seq].text,
                    "attachments": tuple(
                        info.model_copy(update={"name": mask.hide(info.name).text}) for info in message.attachments
                    ),
                }
            )
            for message in messages
        )

    def span(self, seq: int, start: int, end: int) -> tuple[int, int]:
        """Where a stretch of a written message stands in the shown one."""
        return self._masked[seq].shown(start, end) if seq in self._masked else (start, end)

    def shown(self, value: T) -> T:
        """The value with every place in it as shown."""
        return cast("T", self._carry(value, self.span, self._shown_span))

    def written(self, value: T) -> T:
        """The value with every place in it as written, and every action bound to its digest anew."""
        return cast("T", self._carry(value, self._back, self._written_span))

    def _back(self, seq: int, start: int, end: int) -> tuple[int, int]:
        return self._masked[seq].written(start, end) if seq in self._masked else (start, end)

    def _shown_span(self, span: SpanValue) -> SpanValue:
        if span.seq not in self._masked:
            return span
        start, end = self.span(span.seq, span.start, span.end)
        made = _span(span.seq, start, end, self._masked[span.seq].text)
        self._given.setdefault(made, span)
        return made

    def _written_span(self, span: SpanValue) -> SpanValue:
        if span.seq not in self._masked:
            return span
        start, end = self._back(span.seq, span.start, span.end)
        asked = _span(span.seq, span.start, span.end, self._masked[span.seq].text)
        return self._given.get(asked) or _span(span.seq, start, end, self._written[span.seq])

    def _carry(self, value: Any, places: _Carry, spans: Callable[[SpanValue], SpanValue]) -> Any:  # noqa: ANN401
        match value:
            case SpanValue():
                return spans(value)
            case ProposedAction():
                args = {name: self._carry(item, places, spans) for name, item in value.args.items()}
                return ProposedAction.of(action_id=value.action_id, name=value.name, args=args, wish=value.wish)
            case BaseModel():
                changed = {name: self._carry(getattr(value, name), places, spans) for name in type(value).model_fields}
                if isinstance(value, Wish | WishFound | SignalSpan):
                    changed["start"], changed["end"] = places(value.seq, value.start, value.end)
                return value.model_copy(update=changed)
            case dict():
                return {name: self._carry(item, places, spans) for name, item in value.items()}
            case tuple():
                return tuple(self._carry(item, places, spans) for item in value)
            case _:
                return value


def _span(seq: int, start: int, end: int, text: str) -> SpanValue:
    digest = hashlib.sha256(text[start:end].encode()).hexdigest()
    return SpanValue(seq=seq, start=start, end=end, sha256=digest)
