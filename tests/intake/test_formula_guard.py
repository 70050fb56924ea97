"""No text we write into a CSV file begins a formula, whatever stands before it."""

import csv
import io
import unicodedata

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaptracker.domain.formula_guard import formula_safe
from gaptracker.release.csv_text import write_csv

HIDDEN = [
    "\t",
    "\x00",
    "\ufeff",
    " ",
    "\u00a0",
    "\u3000",
    "\r",
    "\n",
    "\u200b",
    "\u202e",
    "\x1f",
    "\ue000",
]
STARTS = [
    "=",
    "+",
    "-",
    "@",
    "|",
    "%",
    "\uff1d",
    "\uff0b",
    "\uff0d",
    "\uff20",
    "\ufe62",
    "\ufe63",
    "\u2a75",
]


@pytest.mark.hostile
@given(st.lists(st.sampled_from(HIDDEN)).map("".join), st.sampled_from(STARTS), st.text())
def test_a_formula_behind_anything_invisible_is_disarmed(
    before: str, start: str, rest: str
) -> None:
    text = before + start + rest
    assert formula_safe(text) == f"'{text}"


@pytest.mark.hostile
@given(st.text())
def test_the_first_visible_sign_of_a_cell_never_begins_a_formula(text: str) -> None:
    written = write_csv(pl.DataFrame({"a": [text]}, schema={"a": pl.String})).decode()
    cells = list(csv.reader(io.StringIO(written, newline="")))
    cell = cells[1][0] if len(cells) > 1 and cells[1] else ""
    visible = next((c for c in cell if unicodedata.category(c)[0] not in "CZ"), "")
    assert unicodedata.normalize("NFKC", visible)[:1] not in set("=+-@|%")
    assert formula_safe(formula_safe(text)) == formula_safe(text)
