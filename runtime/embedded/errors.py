"""What can go wrong with the servers Setright starts itself; each text says what to do.

The texts may hold paths, ports, process ids and lines of a server's log, never a password.
"""

from domain.errors import SetrightError


class EmbeddedError(SetrightError):
    """The embedded Postgres or Temporal could not do its part."""

    code = "embedded_failed"


class BinaryMissing(EmbeddedError):
    """A server's program is not installed."""

    code = "embedded_binary_missing"


class PortInUse(EmbeddedError):
    """The port that was asked for belongs to another program."""

    code = "embedded_port_in_use"


class NotWritable(EmbeddedError):
    """The data folder, or a folder on the way to it, is closed to us or to the account that runs Postgres."""

    code = "embedded_not_writable"


class DiskFull(EmbeddedError):
    """There is no room for the servers' data."""

    code = "embedded_disk_full"


class AlreadyRunning(EmbeddedError):
    """Another process serves this data folder; two would destroy it."""

    code = "embedded_already_running"


class OtherVersion(EmbeddedError):
    """The data folder was made by another major version of Postgres or another shape of search attributes."""

    code = "embedded_other_version"


class DidNotStart(EmbeddedError):
    """A server ended, or did not answer, while starting; the text ends with the last lines of its log."""

    code = "embedded_did_not_start"
