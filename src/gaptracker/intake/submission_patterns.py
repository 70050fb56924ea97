"""What of a field's form a JSON Schema can say, for senders who check before they send.

The fields' own functions decide and name what is wrong; these patterns accept what those accept,
but for what no pattern can tell: the last day of February, or a number nearer to zero than 10^-30.
They are written so that Python and ECMA 262 read them alike.
"""

from typing import Any, Final

# Controls, the two signs that make a text read otherwise than it is stored, and non-characters.
# Halves of surrogate pairs are left out: a JSON document cannot carry them as text.
_UNFIT: Final = r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202d\u202e\ufdd0-\ufdef\ufffe\uffff"
_BREAKS: Final = r"\n\r\t\u2028\u2029"
_SPACES: Final = r" \xa0\u1680\u2000-\u200a\u202f\u205f\u3000"
_NO_NAME: Final = r"/\\:*?\x22<>|\u200e\u200f\u202a-\u202e\u2066-\u2069"


def _some(without: str) -> str:
    """Return the pattern of a text without some signs, and with more than spaces in it."""
    return rf"^[^{without}]*[^{without}{_SPACES}{_BREAKS}][^{without}]*$"


TEXT: Final = _some(_UNFIT)
LINE: Final = _some(_UNFIT + _BREAKS)
FILENAME: Final = _some(_UNFIT + _BREAKS + _NO_NAME)

_YEAR: Final = r"(1[89][0-9][0-9]|2[01][0-9][0-9]|2200)"
_MONTH: Final = r"(0[1-9]|1[0-2])"
# The last of February is said for leap years.
_DAY: Final = (
    r"((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)"
    r"|02-(0[1-9]|[12][0-9]))"
)
_PRECISIONS: Final = {
    "year": f"^{_YEAR}$",
    "month": f"^{_YEAR}-{_MONTH}$",
    "day": f"^{_YEAR}-{_DAY}$",
}
DATE: Final = f"^{_YEAR}(-{_MONTH}|-{_DAY})?$"
# A zone may carry a time across a year's end, so the outermost years are left out.
_INNER_YEAR: Final = r"(180[1-9]|18[1-9][0-9]|19[0-9][0-9]|2[01][0-9][0-9])"
INSTANT: Final = (
    rf"^{_INNER_YEAR}-{_DAY}[Tt]([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{{1,6}})?"
    r"([Zz]|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$"
)
_PORT: Final = (
    r"(:([0-9]{1,4}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5]))?"
)
_SCHEME: Final = "^[Hh][Tt][Tt][Pp][Ss]?://"
_HOST: Final = r"[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?"
_NO_URL: Final = (
    _UNFIT + r"\x00-\x20\\<>\x22`{}|^\x7f-\xa0\u1680\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000"
    r"\ufeff"
)
WEB_ADDRESS: Final = rf"{_SCHEME}{_HOST}{_PORT}([/?#][^{_NO_URL}]*)?$"


def partial_date() -> dict[str, Any]:  # `Any`: a JSON Schema
    """Return the schema of a date to the year, month or day, alone or with its precision."""
    return {
        "anyOf": [
            {"type": "string", "pattern": DATE},
            *(
                {
                    "type": "object",
                    "properties": {
                        "date": {"type": "string", "pattern": pattern},
                        "precision": {"anyOf": [{"const": precision}, {"type": "null"}]},
                    },
                    "required": ["date"],
                    "additionalProperties": False,
                }
                for precision, pattern in _PRECISIONS.items()
            ),
        ]
    }


def one_of_listed(words: list[str]) -> str:
    """Return the pattern of one or more listed words, separated by commas."""
    word = "|".join(each.replace(".", r"\.") for each in words)
    return f"^({word})(,({word}))*$"
