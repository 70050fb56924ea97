"""Rows of an Excel workbook, read one after another: no styles, no formulas, no drawings.

The whole of a sheet is never held: a publisher's half a million rows pass through in the memory
of one. What is believed is each cell's own address; the dimension that a sheet declares is not
(some declare A1:A1), and broken drawings and styles are never opened.
"""

import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Self
from xml.parsers import expat

from gaptracker.domain.errors import GapTrackerError

MEBIBYTE = 1 << 20
# A sheet of 500,000 rows is 250 MB of XML; more is a bomb, or not what was asked for.
MOST_SHEET_BYTES = 2_048 * MEBIBYTE
MOST_TEXT_BYTES = 256 * MEBIBYTE
MOST_PART_BYTES = 16 * MEBIBYTE
MOST_COLUMNS = 1_024
CHUNK_BYTES = 128 * 1024
DIGITS = "0123456789"
LETTERS = 26
DAMAGED = (zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError)

Row = list[str]


class WorkbookUnreadable(GapTrackerError):
    """A file is no workbook, is damaged, or is not to be trusted."""


class Workbook:
    """An open workbook; `sheets` are its sheets' parts by name, in its own order."""

    def __init__(self, path: Path) -> None:
        """Open a file, and read which sheets it has and the texts they share.

        Raises:
            WorkbookUnreadable: If the file is no workbook.
        """
        try:
            self._archive = zipfile.ZipFile(path)
        except DAMAGED as error:
            raise WorkbookUnreadable(f"the file is no workbook ({error})") from error
        try:
            self.sheets = dict(self._read_sheets())
            self._shared = self._read_shared()
        except BaseException:
            self._archive.close()
            raise

    def __enter__(self) -> Self:
        """Return the workbook."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the file."""
        self._archive.close()

    def rows(self, sheet: str) -> Iterator[tuple[int, Row]]:
        """Yield the number and the cells' texts of every row that has cells.

        A number comes as the file writes it, an empty cell as an empty text; a row ends with its
        last cell.

        Args:
            sheet: One of `sheets`.

        Raises:
            WorkbookUnreadable: If the sheet is damaged; rows before the damage were yielded.
        """
        part = self.sheets[sheet]
        parser = _parser()
        found = _RowReader(parser, self._shared).found
        for _ in self._fed(parser, part, MOST_SHEET_BYTES):
            yield from found
            found.clear()

    def _read_sheets(self) -> Iterator[tuple[str, str]]:
        relations = self._elements("xl/_rels/workbook.xml.rels", "Relationship")
        targets = {each.get("Id", ""): each.get("Target", "") for each in relations}
        for each in self._elements("xl/workbook.xml", "sheet"):
            # `r:id`, whatever the prefix; `sheetId` is a number of its own.
            relation = next((each[name] for name in each if name.endswith(":id")), "")
            target = targets.get(relation, "")
            yield each.get("name", ""), target[1:] if target.startswith("/") else f"xl/{target}"

    def _elements(self, part: str, wanted: str) -> list[dict[str, str]]:
        """Return the attributes of all elements of one name of a small part."""
        found: list[dict[str, str]] = []

        def start(name: str, attributes: dict[str, str]) -> None:
            if name.rpartition(":")[2] == wanted:
                found.append(attributes)

        parser = _parser()
        parser.StartElementHandler = start
        for _ in self._fed(parser, part, MOST_PART_BYTES):
            pass
        return found

    def _read_shared(self) -> list[str]:
        """Read the texts that cells name by number."""
        part = "xl/sharedStrings.xml"
        if part not in self._archive.namelist():
            return []
        parser = _parser()
        found = _watch_texts(parser)
        for _ in self._fed(parser, part, MOST_TEXT_BYTES):
            pass
        return found

    def _fed(self, parser: expat.XMLParserType, part: str, most: int) -> Iterator[None]:
        """Feed a part to a parser, piece by piece; its handlers do the work."""
        try:
            info = self._archive.getinfo(part)
        except KeyError:
            raise WorkbookUnreadable(f"the workbook has no part {part!r}") from None
        if info.file_size > most:
            raise WorkbookUnreadable(f"{part}: {info.file_size:,} bytes; at most {most:,} are read")
        try:
            # Reads no more than the size that was looked at, whatever is packed.
            with self._archive.open(info) as stream:
                while chunk := stream.read(CHUNK_BYTES):
                    parser.Parse(chunk, False)
                    yield
                parser.Parse(b"", True)
                yield
        except expat.ExpatError as error:
            raise WorkbookUnreadable(f"{part} is no whole XML ({error})") from error
        except (*DAMAGED, ValueError) as error:
            raise WorkbookUnreadable(f"{part} is damaged ({error})") from error


def _parser() -> expat.XMLParserType:
    """Make a parser that refuses document types, and with them entities of any kind."""

    def refuse(*_: object) -> None:
        raise WorkbookUnreadable("a document type is declared; workbooks have none")

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    return parser


class _RowReader:
    """Collects rows from what a parser meets in a sheet."""

    def __init__(self, parser: expat.XMLParserType, shared: list[str]) -> None:
        self.found: list[tuple[int, Row]] = []
        self._parser = parser
        self._shared = shared
        self._columns: dict[str, int] = {}
        self._texts: list[str] = []
        self._row: Row = []
        self._number = self._column = 0
        self._kind: str | None = None
        self._cell = self._line = self._formula = ""
        parser.StartElementHandler = self._first
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._texts.append

    def _first(self, name: str, _: dict[str, str]) -> None:
        # Some writers put a prefix before every name.
        prefix = name[: len(name) - len("worksheet")]
        if name != f"{prefix}worksheet":
            raise WorkbookUnreadable(f"the sheet begins with {name!r}; expected a worksheet")
        self._cell, self._line, self._formula = f"{prefix}c", f"{prefix}row", f"{prefix}f"
        self._parser.StartElementHandler = self._start

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if name == self._cell:
            self._texts.clear()
            self._kind = attributes.get("t")
            row = self._row
            address = attributes.get("r")
            self._column = len(row) if address is None else self._place(address.rstrip(DIGITS))
            if self._column > len(row):
                row.extend([""] * (self._column - len(row)))
        elif name == self._line:
            self._row = []
            self._number = int(attributes["r"]) if "r" in attributes else self._number + 1

    def _end(self, name: str) -> None:
        if name == self._cell:
            said = "".join(self._texts).strip()
            if self._kind == "s" and said:
                said = _shared(self._shared, said)
            if self._column == len(self._row):
                self._row.append(said)
            else:
                self._row[self._column] = said
        elif name == self._line:
            if self._row:
                self.found.append((self._number, self._row))
        elif name == self._formula:
            # It stands before the value that it gave, which is what is read.
            self._texts.clear()

    def _place(self, letters: str) -> int:
        known = self._columns.get(letters)
        return self._columns.setdefault(letters, _column(letters)) if known is None else known


def _watch_texts(parser: expat.XMLParserType) -> list[str]:
    """Let a parser collect shared texts; how they are read aloud (`rPh`) is no part of them."""
    found: list[str] = []
    pieces: list[str] = []
    aloud = False

    def start(name: str, _: dict[str, str]) -> None:
        nonlocal aloud
        local = name.rpartition(":")[2]
        if local == "si":
            pieces.clear()
        elif local == "rPh":
            aloud = True
        parser.CharacterDataHandler = pieces.append if local == "t" and not aloud else None

    def end(name: str) -> None:
        nonlocal aloud
        parser.CharacterDataHandler = None
        local = name.rpartition(":")[2]
        if local == "si":
            found.append("".join(pieces))
        elif local == "rPh":
            aloud = False

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    return found


def _column(letters: str) -> int:
    """Return the place of a column, counted from 0: A is 0, AA is 26."""
    place = 0
    for letter in letters:
        if not "A" <= letter <= "Z":
            raise WorkbookUnreadable(f"a cell stands in {letters!r}; expected a column such as AB")
        place = LETTERS * place + ord(letter) - ord("A") + 1
        if place > MOST_COLUMNS:
            raise WorkbookUnreadable(f"column {letters}; expected at most {MOST_COLUMNS} columns")
    if not place:
        raise WorkbookUnreadable("a cell has a number and no column")
    return place - 1


def _shared(shared: list[str], said: str) -> str:
    try:
        number = int(said)
        if number < 0:
            raise IndexError
        return shared[number]
    except (ValueError, IndexError):
        raise WorkbookUnreadable(
            f"a cell names shared text {said!r}; there are {len(shared)}"
        ) from None
