"""From blocks to passages: as long as the embedder reads, cut at paragraphs, each with its heading path.

The embedder reads 256 tokens, title and headings included. A token is about four characters of English and three of
German, so a passage of 900 characters is read whole in either; where the text allows it, borders lie between blocks.
"""

import re
from collections.abc import Iterator, Sequence

from adapters.knowledge.parsed import Block

MOST_CHARS = 900
_LINE = re.compile(r"\n")
_SENTENCE = re.compile(r"(?<=[.!?。!?])\s+")
_SPACE = re.compile(r"\s+")


def passages_of(blocks: Sequence[Block], most: int = MOST_CHARS) -> tuple[Block, ...]:
    """Join neighbours under the same headings, and cut what is too long, so that no text exceeds `most` characters."""
    packed: list[Block] = []
    for block in blocks:
        for piece in _pieces(block.text, most):
            last = packed[-1] if packed else None
            if last is not None and last.path == block.path and len(last.text) + len(piece) + 2 <= most:
                packed[-1] = Block(path=block.path, text=f"{last.text}\n\n{piece}")
            else:
                packed.append(Block(path=block.path, text=piece))
    return tuple(packed)


def _pieces(text: str, most: int, borders: Sequence[re.Pattern[str]] = (_LINE, _SENTENCE, _SPACE)) -> Iterator[str]:
    """Cut at the coarsest borders that make pieces short enough, and inside a word only where nothing else helps."""
    if len(text) <= most:
        yield text
        return
    if not borders:
        yield from (text[start : start + most] for start in range(0, len(text), most))
        return
    border, *finer = borders
    joint = "\n" if border is _LINE else " "
    packed = ""
    for part in border.split(text):
        for piece in _pieces(part, most, finer):
            if packed and len(packed) + len(joint) + len(piece) > most:
                yield packed
                packed = piece
            else:
                packed = f"{packed}{joint}{piece}" if packed else piece
    if packed.strip():
        yield packed
