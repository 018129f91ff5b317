"""Evidence: passages of the knowledge base brought to bear on a question."""

from enum import StrEnum

from domain.conflict import ConflictRef
from domain.model import Model


class EvidenceRef(Model):
    """One passage, by id: which version of which article, how similar, and how it stands now."""

    passage_id: int
    article: str
    version: int
    similarity: int  # thousandths, so that histories hold no floats
    is_valid: bool = True
    is_stale: bool = False  # its source has not confirmed it for longer than it should


class SearchResult(Model):
    """What a search found, best first; `contradicts` says that nothing may rest on it: two valid passages disagree.

    `conflicts` names them. One of a conflict's two passages may be one that was not found.
    """

    found: tuple[EvidenceRef, ...]
    contradicts: bool = False
    refused: int = 0  # passages that were too far from the question
    stale: int = 0  # passages found that nobody has confirmed for longer than should be
    conflicts: tuple[ConflictRef, ...] = ()


class Standing(StrEnum):
    """How a passage that was cited stands at a later time; all but `holds` want a person's look at the answer."""

    holds = "holds"  # its words are in the current version of its article
    stale = "stale"  # they are, but nobody has confirmed them for longer than should be
    changed = "changed"  # the article has a newer version without these words
    expired = "expired"  # they are, but the article is not valid then
    withdrawn = "withdrawn"  # the article is gone
