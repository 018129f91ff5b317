"""What can go wrong with the database besides what the domain knows; no text here names a value that was stored."""

from typing import ClassVar

from domain.errors import SetrightError


class MigrationError(SetrightError):
    """The database and this program do not fit together; the text says which one to change."""

    code: ClassVar[str] = "migration_refused"


class StoreFault(SetrightError):
    """The database refused a statement for a reason nobody foresaw: a bug, told without the values it was about."""

    code: ClassVar[str] = "store_fault"


class EmbeddingMismatch(SetrightError):
    """The passages were embedded by another model than the question; index the articles again."""

    code: ClassVar[str] = "embedding_mismatch"
