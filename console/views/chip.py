"""Filters as they are offered above a list."""

from domain.model import Model


class Chip(Model):
    """A filter that is one press away, with how many it finds."""

    title: str
    line: str
    number: int
