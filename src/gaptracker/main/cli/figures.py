"""How figures are written for people: rounded here and nowhere before."""

from datetime import date

MINUS = "−"
NOTHING = "–"


def number(value: float, digits: int) -> str:
    """Write a number with fixed digits and a true minus.

    Examples:
        >>> number(-0.04, 1), number(2.345, 1)
        ('0.0', '2.3')
    """
    text = f"{value:.{digits}f}"
    unsigned = text.removeprefix("-")
    return unsigned if text == unsigned or not float(unsigned) else MINUS + unsigned


def short(value: float) -> str:
    """Write a factor or an indicator's value with as many decimals as it has, six at most.

    Examples:
        >>> short(0.85), short(1.0), short(0.99314), short(164.2)
        ('0.85', '1', '0.99314', '164.2')
    """
    text = f"{value:.6f}".rstrip("0").rstrip(".")
    return text.replace("-", MINUS)


def as_given(value: float) -> str:
    """Write a number that somebody chose with all its digits, however small or large it is.

    Examples:
        >>> as_given(0.85), as_given(4.0), as_given(1e-9), as_given(2.5e300)
        ('0.85', '4', '1e-9', '2.5e300')
    """
    mantissa, _, exponent = repr(float(value)).partition("e")
    text = mantissa.removesuffix(".0") + (f"e{int(exponent)}" if exponent else "")
    return MINUS + text.removeprefix("-") if value < 0 else text


def points(value: float | None) -> str:
    """Write points, rounded to one decimal.

    Examples:
        >>> points(8.333), points(None)
        ('8.3', '–')
    """
    return NOTHING if value is None else number(value, 1)


def gap(value: float | None) -> str:
    """Write a gap with its sign.

    Examples:
        >>> gap(64.58), gap(-8.33), gap(0.0)
        ('+64.6', '−8.3', '0.0')
    """
    text = points(value)
    return f"+{text}" if value is not None and value > 0 and float(text) else text


def span(low: float | None, high: float | None) -> str:
    """Write an interval in whole points.

    Examples:
        >>> span(-22.1, 72.0)
        '−22 to 72'
    """
    if low is None or high is None:
        return NOTHING
    return f"{number(low, 0)} to {number(high, 0)}"


def probability(value: float | None) -> str:
    """Write a probability, rounded to two decimals.

    Examples:
        >>> probability(0.9964)
        '1.00'
    """
    return NOTHING if value is None else number(value, 2)


def day(value: date | None) -> str:
    """Write a day as YYYY-MM-DD."""
    return NOTHING if value is None else value.isoformat()


def count(value: int, noun: str) -> str:
    """Write a count with its noun in the plural where it needs one.

    Examples:
        >>> count(1, "cell"), count(2600, "cell")
        ('1 cell', '2,600 cells')
    """
    return f"{value:,} {noun}{'' if value == 1 else 's'}"


def in_words(name: str) -> str:
    """Write a name of a closed vocabulary as words.

    Examples:
        >>> in_words("joint_statement")
        'joint statement'
    """
    return name.replace("_", " ")


def span_dots(low: float | None, high: float | None) -> str:
    """Write an interval in whole points as narrow tables need it.

    Examples:
        >>> span_dots(-22.1, 72.0), span_dots(None, None)
        ('−22..72', '–')
    """
    return span(low, high).replace(" to ", "..")
