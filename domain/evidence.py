"""Evidence: passages of the knowledge base brought to bear on a question."""

from domain.conflict import ConflictRef
from domain.model import Model


class EvidenceRef(Model):
    """One passage, by id: which version of which article, how similar, and whether it is valid now."""

    passage_id: int
    article: str
    version: int
    similarity: int  # thousandths, so that histories hold no floats
    is_valid: bool = True


class SearchResult(Model):
    """What a search found, best first; `contradicts` says that nothing may rest on it: two valid passages disagree.

    `conflicts` names them. One of a conflict's two passages may be one that was not found.
    """

    found: tuple[EvidenceRef, ...]
    contradicts: bool = False
    conflicts: tuple[ConflictRef, ...] = ()
