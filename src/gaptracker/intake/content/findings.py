"""What can be found in a file, and how."""

from enum import StrEnum


class Flag(StrEnum):
    """What a reader of the original should know; no reason to refuse it."""

    ACTIVE_CONTENT = "active-content"
    EMBEDDED_FILES = "embedded-files"
    ENCRYPTED = "encrypted"
    ANIMATED = "animated"
    TRAILING_BYTES = "trailing-bytes"


class Unsafe(Exception):
    """A file that is broken, dressed as another, or made to do harm."""
