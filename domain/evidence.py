"""Evidence: passages of the knowledge base brought to bear on a question."""

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
    """What a search found, best first; `contradicts` says that two valid passages disagree."""

    found: tuple[EvidenceRef, ...]
    contradicts: bool = False
