"""How wide a text will be: Vega does not break lines, so they are broken before it draws."""

import unicodedata
from collections.abc import Iterator
from functools import lru_cache

# Advance widths of the sans serif that pictures are set in (Liberation Sans, which Arial and
# Helvetica share the widths of), in thousandths of the letter size, by letters of one width.
_LETTERS = {
    191: "'",
    222: "ijl",
    260: "|",
    278: " !,./:;I[]\\ft",
    333: "()-`r",
    334: "{}",
    355: '"',
    389: "*",
    469: "^",
    500: "Jckvsxyz",
    556: "#$0123456789?L_abdeghnopqu",
    584: "+<=>~\N{MINUS SIGN}\N{MULTIPLICATION SIGN}",
    611: "FTZ",
    667: "&ABEKPSVXY",
    722: "CDHNRUw",
    778: "GOQ",
    833: "Mm",
    889: "%",
    944: "W",
    1015: "@",
}
WIDTHS = {letter: width / 1000 for width, letters in _LETTERS.items() for letter in letters}
WIDE, UNKNOWN, BOLD = 1.0, 0.62, 1.07
ELLIPSIS = "\N{HORIZONTAL ELLIPSIS}"


@lru_cache(maxsize=4096)
def _letter_width(letter: str) -> float:
    base = unicodedata.normalize("NFKD", letter)[0]
    if base in WIDTHS:
        return WIDTHS[base]
    if unicodedata.combining(letter):
        return 0.0
    return WIDE if unicodedata.east_asian_width(letter) in "WF" else UNKNOWN


def text_width(text: str, letter_px: float, *, bold: bool = False) -> float:
    """Return about how many pixels a line of text is wide.

    Examples:
        >>> round(text_width("México", 10), 1) == round(text_width("Mexico", 10), 1)
        True
    """
    return sum(map(_letter_width, text)) * letter_px * (BOLD if bold else 1.0)


def wrap(text: str, width_px: float, letter_px: float, *, bold: bool = False) -> list[str]:
    """Break a text into lines that fit; a word that is wider than a line is cut into pieces.

    Examples:
        >>> wrap("says and does", 60, 10)
        ['says and', 'does']
    """
    lines: list[str] = []
    line = ""
    for word in _pieces(text, width_px, letter_px, bold=bold):
        longer = f"{line} {word}" if line else word
        if line and text_width(longer, letter_px, bold=bold) > width_px:
            lines.append(line)
            longer = word
        line = longer
    return [*lines, line] if line else lines


def shorten(text: str, width_px: float, letter_px: float, *, bold: bool = False) -> str:
    """Cut a text that does not fit, and say so with an ellipsis."""
    if text_width(text, letter_px, bold=bold) <= width_px:
        return text
    kept = text
    while kept and text_width(kept + ELLIPSIS, letter_px, bold=bold) > width_px:
        kept = kept[:-1]
    return kept.rstrip() + ELLIPSIS


def _pieces(text: str, width_px: float, letter_px: float, *, bold: bool) -> Iterator[str]:
    """Yield the words of a text, those that fit on no line in pieces."""
    for word in text.split(" "):
        rest = word
        while rest and text_width(rest, letter_px, bold=bold) > width_px:
            size = 1
            while text_width(rest[: size + 1], letter_px, bold=bold) <= width_px:
                size += 1
            yield rest[:size]
            rest = rest[size:]
        if rest:
            yield rest
