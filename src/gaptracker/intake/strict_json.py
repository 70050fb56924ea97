"""Reads JSON from people we do not know: one meaning for each text, or a refusal with its place."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from gaptracker.domain.errors import GapTrackerError

# Beyond this, programs that keep numbers as IEEE doubles (JavaScript, jq) read another number.
LARGEST_INTEGER = 2**53 - 1
MOST_INTEGER_LETTERS = 17
# No figure of an indicator needs more, and a number of a megabyte is no figure.
MOST_NUMBER_LETTERS = 64
# The exponents of an IEEE double: what others would read as infinity or as nothing is refused.
SMALLEST_EXPONENT, LARGEST_EXPONENT = -307, 308
ECHOED_CHARACTERS = 200

TOKEN = re.compile(
    r'"(?P<text>[^"\\]*(?:\\.[^"\\]*)*+)"?'
    r"|(?P<bracket>[\[\]{}])|(?P<mark>[,:])|(?P<word>[^\s\"\[\]{},:]+)",
    re.DOTALL,
)
ESCAPE = re.compile(r"\\(?:u(?P<unit>[0-9a-fA-F]{4})|.)", re.DOTALL)
WHAT_TO_DO = {
    "NaN": "NaN is no JSON; leave the member out where nothing is known",
    "Infinity": "Infinity is no JSON; leave the member out where nothing is known",
    "-Infinity": "-Infinity is no JSON; leave the member out where nothing is known",
}


class MalformedJson(GapTrackerError, ValueError):
    """A body that is not the JSON we read."""

    def __init__(self, offset: int, detail: str) -> None:
        """Say where and why.

        Args:
            offset: The byte at which it cannot be read on, counted from 0.
            detail: What came, what was expected, what to do.
        """
        self.offset = offset
        self.detail = detail
        super().__init__(f"byte {offset}: {detail}")


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonLimits:
    """How deep arrays and objects may nest, and how many bytes a body may have."""

    depth: int = 32
    size_bytes: int = 1_000_000


USUAL_LIMITS = JsonLimits()


class _Refused(Exception):
    """Raised inside the parser, which does not tell its hooks where it is."""

    def __init__(self, token: str, detail: str) -> None:
        self.token = token
        self.detail = detail
        super().__init__(detail)


def parse_json(body: bytes, *, limits: JsonLimits = USUAL_LIMITS) -> object:
    """Return what a body says; numbers with a point or exponent as `Decimal`, never as floats.

    Refused: other encodings than UTF-8, a byte order mark, NUL, duplicate keys, NaN and Infinity,
    numbers that a double cannot hold, integers beyond 2^53 - 1, lone surrogates, deep nesting.

    Args:
        body: The bytes as they came.
        limits: Depth and size that are read at all; the depth is known before parsing begins.

    Raises:
        MalformedJson: With the offset of the first fault. Keys are echoed, cut short; values
            never are, since they may be confidential.

    Examples:
        >>> parse_json(b'{"value": 1.10}')
        {'value': Decimal('1.10')}
    """
    text = _decoded(body, limits)
    _check_depth(text, limits.depth)
    try:
        found: object = _DECODER.decode(text)
    except json.JSONDecodeError as error:
        detail = f"{error.msg.lower()}; expected one JSON value: check the syntax here"
        raise MalformedJson(_byte_offset(text, error.pos), detail) from None
    except _Refused as refused:
        raise MalformedJson(_offset_of(text, refused.token), refused.detail) from None
    if "\\ud" in text or "\\uD" in text:
        _check_surrogates(text)
    return found


def echo(came: str) -> str:
    """Return what came, fit for a message: one line, no invisible signs, 200 characters at most.

    Examples:
        >>> echo("PEU"), echo("a" * 300)[-4:], echo(f"a{chr(0)}b").isprintable()
        ('PEU', 'aaa…', True)
    """
    # Cut first: an escape is up to ten letters, and a megabyte need not be escaped to be cut.
    shown = ascii(came[: ECHOED_CHARACTERS + 1])[1:-1] if not came.isprintable() else came
    return shown if len(shown) <= ECHOED_CHARACTERS else f"{shown[: ECHOED_CHARACTERS - 1]}…"


def _decoded(body: bytes, limits: JsonLimits) -> str:
    if len(body) > limits.size_bytes:
        raise MalformedJson(
            limits.size_bytes,
            f"{len(body)} bytes; expected {limits.size_bytes} at most: send less at once",
        )
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise MalformedJson(0, "UTF-16 or UTF-32 came; expected UTF-8: save it as UTF-8")
    if body.startswith(b"\xef\xbb\xbf"):
        raise MalformedJson(
            0, "a byte order mark came; expected UTF-8 without one: save it as 'UTF-8 without BOM'"
        )
    nul = body.find(b"\x00")
    if nul >= 0:
        raise MalformedJson(
            nul, "a NUL byte came; expected UTF-8 text: remove it, or save UTF-16 as UTF-8"
        )
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise MalformedJson(
            error.start, "no UTF-8; expected UTF-8: save the text as UTF-8 and send it again"
        ) from None


def _check_depth(text: str, depth: int) -> None:
    # Fewer opening brackets than levels, wherever they stand, cannot nest too deep.
    if text.count("[") + text.count("{") <= depth:
        return
    level = 0
    for token in TOKEN.finditer(text):
        bracket = token["bracket"]
        if bracket is None:
            continue
        level += 1 if bracket in "[{" else -1
        if level > depth:
            raise MalformedJson(
                _byte_offset(text, token.start()),
                f"nested deeper than {depth} levels; expected a submission: flatten it",
            )


def _integer(letters: str) -> int:
    # Counted before it is converted: Python takes quadratic time, or refuses, for very long ones.
    if len(letters) > MOST_INTEGER_LETTERS or abs(number := int(letters)) > LARGEST_INTEGER:
        raise _Refused(
            letters, "an integer beyond 2^53 - 1; expected a smaller one, or a decimal as text"
        )
    return number


def _decimal(letters: str) -> Decimal:
    try:
        number = Decimal(letters) if len(letters) <= MOST_NUMBER_LETTERS else None
    except InvalidOperation:
        number = None
    if number is None or (
        number and not SMALLEST_EXPONENT <= number.adjusted() <= LARGEST_EXPONENT
    ):
        raise _Refused(
            letters, "a number too large, too small or too long for others to read; round it"
        )
    return number


def _constant(letters: str) -> object:
    raise _Refused(letters, WHAT_TO_DO[letters])


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise _Refused("", f"the key '{echo(key)}' comes twice in one object; keep one")
            seen.add(key)
    return found


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object,
    parse_int=_integer,
    parse_float=_decimal,
    parse_constant=_constant,
)


def _offset_of(text: str, token: str) -> int:
    """Return the byte of the first such word, or of the first repeated key if the token is empty.

    The whole text is walked again: only a body that is refused pays for it.
    """
    position = _repeated_key(text) if not token else _first_word(text, token)
    return _byte_offset(text, position)


def _first_word(text: str, token: str) -> int:
    return next((each.start() for each in TOKEN.finditer(text) if each["word"] == token), 0)


def _repeated_key(text: str) -> int:
    """Return where a key stands that its object had already.

    Objects inside are done before the one around them, as in the parser.
    """
    return next(_repeated_keys(text), 0)


def _repeated_keys(text: str) -> Iterator[int]:
    open_objects: list[set[str]] = []
    repeated: list[int | None] = []
    before: re.Match[str] | None = None
    for token in TOKEN.finditer(text):
        match token["bracket"] or token["mark"]:
            case "{" | "[":
                open_objects.append(set())
                repeated.append(None)
            case "}" | "]" if open_objects:
                open_objects.pop()
                position = repeated.pop()
                if position is not None:
                    yield position
            case ":" if open_objects and before is not None and before["text"] is not None:
                key = str(json.loads(before[0]))
                if key in open_objects[-1] and repeated[-1] is None:
                    repeated[-1] = before.start()
                open_objects[-1].add(key)
        before = token


def _check_surrogates(text: str) -> None:
    """Refuse half of a surrogate pair, which no UTF-8 can hold."""
    for token in TOKEN.finditer(text):
        if token["text"] is None:
            continue
        high_at: int | None = None
        for escape in ESCAPE.finditer(token["text"]):
            unit = int(escape["unit"], 16) if escape["unit"] else 0
            place = token.start("text") + escape.start()
            low = 0xDC00 <= unit <= 0xDFFF  # noqa: PLR2004 (the block of low surrogates)
            paired = high_at is not None and low and place == high_at + len(r"\ud800")
            if (high_at is not None or low) and not paired:
                _refuse_surrogate(text, place if high_at is None else high_at)
            high_at = place if 0xD800 <= unit <= 0xDBFF else None  # noqa: PLR2004 (high ones)
        if high_at is not None:
            _refuse_surrogate(text, high_at)


def _refuse_surrogate(text: str, position: int) -> None:
    raise MalformedJson(
        _byte_offset(text, position),
        "half of a surrogate pair; expected both halves or the letter itself: repair the text",
    )


def _byte_offset(text: str, position: int) -> int:
    return len(text[:position].encode("utf-8"))
