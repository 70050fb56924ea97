"""File names of senders (RFC 6266, RFC 8187): shown, never used as a place on a disk."""

import re
import unicodedata
from urllib.parse import quote, unquote_to_bytes

MOST_CHARACTERS = 200
MOST_HEADER_CHARACTERS = 8_000
NO_NAME = "unnamed"
TOKEN = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"  # noqa: S105 - a token of RFC 9110
QUOTED = r'"(?:[^"\\]|\\.)*"'
PARAMETER = re.compile(rf"\s*;\s*({TOKEN})\s*=\s*({QUOTED}|[^;\"\s]*)", re.S)
EXTENDED = re.compile(r"(utf-8|iso-8859-1)'[^']*'(.*)", re.I | re.S)
# Controls, formatting (among them what turns the direction of writing), surrogates, private use,
# and line and paragraph ends: none is seen, and each can make a name look like another.
UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
SEPARATORS = re.compile(
    r"[/\\:\N{FULLWIDTH SOLIDUS}\N{FULLWIDTH REVERSE SOLIDUS}\N{DIVISION SLASH}]"
)
FOR_MARKUP = str.maketrans(dict.fromkeys('<>"|?*', "_"))


def filename_of(content_disposition: str) -> str | None:
    """Return the name in a `Content-Disposition` header, fit for display.

    Args:
        content_disposition: The header's value. `filename*` goes before `filename`; one that
            cannot be decoded is passed over.

    Returns:
        The name as `display_name` has it, None if there is none.

    Examples:
        >>> filename_of("attachment; filename*=UTF-8''n%C2%BA%2012.pdf; filename=a.pdf")
        'nº 12.pdf'
    """
    if len(content_disposition) > MOST_HEADER_CHARACTERS:
        return None
    found: dict[str, str] = {}
    for name, value in PARAMETER.findall(content_disposition):
        found.setdefault(name.lower(), value)
    extended = _decoded(found.get("filename*", ""))
    given = extended if extended is not None else found.get("filename")
    if given is None:
        return None
    if given.startswith('"'):
        given = re.sub(r"\\(.)", r"\1", given[1:-1], flags=re.S)
    return display_name(given)


def display_name(name: str) -> str:
    r"""Return a name that is safe to show and to offer for saving.

    No folder, control, invisible or direction-turning characters, no markup, no dots in front, at
    most 200 characters with the ending kept; `unnamed` if nothing is left.

    Examples:
        >>> display_name("../../etc/passwd"), display_name("photo\u202egpj.exe")
        ('passwd', 'photogpj.exe')
    """
    bare = SEPARATORS.split(unicodedata.normalize("NFC", name))[-1]
    seen = "".join(char for char in bare if unicodedata.category(char) not in UNSEEN)
    plain = " ".join(seen.translate(FOR_MARKUP).split()).strip(". ")
    if len(plain) > MOST_CHARACTERS:
        stem, dot, ending = plain.rpartition(".")
        kept = f"{dot}{ending}"[:20] if stem else ""
        plain = f"{(stem or plain)[: MOST_CHARACTERS - len(kept)]}{kept}".strip(". ")
    return plain or NO_NAME


def write_content_disposition(name: str, *, inline: bool = False) -> str:
    """Return the header's value under which a file is served.

    Args:
        name: Its name; made safe here, whoever sent it.
        inline: Show it in the page; for png and jpeg only.

    Examples:
        >>> print(write_content_disposition("gaceta nº 12.pdf"))
        attachment; filename="gaceta n_ 12.pdf"; filename*=UTF-8''gaceta%20n%C2%BA%2012.pdf
    """
    safe = display_name(name)
    ascii_name = "".join(char if " " <= char <= "~" else "_" for char in safe)
    # Some clients read a percent sign in the plain name as the beginning of a code.
    ascii_name = re.sub(r'["\\%]', "_", ascii_name)
    kind = "inline" if inline else "attachment"
    return f"{kind}; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(safe, safe='')}"


def _decoded(value: str) -> str | None:
    parts = EXTENDED.fullmatch(value)
    if parts is None:
        return None
    try:
        return unquote_to_bytes(parts[2]).decode(parts[1])
    except UnicodeDecodeError:
        return None
