"""Putting passages that were found into a better order, where somebody wants that: the port and its implementations."""
