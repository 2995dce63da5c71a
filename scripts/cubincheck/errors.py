"""Errors that end a check before it has a verdict."""


class CubinError(Exception):
    """A tool is missing, or its input or output is not what it has to be."""
