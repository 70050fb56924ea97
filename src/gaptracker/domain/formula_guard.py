"""The guard for texts that a spreadsheet would run instead of show."""

import re
import unicodedata

# What a spreadsheet takes for the beginning of a formula or of a command.
FORMULA_STARTS = frozenset("=+-@|%")
# Categories of signs that show nothing: controls, formats, unassigned and private ones; spaces.
INVISIBLE = frozenset("CZ")
NUMBER = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)*(?:[eE][+-]?[0-9]+)?", re.ASCII)


def formula_safe(text: str) -> str:
    """Return a text that no spreadsheet runs as a formula.

    A text whose first visible character, also in its full width, begins a formula gets an
    apostrophe before it, which spreadsheets do not show. Numbers are not texts and stay.

    Examples:
        >>> formula_safe("=1+1"), formula_safe("Mexico"), formula_safe("  @cmd")
        ("'=1+1", 'Mexico', "'  @cmd")
    """
    if text[:1].isalnum() and text.isascii():
        return text  # nearly every text there is
    visible = next((char for char in text if unicodedata.category(char)[0] not in INVISIBLE), "")
    # The first sign alone: one letter can stand for several, as U+2A75 for two equals signs.
    if unicodedata.normalize("NFKC", visible)[:1] in FORMULA_STARTS:
        return f"'{text}"
    return text


def formula_safe_cell(text: str) -> str:
    """Return a cell of somebody else's table made safe; a number stays one, also a negative.

    Examples:
        >>> formula_safe_cell("-5"), formula_safe_cell("-5+cmd"), formula_safe_cell("-1,234.5")
        ('-5', "'-5+cmd", '-1,234.5')
    """
    return text if NUMBER.fullmatch(text) else formula_safe(text)
