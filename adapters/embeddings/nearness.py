"""How near texts come to one another."""

from collections.abc import Sequence

from adapters.embeddings.port import Embedder


def nearest(embedder: Embedder, text: str, among: Sequence[str]) -> float:
    """Return the highest cosine between `text` and any of `among`, 0 without any; raises what the embedder raises."""
    if not among:
        return 0.0
    [asked] = embedder.embed([text])
    return float((embedder.embed(among) @ asked).max())
