"""Cells as they stand in a JSON answer, written once for a release and then put together.

A cell is the same text in every answer but for its actor's name, which has a language. So what
follows the name is kept for each cell, and what goes up to it for each actor and language.

The texts lie by theme, year and actor: what is asked for in an order of its own is most often one
theme and year, and is then read at once.
"""

import io
import re
from collections.abc import Callable, Iterator, Sequence
from urllib.parse import quote_plus

import msgspec
import numpy as np
import polars as pl
import polars.selectors as cs
from numpy.typing import NDArray

from gaptracker.domain.errors import ReleaseCorrupt
from gaptracker.publish.addresses import path_part
from gaptracker.publish.api.cells import cell_links
from gaptracker.publish.api.deps import Shape, View
from gaptracker.publish.api.negotiation import DEFAULT_LANGUAGE, LANGUAGE_TAGS
from gaptracker.publish.api.schemas import Cell
from gaptracker.publish.api.shelf import Standing
from gaptracker.publish.frozen import FrozenRelease
from gaptracker.publish.scratch import ScratchFile
from gaptracker.release.cell_tables import GAPS

# Rows that are columns in memory at a time, and text: of that, one takes some two kilobytes.
ROWS_READ, ROWS_WRITTEN = 8_000, 1_000
# Around each text in the file: the brace that opens the object, which goes on after the names
# instead, and the end of its line.
BRACE, LINE_END = 1, 1
# Of texts that lie so near each other, those between are read along: one call costs as much.
NEAR_BYTES = 16 << 10
# Texts that lie in so little for each of them are read at once without looking for gaps.
DENSE_BYTES = 4 << 10
NAMED = ("actor", "actor_name")
# Stand in an address where a cell's own names go; letters that no address changes.
ACTOR_MARK, THEME_MARK, YEAR_MARK = "~ACTOR~", "~THEME~", 987654321
MARKED = {ACTOR_MARK: "actor", THEME_MARK: "theme", str(YEAR_MARK): "year"}

Places = NDArray[np.int64]
Part = bytes | memoryview


class CellTexts:
    """The text of every cell of a release; `places` are those of the release's table of cells."""

    def __init__(self, release: FrozenRelease) -> None:
        """Write the texts.

        Raises:
            ReleaseCorrupt: If a number is none, which JSON cannot say.
        """
        table = release.cells.table
        owners = table.column("actor")
        codes = owners.unique().sort()
        self._heads = {
            language: _heads(release, codes.to_list(), language) for language in LANGUAGE_TAGS
        }
        numbers = codes.search_sorted(owners).to_numpy()
        self._owners = numbers.astype(np.min_scalar_type(len(codes)))
        order = _by_theme(release)
        self._file, ends = _arranged(*_written(release, len(owners)), order)
        # Where each place's text begins, and how long it is.
        self._starts = np.empty(len(order), dtype=np.int64)
        self._starts[order] = ends[:-1] + BRACE
        self._sizes = np.empty(len(order), dtype=np.int32)
        self._sizes[order] = np.diff(ends) - BRACE - LINE_END

    def parts(self, places: Places, language: str, *, between: bytes = b",") -> list[Part]:
        """Return what cells as JSON objects, one after the other, are joined of.

        Args:
            places: Which cells, in the order in which they are wanted.
            language: Language of the actors' names.
            between: What stands between two of them.
        """
        if not len(places):
            return []
        heads = self._heads[language]
        parts: list[Part] = [between] * (3 * len(places))
        parts[0::3] = [heads[owner] for owner in self._owners[places].tolist()]
        parts[1::3] = self._texts(places)
        return parts[:-1]

    def _texts(self, places: Places) -> list[Part]:
        """Read the text of each cell; of those that lie near each other at once."""
        starts = self._starts[places]
        stops = starts + self._sizes[places]
        first, last = int(starts.min()), int(stops.max())
        if last - first <= len(places) * DENSE_BYTES:
            return self._read(first, last, starts, stops)
        lying = np.argsort(starts)
        breaks = np.flatnonzero(starts[lying[1:]] - stops[lying[:-1]] > NEAR_BYTES) + 1
        if len(breaks) == len(places) - 1:
            alone = self._file.read
            return [alone(*ends) for ends in zip(starts.tolist(), stops.tolist(), strict=True)]
        texts: list[Part] = [b""] * len(places)
        for run in np.split(lying, breaks):
            read = self._read(int(starts[run[0]]), int(stops[run[-1]]), starts[run], stops[run])
            for place, text in zip(run.tolist(), read, strict=True):
                texts[place] = text
        return texts

    def _read(self, first: int, last: int, starts: Places, stops: Places) -> list[Part]:
        """Read a stretch of the file, and part it."""
        content = memoryview(self._file.read(first, last))
        ends = zip((starts - first).tolist(), (stops - first).tolist(), strict=True)
        return [content[start:stop] for start, stop in ends]


def _by_theme(release: FrozenRelease) -> Places:
    """Return the places of the table's cells in the order in which their texts lie."""
    columns = release.cells.table.select("theme", "year").with_row_index("place")
    return columns.sort("theme", "year", "place")["place"].to_numpy().astype(np.int64)


def _written(release: FrozenRelease, height: int) -> tuple[ScratchFile, Places]:
    """Write what follows the names, in the table's order.

    Returns:
        The file, and where each cell's text starts in it, and the end.
    """
    columns, file = _columns(release), ScratchFile()
    starts = [np.zeros(1, dtype=np.int64)]
    for place in range(0, height, ROWS_READ):
        read = release.cells.table.slice(place, ROWS_READ).frame
        _require_numbers(release.id, read)
        for rows in read.iter_slices(ROWS_WRITTEN):
            lines = io.BytesIO()
            rows.select(columns).write_ndjson(lines)
            content = lines.getvalue()
            ends = np.flatnonzero(np.frombuffer(content, dtype=np.uint8) == ord("\n")) + 1
            if len(ends) != rows.height:
                raise ReleaseCorrupt(f"{release.id}: {rows.height} cells, {len(ends)} lines")
            starts.append(ends + file.append(content))
    return file, np.concatenate(starts)


def _arranged(file: ScratchFile, starts: Places, order: Places) -> tuple[ScratchFile, Places]:
    """Return the texts in another order."""
    # Looked at as a whole, which the system may take back page by page; read text by text, it took
    # a second.
    arranged, whole = ScratchFile(), file.view(0, file.size_bytes)
    ends = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(np.diff(starts)[order])])
    for begin in range(0, len(order), ROWS_WRITTEN):
        places = order[begin : begin + ROWS_WRITTEN]
        texts = zip(starts[places].tolist(), starts[places + 1].tolist(), strict=True)
        arranged.append(b"".join([whole[start:stop] for start, stop in texts]))
    return arranged, ends


def _require_numbers(release: str, rows: pl.DataFrame) -> None:
    odd = rows.select((~cs.float().is_finite()).any()).row(0, named=True)
    if wrong := [name for name, is_odd in odd.items() if is_odd]:
        raise ReleaseCorrupt(
            f"release {release}, gaps.parquet: not a number in {', '.join(wrong)}; expected "
            "a number or nothing. Cut the release again"
        )


def _heads(release: FrozenRelease, codes: Sequence[str], language: str) -> list[bytes]:
    """Return how the objects of each actor begin, up to what its cells differ in."""
    view = _view(release, language)
    heads = []
    for code in codes:
        names = dict(zip(NAMED, (code, view.name_of(release.actors[code].names)), strict=True))
        heads.append(msgspec.json.encode(names).removesuffix(b"}") + b",")
    return heads


def _view(release: FrozenRelease, language: str = DEFAULT_LANGUAGE) -> View:
    return View(
        standing=Standing(current=release, published={}, refused=None),
        release=release,
        shape=Shape(form="json", language=language, pinned=True),
    )


def _columns(release: FrozenRelease) -> list[pl.Expr]:
    """Return the members of a cell after its names, in their order."""
    given = GAPS.schema
    added = {
        "reply_status": pl.lit(None),
        "provisional": pl.lit(release.manifest.provisional),
        "links": _links(release),
    }
    first, second, *others = Cell.model_fields
    if (first, second) != NAMED:
        raise TypeError(f"a cell begins with {first}, {second}; expected {' and '.join(NAMED)}")
    return [
        added[name].alias(name) if name in added else pl.col(name)
        for name in others
        if name in given or name in added or _unknown(name)
    ]


def _unknown(name: str) -> bool:
    raise TypeError(f"a cell has a member {name!r} of which its text knows nothing; add it")


def _links(release: FrozenRelease) -> pl.Expr:
    """Return the links of each cell, by the pattern of those of one cell."""
    pattern = cell_links(_view(release), ACTOR_MARK, THEME_MARK, YEAR_MARK).model_dump()
    return pl.struct([_address(release, text).alias(name) for name, text in pattern.items()])


def _address(release: FrozenRelease, pattern: str) -> pl.Expr:
    """Return an address for each cell; names are written as its path and its query ask for."""
    path, mark, query = pattern.partition("?")
    return pl.concat_str(
        [*_filled(release, path, path_part), pl.lit(mark), *_filled(release, query, quote_plus)]
    )


def _filled(release: FrozenRelease, pattern: str, write: Callable[[str], str]) -> Iterator[pl.Expr]:
    named = {"actor": release.actors, "theme": release.themes, "year": map(str, release.years)}
    for part in re.split(f"({'|'.join(map(re.escape, MARKED))})", pattern):
        if part not in MARKED:
            yield pl.lit(part)
            continue
        column = MARKED[part]
        changed = {name: text for name in named[column] if (text := write(name)) != name}
        yield pl.col(column).cast(pl.String).replace(changed)
