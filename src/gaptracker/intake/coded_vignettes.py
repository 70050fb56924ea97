"""Reads a CSV of coded vignettes: each row is checked, then all are taken, or none."""

from collections import defaultdict
from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches

from gaptracker.domain.calibration import CODER_KINDS, Vignette, VignetteCoding
from gaptracker.domain.errors import ProblemList
from gaptracker.domain.scale import RUNGS
from gaptracker.domain.vocabulary import CoderKind, Side
from gaptracker.intake.csv_rows import Row, read_rows, refused

COLUMNS = ("coder", "coder_kind", "vignette", "side", "rung")
# What a coding sheet holds for its reader; not read back.
FOR_READERS = ("theme", "country", "text", "note")
RUNG_TEXTS = tuple(str(rung) for rung in range(RUNGS))


class CodingsRefused(ProblemList):
    """A file of coded vignettes that cannot be used."""


def read_codings(
    content: bytes, vignettes: Mapping[str, Vignette], *, name: str
) -> tuple[VignetteCoding, ...]:
    """Read coded vignettes.

    Args:
        content: CSV in UTF-8 with a header row, commas or (as some spreadsheets write)
            semicolons between cells. Columns `coder, coder_kind, vignette, side, rung` in any
            order; those of a coding sheet for its reader may stand among them.
        vignettes: The calibration set, by id.
        name: The file's name, for messages.

    Returns:
        Codings in the order of the file. A row without a rung is one that its coder left out.

    Raises:
        CodingsRefused: If anything is wrong, every problem with its line: a rung outside 0 to
            4, an unknown vignette, a coder with no items, a single item on one side of a
            theme, a coding that comes twice, a coder of two kinds.
    """
    rows = read_rows(content, name, COLUMNS, FOR_READERS, refuse=CodingsRefused)
    problems: list[str] = []
    codings: list[VignetteCoding] = []
    lines: list[int] = []
    for row in rows:
        found = list(_row_problems(row.cells, vignettes))
        problems += [f"line {row.line}: {text}" for text in found]
        if not found and row.cells["rung"]:
            codings.append(_coding(row.cells))
            lines.append(row.line)
    problems += _repeats(codings, lines)
    problems += _coder_problems(rows, {coding.coder for coding in codings})
    if not problems:
        problems += _lone_items(codings, vignettes)
    if problems:
        raise CodingsRefused(name, problems)
    return tuple(codings)


def _row_problems(row: Mapping[str, str], vignettes: Collection[str]) -> Iterator[str]:
    if not row["coder"]:
        yield "coder is empty; expected a name or code of whoever coded"
    if row["coder_kind"] not in CODER_KINDS:
        yield refused("coder_kind", row["coder_kind"], CODER_KINDS)
    if row["vignette"] not in vignettes:
        nearest = get_close_matches(row["vignette"], vignettes, n=1)
        hint = f"did you mean {nearest[0]}?" if nearest else "copy it from a coding sheet"
        yield f"vignette: none is called {row['vignette']!r}; {hint}"
    if row["side"] not in set(Side):
        yield refused("side", row["side"], Side)
    if row["rung"] and row["rung"] not in RUNG_TEXTS:
        yield f"{refused('rung', row['rung'], RUNG_TEXTS)}, or nothing if it was not coded"


def _coding(row: Mapping[str, str]) -> VignetteCoding:
    return VignetteCoding(
        coder=row["coder"],
        coder_kind=CoderKind(row["coder_kind"]),
        vignette=row["vignette"],
        side=Side(row["side"]),
        rung=int(row["rung"]),
    )


def _repeats(codings: Sequence[VignetteCoding], lines: Sequence[int]) -> Iterator[str]:
    """Say which codings come twice."""
    seen: dict[tuple[str, str, Side], int] = {}
    for coding, line in zip(codings, lines, strict=True):
        first = seen.setdefault((coding.coder, coding.vignette, coding.side), line)
        if first != line:
            yield (
                f"line {line}: {coding.coder} coded {coding.vignette} ({coding.side}) already on "
                f"line {first}; keep one"
            )


def _coder_problems(rows: Iterable[Row], with_items: Container[str]) -> Iterator[str]:
    """Say who coded nothing, and who is called both a person and a machine."""
    kinds: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        kinds[row.cells["coder"]].add(row.cells["coder_kind"])
    for coder, given in sorted(kinds.items()):
        if not coder:
            continue
        if len(given) > 1:
            yield f"coder {coder!r} is {' and '.join(sorted(given))}; expected one coder_kind"
        if coder not in with_items:
            yield (
                f"coder {coder!r} has no items: no row of theirs holds a rung that can be read; "
                "fill in rungs or remove the rows"
            )


def _lone_items(
    codings: Iterable[VignetteCoding], vignettes: Mapping[str, Vignette]
) -> Iterator[str]:
    """Say on which side of which theme a single item was coded: nothing varies there."""
    items: dict[tuple[CoderKind, str, Side], set[str]] = defaultdict(set)
    for coding in codings:
        theme = vignettes[coding.vignette].theme
        items[coding.coder_kind, theme, coding.side].add(coding.vignette)
    for (kind, theme, side), found in sorted(items.items()):
        if len(found) == 1:
            yield (
                f"theme {theme}, {side}: a single vignette ({', '.join(found)}) was coded by "
                f"coders of kind {kind}; expected two or more, since agreement and bias need "
                "some that differ: have more coded, or remove the row"
            )
