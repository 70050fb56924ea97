"""The data behind a report: its tables as CSV, and every figure with where it stands."""

import csv
import hashlib
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence

from gaptracker.domain.results import Manifest
from gaptracker.publish.report.model import ReportModel, TableBlock
from gaptracker.publish.report.spans import Kind, Line, Ref, plain
from gaptracker.release.heading import heading_of

# The earliest that the format knows: an archive says nothing of when it was made.
ZIP_TIME = (1980, 1, 1, 0, 0, 0)
UNIX, READABLE_FILE = 3, 0o100644 << 16
FIGURES_FILE, READ_ME, SUMS = "figures.csv", "README.txt", "SHA256SUMS"
HEADER = ("release", "table", "where", "column", "value")
# What a spreadsheet would take for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_archive(models: Sequence[ReportModel], manifest: Manifest) -> bytes:
    """Return the data of one edition as a ZIP, the same bytes for the same models.

    Args:
        models: The edition in one language or more; the figures are the same in each.
        manifest: What the release says of itself.
    """
    files = {f"tables/{table.id}.csv": _csv(_table_rows(table)) for table in models[0].tables()}
    files[FIGURES_FILE] = _csv([HEADER, *_figure_rows(models)])
    files[READ_ME] = _read_me(models[0], manifest)
    files[SUMS] = _sums(files)
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name, content in sorted(files.items()):
            archive.writestr(_member(name), content)
    return held.getvalue()


def _table_rows(table: TableBlock) -> Iterator[Sequence[str]]:
    """Yield a table unrounded; a cell with an interval becomes three columns."""
    spread = [
        max((sum(span.kind is Kind.FIGURE for span in row[place]) for row in table.rows), default=0)
        for place in range(len(table.columns))
    ]
    names: list[str] = []
    for column, figures in zip(table.columns, spread, strict=True):
        ends = ("", "_low", "_high") if column.numeric and figures > 1 else ("",)
        names += [f"{column.id}{end}" for end in ends]
    yield [*(f"key_{name}" for name in table.key_columns), *names]
    for key, row in zip(table.keys, table.rows, strict=True):
        cells: list[str] = []
        for column, figures, line in zip(table.columns, spread, row, strict=True):
            cells += _values(line, max(figures, 1) if column.numeric else 0)
        yield [*key, *cells]


def _values(line: Line, figures: int) -> list[str]:
    if not figures:
        return [plain(line)]
    known = [repr(span.value) for span in line if span.kind is Kind.FIGURE]
    return [*known, *([""] * (figures - len(known)))]


def _figure_rows(models: Iterable[ReportModel]) -> Iterator[Sequence[str]]:
    found: dict[Ref, float] = {
        span.ref: span.value
        for model in models
        for span in model.figures()
        if span.ref is not None and span.value is not None
    }
    for ref in sorted(found, key=_order):
        yield (
            ref.release,
            ref.table,
            _where(ref),
            ref.column or "number of rows",
            repr(found[ref]),
        )


def _order(ref: Ref) -> tuple[str, ...]:
    return ref.release, ref.table, _where(ref), ref.column


def _where(ref: Ref) -> str:
    return "; ".join(
        f"{column} = {' or '.join(wanted) if isinstance(wanted, tuple) else wanted}"
        for column, wanted in ref.where
    )


def _csv(rows: Iterable[Sequence[str]]) -> bytes:
    held = io.StringIO()
    writer = csv.writer(held, lineterminator="\r\n")
    writer.writerows([[_safe(cell) for cell in row] for row in rows])
    return held.getvalue().encode("utf-8")


def _safe(cell: str) -> str:
    """Return a cell that no spreadsheet runs; a number stays one."""
    if not cell.startswith(FORMULA):
        return cell
    try:
        float(cell)
    except ValueError:
        return f"'{cell}"
    return cell


def _read_me(model: ReportModel, manifest: Manifest) -> bytes:
    facts = "\n".join(f"{name}: {text}" for name, text in heading_of(manifest).facts().items())
    lines = (
        f"The data behind the report {model.period}, {model.actor or 'global edition'}.",
        "",
        facts,
        "",
        "tables/*.csv: the tables of the report, unrounded; columns that begin with key_ name the",
        "row in the release.",
        f"{FIGURES_FILE}: every figure in the report: release, table, which rows, column, and the",
        "value unrounded. `number of rows` counts the rows; the table methodology is the rules.",
        f"{SUMS}: check with `sha256sum --check {SUMS}`.",
        "",
    )
    return "\n".join(lines).encode("utf-8")


def _sums(files: dict[str, bytes]) -> bytes:
    listed = (
        f"{hashlib.sha256(body).hexdigest()}  {name}\n" for name, body in sorted(files.items())
    )
    return "".join(listed).encode("utf-8")


def _member(name: str) -> zipfile.ZipInfo:
    member = zipfile.ZipInfo(name, ZIP_TIME)
    member.compress_type = zipfile.ZIP_DEFLATED
    member.create_system = UNIX
    member.external_attr = READABLE_FILE
    return member
