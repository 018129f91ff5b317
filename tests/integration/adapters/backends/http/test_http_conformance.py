"""A shop behind an HTTP API, declared in one file, passes the suite that every back end must pass."""

from tests.support.conformance import Conformance


class TestHttp(Conformance):
    """The suite on the remote shop."""
