"""A shop behind MCP tools passes the suite that every back end must pass, as a process and over HTTP."""

from tests.support.conformance import Conformance


class TestMcp(Conformance):
    """The suite on the remote shop's tools."""
