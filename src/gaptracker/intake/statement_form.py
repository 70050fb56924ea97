"""The form in which people bring statements: its columns, what each may hold, and a template."""

import csv
import io
import json
from dataclasses import dataclass

ALWAYS, STATEMENT, OPTIONAL = "always", "statement", "optional"


@dataclass(frozen=True, slots=True, kw_only=True)
class FormColumn:
    """A column: when it is to be filled, what it holds, and an example."""

    name: str
    needed: str
    holds: str
    example: str = ""


COLUMNS: tuple[FormColumn, ...] = (
    FormColumn(
        name="id",
        needed=ALWAYS,
        holds="your name for the row, the same each time: letters, digits, `.`, `_`, `-`",
        example="col-2024-cnd-1",
    ),
    FormColumn(
        name="actor", needed=ALWAYS, holds="code of who spoke, as `MEX` or `US-CO`", example="COL"
    ),
    FormColumn(
        name="date", needed=ALWAYS, holds="`YYYY`, `YYYY-MM` or `YYYY-MM-DD`", example="2024-03-14"
    ),
    FormColumn(name="forum", needed=ALWAYS, holds="where it was said", example="CND67"),
    FormColumn(name="language", needed=ALWAYS, holds="of the text: ISO 639, as `es`", example="en"),
    FormColumn(
        name="text",
        needed=ALWAYS,
        holds=(
            "the words as they were said: one paragraph of at most 500 characters is a statement, "
            "a longer text is cut and searched"
        ),
        example="We propose that needle programmes be open to everyone who asks for them.",
    ),
    FormColumn(
        name="instrument",
        needed=ALWAYS,
        holds="the form it was said in: `national_statement`, `interview`, …",
        example="national_statement",
    ),
    FormColumn(
        name="office",
        needed=ALWAYS,
        holds="who said it: `minister`, `accredited_delegate`, …",
        example="minister",
    ),
    FormColumn(
        name="link",
        needed=ALWAYS,
        holds="where anybody can read it: http or https",
        example="https://www.example.org/cnd67/colombia",
    ),
    FormColumn(
        name="title",
        needed=ALWAYS,
        holds="of what stands there",
        example="Statement at the opening of CND67",
    ),
    FormColumn(
        name="publisher", needed=ALWAYS, holds="who published it", example="Example Ministry"
    ),
    FormColumn(
        name="source_kind",
        needed=ALWAYS,
        holds="what stands there: `verbatim_record`, `official_statement`, `press`, …",
        example="official_statement",
    ),
    FormColumn(
        name="read_on", needed=ALWAYS, holds="day on which it was read there", example="2024-04-02"
    ),
    FormColumn(
        name="mode",
        needed=STATEMENT,
        holds="what the words do: `advocacy`, `claim`, `pledge`, `refusal`",
        example="advocacy",
    ),
    FormColumn(
        name="theme",
        needed=STATEMENT,
        holds="on which ladder coders place it; the same words on another theme are another row",
        example="harm_reduction",
    ),
    FormColumn(
        name="paraphrase",
        needed=STATEMENT,
        holds="what is said, in your own words, in English",
        example="Wants needle programmes open to all.",
    ),
    FormColumn(name="speaker", needed=OPTIONAL, holds="who spoke, by name"),
    FormColumn(name="due", needed=OPTIONAL, holds="of a pledge: by when"),
    FormColumn(
        name="solicited", needed=OPTIONAL, holds="`true` where a question or recommendation asked"
    ),
    FormColumn(name="locator", needed=OPTIONAL, holds="place in the source: page, paragraph"),
    FormColumn(name="licence", needed=OPTIONAL, holds="terms of the source"),
)
NAMES = tuple(column.name for column in COLUMNS)
ALWAYS_NEEDED = tuple(column.name for column in COLUMNS if column.needed == ALWAYS)
OF_STATEMENTS = tuple(column.name for column in COLUMNS if column.needed == STATEMENT)
# A table lacks none of these, so that a column that moved is seen.
IN_EVERY_TABLE = (*ALWAYS_NEEDED, *OF_STATEMENTS)


def csv_template() -> str:
    """Return a table with the header and one invented row."""
    table = io.StringIO(newline="")
    writer = csv.writer(table)
    writer.writerow(NAMES)
    writer.writerow([column.example for column in COLUMNS])
    return table.getvalue()


def jsonl_template() -> str:
    """Return the same row as a line of JSON, without what is empty."""
    row = {column.name: column.example for column in COLUMNS if column.example}
    return f"{json.dumps(row, ensure_ascii=False)}\n"
