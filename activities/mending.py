"""A question's slips of the keyboard mended before it is searched for: "retrun windw", "credt".

A sentence encoder reads a misspelt word as noise, and no passage holds it. A word that neither the model knows nor any
passage of the tenant holds, and that is one slip away from exactly one word that passages do hold, is read as that one.
Whatever is a word for the model is left alone, for what is one slip away from it is mostly another word.
"""

import asyncio
from collections import defaultdict

from adapters.embeddings.port import Embedder
from domain.ids import TenantId
from domain.slips import SHORTEST, WORD, meant_by
from store.rows import Connection
from store.spelling import held_words, unknown_words

#: Of one question: somebody who slips more often writes another language.
_MOST_SLIPS = 12


async def mended(conn: Connection, embedder: Embedder, tenant: TenantId, language: str, text: str) -> str:
    """Return the text with its slips mended; only the search and what is quoted for it see that."""
    words = sorted({match[0].casefold() for match in WORD.finditer(text) if len(match[0]) >= SHORTEST})
    strange = await asyncio.to_thread(lambda: [word for word in words if not embedder.knows(word)])
    slips = await unknown_words(conn, tenant, language, strange) if strange else []
    if not slips:
        return text
    held = await held_words(conn, tenant, language, {slip: meant_by(slip) for slip in slips[:_MOST_SLIPS]})
    meant = defaultdict[str, dict[str, list[str]]](lambda: defaultdict(list))
    for row in held:
        meant[row.slip][row.form].append(row.word)
    # Of the spellings of one word ("retur", "return") the model's own, else the shortest, is the likeliest.
    certain = {
        slip: min(words, key=lambda word: (not embedder.knows(word), len(word), word))
        for slip, forms in meant.items()
        if len(forms) == 1
        for words in forms.values()
    }
    return WORD.sub(lambda match: certain.get(match[0].casefold(), match[0]), text)
