"""One row of a file of statements, cell by cell: a value of ours, or what was wrong with it."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeVar
from urllib.parse import urlsplit

from gaptracker.domain.errors import InvalidValue
from gaptracker.domain.formula_guard import formula_safe
from gaptracker.domain.proposals import MOST_EXCERPT_CHARACTERS, Document
from gaptracker.domain.records import Statement
from gaptracker.domain.syncing import IssueKind, SourceId
from gaptracker.domain.time import PartialDate
from gaptracker.domain.vocabulary import Instrument, Mode, Office
from gaptracker.intake.connectors.base import Known
from gaptracker.intake.connectors.statement_rows import StatementRow
from gaptracker.intake.speech_finder import paragraphs
from gaptracker.intake.statement_form import ALWAYS_NEEDED, OF_STATEMENTS
from gaptracker.intake.strict_json import echo
from gaptracker.intake.submission_known import Known as Names
from gaptracker.intake.submission_origins import slug
from gaptracker.intake.submission_terms import SourceKind

# Votes come as roll calls: the codebook places them.
MODES = tuple(mode for mode in Mode if mode is not Mode.VOTE)
INSTRUMENTS = tuple(each for each in Instrument if each is not Instrument.VOTE)
OFFICES = tuple(office for office in Office if office is not Office.VOTE)
# Words are found here; laws and figures are no statements.
KINDS = (
    SourceKind.VERBATIM_RECORD,
    SourceKind.OFFICIAL_STATEMENT,
    SourceKind.UN_DOCUMENT,
    SourceKind.TREATY_BODY_DOCUMENT,
    SourceKind.OFFICIAL_GAZETTE,
    SourceKind.PRESS,
    SourceKind.SOCIAL_MEDIA,
    SourceKind.RECORDING,
    SourceKind.NGO_REPORT,
    SourceKind.OTHER,
)
FIRST_YEAR = 1945
MOST_LINE_CHARACTERS = 500
MOST_LINK_CHARACTERS = 2_000
# A minus, a plus and a percent sign begin sentences, too.
FORMULA_ALONE = ("=", "@", "|")
# They show words in another order than they are written in.
REORDERING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
REFUSED_CATEGORIES = frozenset({"Cc", "Co", "Cs", "Cn"})
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
FREE_TEXTS = ("forum", "title", "publisher", "paraphrase", "speaker", "locator", "licence")

Word = TypeVar("Word", bound=StrEnum)


class RowRefused(Exception):
    """A row that cannot be used: what came, and what was expected."""

    def __init__(self, kind: IssueKind, detail: str) -> None:
        """Say of which kind it is, what came and what was expected."""
        super().__init__(detail)
        self.kind = kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a row says, checked; `theme` and `paraphrase` are empty where a text is searched."""

    id: str
    actor: str
    said_on: PartialDate
    forum: str
    language: str
    text: str
    instrument: Instrument
    office: Office
    link: str
    title: str
    publisher: str
    source_kind: SourceKind
    read_on: date
    mode: Mode | None
    theme: str
    paraphrase: str
    speaker: str | None
    due_on: PartialDate | None
    solicited: bool
    locator: str | None
    licence: str

    @property
    def is_statement(self) -> bool:
        """Say whether it is short enough to be quoted whole; any other text is searched."""
        return is_short(self.text)

    def statement(self, source: str) -> Statement:
        """Return it as a statement."""
        if self.mode is None:
            raise InvalidValue(f"row {self.id} has no mode; expected one of a statement")
        return Statement(
            id=f"import-{self.id}",
            actor=self.actor,
            forum=self.forum,
            said_on=self.said_on,
            mode=self.mode,
            instrument=self.instrument,
            office=self.office,
            source=source,
            document=source,
            # As of submissions: who reports an act that another reported has found no second one.
            act="-".join((self.actor, slug(self.forum), str(self.said_on), self.theme)),
            paraphrase=self.paraphrase,
            speaker=self.speaker,
            language=self.language,
            excerpt=self.text,
            due_on=self.due_on,
            solicited=self.solicited,
            locator=self.locator,
        )

    def document(self, source: str) -> Document:
        """Return the document in which its paragraphs stand."""
        return Document(
            id=f"import-{self.id}",
            origin=SourceId.STATEMENTS,
            source=source,
            actor=self.actor,
            forum=self.forum,
            said_on=self.said_on,
            instrument=self.instrument,
            office=self.office,
            speaker=self.speaker,
            language=self.language,
        )


def is_short(text: str) -> bool:
    """Say whether a text is one paragraph that may be quoted whole."""
    return len(text) <= MOST_EXCERPT_CHARACTERS and len(paragraphs(text)) == 1


class Cells:
    """The cells of one row, read strictly."""

    def __init__(self, row: StatementRow, names: Names, known: Known) -> None:
        """Read a row against the actors, the themes and the day that are known."""
        self._row, self._names, self._known = row, names, known

    def said(self) -> Said:
        """Return what the row says.

        Raises:
            RowRefused: With the first thing that is wrong.
        """
        row = self._row
        short = self._check_filled()
        for column in ("text", *FREE_TEXTS):
            self._check_text(column)
        mode = self._word("mode", MODES) if short else None
        return Said(
            id=self._matching("id", _ID, "letters, digits, `.`, `_` and `-`, at most 80"),
            actor=self._actor(),
            said_on=self._date("date"),
            forum=row["forum"],
            language=self._matching("language", _LANGUAGE, "ISO 639, as en"),
            text=row["text"],
            instrument=self._word("instrument", INSTRUMENTS),
            office=self._word("office", OFFICES),
            link=self._link(),
            title=row["title"],
            publisher=row["publisher"],
            source_kind=self._word("source_kind", KINDS),
            read_on=self._day("read_on"),
            mode=mode,
            theme=self._theme() if short else "",
            paraphrase=row["paraphrase"],
            speaker=row["speaker"] or None,
            due_on=self._due(mode),
            solicited=self._flag("solicited"),
            locator=row["locator"] or None,
            licence=row["licence"],
        )

    def _check_filled(self) -> bool:
        """Refuse missing cells; return whether the row is a statement."""
        row = self._row
        empty = [column for column in ALWAYS_NEEDED if not row[column]]
        if empty:
            raise RowRefused(IssueKind.ROW_REFUSED, f"{', '.join(empty)} is empty; fill it in")
        if is_short(row["text"]):
            empty = [column for column in OF_STATEMENTS if not row[column]]
            if empty:
                raise RowRefused(
                    IssueKind.ROW_REFUSED,
                    f"{', '.join(empty)} is empty; a statement (one paragraph of at most "
                    f"{MOST_EXCERPT_CHARACTERS} characters) needs it",
                )
            return True
        filled = [column for column in (*OF_STATEMENTS, "due") if row[column]]
        if filled:
            raise RowRefused(
                IssueKind.ROW_REFUSED,
                f"a text of {len(row['text']):,} characters came with {', '.join(filled)}; it is "
                "searched, and a coder says that of each paragraph: leave it empty, or give the "
                "paragraph as a row of its own",
            )
        return False

    def _check_text(self, column: str) -> None:
        text = self._row[column]
        whole = column == "text"
        if not whole and len(text) > MOST_LINE_CHARACTERS:
            raise RowRefused(
                IssueKind.ROW_REFUSED,
                f"{column} of {len(text):,} characters came; expected {MOST_LINE_CHARACTERS}",
            )
        odd = next((sign for sign in text if not _is_text(sign, lines=whole)), None)
        if odd is not None:
            raise RowRefused(
                IssueKind.ROW_REFUSED,
                f"{column} holds U+{ord(odd):04X}, which is no text; remove it",
            )
        guarded = formula_safe(text)
        if guarded != text and unicodedata.normalize("NFKC", text).startswith(FORMULA_ALONE):
            raise RowRefused(
                IssueKind.ROW_REFUSED,
                f"{column} begins with {text[0]!r}: a formula came; expected the words themselves",
            )

    def _actor(self) -> str:
        came = self._row["actor"]
        if came in self._known.actors:
            return came
        near = self._names.nearest_actor(came)
        hint = f"did you mean {near}?" if near else "expected a code, as MEX or US-CO"
        raise RowRefused(IssueKind.ACTOR_UNKNOWN, f"actor {echo(came)!r} is not known; {hint}")

    def _theme(self) -> str:
        came, themes = self._row["theme"], self._known.methodology.themes
        if came not in themes:
            raise _unknown("theme", came, themes)
        return came

    def _word(self, column: str, words: Iterable[Word]) -> Word:
        known = {word.value: word for word in words}
        if self._row[column] not in known:
            raise _unknown(column, self._row[column], known)
        return known[self._row[column]]

    def _matching(self, column: str, pattern: re.Pattern[str], expected: str) -> str:
        came = self._row[column]
        if not pattern.fullmatch(came):
            raise RowRefused(
                IssueKind.ROW_REFUSED, f"{column} {echo(came)!r} came; expected {expected}"
            )
        return came

    def _date(self, column: str) -> PartialDate:
        came = self._row[column]
        try:
            found = PartialDate.parse(came)
        except InvalidValue as error:
            raise RowRefused(
                IssueKind.VALUE_OUT_OF_RANGE,
                f"{column} {echo(came)!r} came; expected a date as 2024, 2024-03 or 2024-03-14",
            ) from error
        if found.year < FIRST_YEAR or (column != "due" and found.earliest() > self._known.today):
            raise RowRefused(
                IssueKind.VALUE_OUT_OF_RANGE,
                f"{column} {came} came; expected {FIRST_YEAR} or later, and no day to come",
            )
        return found

    def _day(self, column: str) -> date:
        if not _DAY.fullmatch(self._row[column]):
            raise RowRefused(
                IssueKind.VALUE_OUT_OF_RANGE,
                f"{column} {echo(self._row[column])!r} came; expected a day as 2024-03-14",
            )
        return self._date(column).earliest()

    def _due(self, mode: Mode | None) -> PartialDate | None:
        if not self._row["due"]:
            return None
        if mode is not Mode.PLEDGE:
            raise RowRefused(IssueKind.ROW_REFUSED, f"due came with {mode}; only a pledge has one")
        return self._date("due")

    def _flag(self, column: str) -> bool:
        came = self._row[column]
        if came not in {"", "true", "false"}:
            raise _unknown(column, came, ("true", "false"))
        return came == "true"

    def _link(self) -> str:
        came = self._row["link"]
        try:
            parts = urlsplit(came)
            whole = parts.scheme in {"http", "https"} and bool(parts.hostname)
        except ValueError:
            whole = False
        if not whole or len(came) > MOST_LINK_CHARACTERS or not came.isprintable() or " " in came:
            raise RowRefused(
                IssueKind.ROW_REFUSED,
                f"link {echo(came)!r} came; expected where anybody can read it, as https://…",
            )
        return came


def _is_text(sign: str, *, lines: bool) -> bool:
    if sign in REORDERING:
        return False
    if sign in "\n\r\t":
        return lines
    return (sign.isascii() and sign.isprintable()) or (
        unicodedata.category(sign) not in REFUSED_CATEGORIES
    )


def _unknown(column: str, came: str, known: Iterable[str]) -> RowRefused:
    return RowRefused(
        IssueKind.CATEGORY_UNKNOWN,
        f"{column} {echo(came)!r} came; expected one of {', '.join(known)}",
    )
