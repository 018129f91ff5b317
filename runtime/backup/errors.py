"""What can go wrong with backups; each text says what to do."""

from domain.errors import SetrightError


class BackupFailed(SetrightError):
    """The backup could not be made, or could not be put back."""

    code = "backup_failed"


class BackupUnusable(BackupFailed):
    """The file is no backup, is damaged, or was made by something newer."""

    code = "backup_unusable"


class NotEmpty(BackupFailed):
    """There is state already where the backup would go."""

    code = "backup_target_not_empty"


class TooBusy(BackupFailed):
    """Tickets are being worked on all the time, so no moment is the same in both databases."""

    code = "backup_too_busy"
