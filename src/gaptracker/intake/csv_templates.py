"""Spreadsheets to begin with: for each kind of item its columns, a mapping and one example row."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gaptracker.domain.formula_guard import formula_safe_cell
from gaptracker.intake.bulk_lines import UTF8_MARK


@dataclass(frozen=True, slots=True, kw_only=True)
class CsvTemplate:
    """A spreadsheet's columns in order, each with its place and an example, and what never varies.

    `lists` names the columns whose cells hold several values, parted by `|`.
    """

    columns: Mapping[str, tuple[str, str]]
    constants: Mapping[str, str | bool]
    lists: frozenset[str] = frozenset()

    # `Any` because the mapping is JSON, as an organisation would send it.
    @property
    def mapping(self) -> dict[str, Any]:
        """Return the mapping that reads the spreadsheet."""
        return {
            "delimiter": ",",
            "decimal": ".",
            "columns": {
                name: {"pointer": pointer, "kind": "list" if name in self.lists else "text"}
                for name, (pointer, _) in self.columns.items()
            },
            "constants": dict(self.constants),
            "ignored": [],
        }

    def spreadsheet(self) -> bytes:
        """Return the CSV: UTF-8 with the mark by which spreadsheets know it, header and example."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\r\n")
        writer.writerow(self.columns)
        writer.writerow(formula_safe_cell(example) for _, example in self.columns.values())
        return UTF8_MARK + text.getvalue().encode()


_ENVELOPE = {
    "reference": ("/client_ref", "ORG-2026-001"),
    "language": ("/language", "en"),
    "summary": ("/public_summary/en", "What readers are told, in a sentence or two."),
}
_SOURCE = {
    "source_kind": ("/sources/0/kind", "official_gazette"),
    "source_title": ("/sources/0/title", "Official gazette, 2 March 2026"),
    "source_publisher": ("/sources/0/publisher", "Ministry of Health"),
    "source_url": ("/sources/0/url", "https://www.example.org/gazette/123"),
    "source_published": ("/sources/0/published", "2026-03-02"),
    "source_reliability": ("/sources/0/reliability", "B"),
    # Each row says it itself: a source that is not marked public stays restricted.
    "source_confidentiality": ("/sources/0/confidentiality", "public"),
}
_CONSTANTS: Mapping[str, str | bool] = {
    "/items/0/ref": "i1",
    "/items/0/sources/0": "s1",
    "/sources/0/ref": "s1",
}
_ACTOR = {"country": ("/items/0/actor", "PER")}
_THEME = {"theme": ("/items/0/theme", "harm_reduction")}
_MEASURE = {
    **_ACTOR,
    **_THEME,
    "layer": ("/items/0/layer", "law"),
    "instrument": ("/items/0/instrument", "ministerial_order"),
    "title": ("/items/0/title", "Resolution 123-2026"),
    "issuer": ("/items/0/issuer", "Ministry of Health"),
    "in_force_from": ("/items/0/in_force_from", "2026-03"),
    "in_force_to": ("/items/0/in_force_to", ""),
    "territory": ("/items/0/territory", "PER"),
}
_STATEMENT = {
    **_ACTOR,
    **_THEME,
    "forum": ("/items/0/forum", "CND69"),
    "said_on": ("/items/0/said_on", "2026-03-10"),
    "mode": ("/items/0/mode", "advocacy"),
    "instrument": ("/items/0/instrument", "national_statement"),
    "office": ("/items/0/office", "minister"),
    "paraphrase": ("/items/0/paraphrase", "Asks that health come first."),
    "speaker": ("/items/0/speaker", ""),
    "excerpt": ("/items/0/excerpt", ""),
}
_OBSERVATION = {
    **_ACTOR,
    "indicator": ("/items/0/indicator", "executions_recorded"),
    "period": ("/items/0/period", "2025"),
    "value": ("/items/0/value", "120"),
}


def _template(kind: str, item: Mapping[str, tuple[str, str]]) -> CsvTemplate:
    return CsvTemplate(
        columns={**_ENVELOPE, **item, **_SOURCE},
        constants={**_CONSTANTS, "/items/0/kind": kind},
        lists=frozenset({"territory"} & set(item)),
    )


TEMPLATES: Mapping[str, CsvTemplate] = {
    "measure": _template("measure", _MEASURE),
    "statement": _template("statement", _STATEMENT),
    "observation": _template("observation", _OBSERVATION),
}


def template_of(kind: str) -> CsvTemplate:
    """Return the template of a kind of item; corrections are too varied for a table.

    Raises:
        KeyError: If there is none.
    """
    return TEMPLATES[kind]
