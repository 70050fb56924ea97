"""Which letters the fonts of the PDF have: what they lack is shown as lacking, never left out."""

from functools import lru_cache
from typing import Literal

import typst

# Accessible PDF (ISO 14289-1) refuses a letter without a shape, so that asking is setting it.
STANDARD: Literal["ua-1"] = "ua-1"
FONT = "Libertinus Serif"
PROBE = f"""#set document(title: "letter")
#set text(font: "{FONT}")
#text(sys.inputs.letter)
""".encode()
# Latin with its extensions, which the first font has.
LAST_LATIN = 0x24F
LACKING = "\N{WHITE SQUARE}"
LETTERS_REMEMBERED = 20_000
DOCUMENTS_REMEMBERED = 10


def let_go() -> None:
    """Let Typst forget what it set before: of each of its last ten documents, up to 170 MB."""
    for number in range(DOCUMENTS_REMEMBERED + 1):
        _set(str(number))


def replaced(text: str) -> str:
    """Return a text in which a square stands for each letter that no font of the PDF has.

    Examples:
        >>> replaced("México, Россия")
        'México, Россия'
    """
    if text.isascii():
        return text
    return "".join(each if ord(each) <= LAST_LATIN or has(each) else LACKING for each in text)


@lru_cache(maxsize=LETTERS_REMEMBERED)
def has(letter: str) -> bool:
    """Say whether a letter can be set with the fonts that the library brings."""
    try:
        _set(letter)
    except RuntimeError:
        return False
    return True


def _set(letter: str) -> None:
    """Set a document of one letter: about 3 ms."""
    typst.compile(
        PROBE,
        format="pdf",
        ignore_system_fonts=True,
        sys_inputs={"letter": letter},
        pdf_standards=STANDARD,
        timestamp=0,
    )
