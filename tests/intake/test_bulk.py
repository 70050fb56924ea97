"""A batch line by line: each read or refused alone, never beyond the limits."""

import json
import time
from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaptracker.intake.bulk_csv import csv_lines, problems_by_column
from gaptracker.intake.bulk_lines import (
    BulkLimits,
    BulkMalformed,
    BulkTooLarge,
    array_lines,
    count_lines,
    ndjson_lines,
)
from gaptracker.intake.csv_mapping import CsvMapping, parse_mapping
from gaptracker.intake.strict_json import MalformedJson
from gaptracker.intake.submission_problems import SubmissionInvalid
from gaptracker.intake.submissions import validate_submission
from tests.intake.submission_world import KNOWN, example

SMALL = BulkLimits(size_bytes=200, lines=5, line_bytes=20, elements=3)
MAPPING: dict[str, object] = {
    "columns": {
        "Number": {"pointer": "/client_ref"},
        "Country": {"pointer": "#/items/0/actor"},
        "People": {"pointer": "/items/0/value", "kind": "number"},
        "Year": {"pointer": "/items/0/period", "default": "2025"},
        "Link": {"pointer": "/sources/0/url"},
        "Consent": {"pointer": "/consent/review", "kind": "boolean"},
        "Seen by": {"pointer": "/sources/1/identity/name"},
    },
    "constants": {
        "/language": "es",
        "/items/0/kind": "observation",
        "/items/0/ref": "o1",
        "/items/0/indicator": "prisoners",
        "/sources/0/ref": "s1",
        "/sources/0/kind": "press",
        "/sources/0/confidentiality": "public",
        "/sources/1/ref": "s2",
        "/sources/1/kind": "interview",
    },
    "ignored": ["Colour"],
}
HEADER = "Number,Country,People,Year,Link,Consent,Seen by,Colour\n"


def mapped(text: str | bytes, **changes: object) -> list[object]:
    content = text.encode() if isinstance(text, str) else text
    mapping = parse_mapping({**MAPPING, **changes})
    return [each.problem or each.document for each in csv_lines([content], mapping)]


def test_each_line_is_read_or_refused_alone() -> None:
    body = b'{"a": 1}\r\n\n{"a": NaN}\n{"a": 1, "a": 2}\n[]'
    found = list(ndjson_lines([body[:7], body[7:20], body[20:]]))
    assert [(each.number, each.document) for each in found] == [
        (1, {"a": 1}),
        (3, None),
        (4, None),
        (5, []),
    ]
    assert [each.problem.offset for each in found if isinstance(each.problem, MalformedJson)] == [
        6,
        9,
    ]


def test_a_job_goes_on_after_the_last_line_that_is_done() -> None:
    body = b"1\n2\n3\n"
    assert [each.number for each in ndjson_lines([body], after=2)] == [3]
    assert [each.number for each in array_lines(b"[1,2,3]", after=2)] == [3]


@given(st.lists(st.binary(max_size=30)), st.lists(st.integers(0, 60)))
def test_where_the_bytes_are_cut_changes_nothing(lines: list[bytes], cuts: list[int]) -> None:
    body = b"\n".join(lines)
    places = sorted({0, len(body), *(cut for cut in cuts if cut < len(body))})
    pieces = [body[a:b] for a, b in pairwise(places)]
    limits = BulkLimits(line_bytes=20)
    once = [(each.number, each.document) for each in ndjson_lines([body], limits=limits)]
    assert [(e.number, e.document) for e in ndjson_lines(pieces, limits=limits)] == once
    assert count_lines(pieces) == count_lines([body])


@pytest.mark.hostile
def test_a_line_that_is_too_long_is_refused_alone_and_not_kept() -> None:
    body = b"1" * 31 + b'\n"y"\n' + b"1" * 40
    found = list(ndjson_lines([body[n : n + 3] for n in range(0, len(body), 3)], limits=SMALL))
    assert [(each.number, each.document) for each in found] == [(1, None), (2, "y"), (3, None)]


@pytest.mark.hostile
@pytest.mark.parametrize(
    "body", [b"1\n" * 6, b"1\n" * 5 + b"1", b" " * 201], ids=["lines", "last-line", "bytes"]
)
def test_a_batch_over_the_limits_is_refused(body: bytes) -> None:
    with pytest.raises(BulkTooLarge):
        count_lines([body], limits=SMALL)
    with pytest.raises(BulkTooLarge):
        list(ndjson_lines([body], limits=SMALL))


@pytest.mark.hostile
def test_counting_stops_where_it_is_too_much() -> None:
    def endless() -> Iterator[bytes]:
        while True:
            yield b"x" * 150

    with pytest.raises(BulkTooLarge):
        count_lines(endless(), limits=SMALL)


def test_an_array_is_read_whole_or_refused() -> None:
    assert [each.document for each in array_lines(b'[{"a": 1}, 2]')] == [{"a": 1}, 2]
    for body in (b"{}", b"[]", b"1"):
        with pytest.raises(BulkMalformed):
            list(array_lines(body))
    with pytest.raises(BulkTooLarge, match="expected 3 at most"):
        list(array_lines(b"[1,2,3,4]", limits=SMALL))
    with pytest.raises(MalformedJson):
        list(array_lines(b"[1,"))


def test_a_row_becomes_a_submission() -> None:
    [document] = mapped(HEADER + 'HRN-1,PER,"1,5",,https://a.test/,TRUE,Ana,red\n', decimal=",")
    draft = validate_submission(document, KNOWN)
    assert draft.client_ref == "HRN-1"
    item = draft.content["items"][0]
    assert (item["value"], item["period"], item["actor"]) == ("1.5", "2025", "PER")
    assert draft.content["consent"]["review"] is True
    assert draft.identities == {"s2": {"name": "Ana"}}


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_spreadsheet_of_any_dialect_is_read(mark: bytes, delimiter: str) -> None:
    text = (HEADER + "1,PER,5,2024,https://a.test/,false,,\r\n").replace(",", delimiter)
    [document] = mapped(mark + text.encode(), delimiter=delimiter)
    assert isinstance(document, dict)
    assert document["items"][0]["period"] == "2024"


def test_a_fault_names_line_and_column_and_quotes_no_cell() -> None:
    row = '1,PER,CANARY,2024,x,CANARY,"a\nb",\n'
    mapping = parse_mapping(MAPPING)
    [line] = csv_lines([(HEADER + row).encode()], mapping)
    assert line.number == 3
    assert isinstance(line.problem, SubmissionInvalid)
    told = problems_by_column(line.problem, mapping)
    assert [(each["pointer"], each["code"], each["column"]) for each in told] == [
        ("#/items/0/value", "number.form", "People"),
        ("#/consent/review", "boolean.type", "Consent"),
    ]
    assert "CANARY" not in str(told)


def test_a_problem_found_later_is_told_by_its_column_too() -> None:
    mapping = parse_mapping(MAPPING)
    [line] = csv_lines([(HEADER + "1,PEU,5,2024,javascript:x,true,Ana,\n").encode()], mapping)
    with pytest.raises(SubmissionInvalid) as refused:
        validate_submission(line.document, KNOWN)
    told = problems_by_column(refused.value, mapping)
    assert [(each["code"], each["column"]) for each in told] == [
        ("country.unknown", "Country"),
        ("url.scheme", "Link"),
    ]


@pytest.mark.hostile
@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"Number\n1\n",
        HEADER.replace("Colour", "Surprise").encode(),
        HEADER.replace("Colour", "Year").encode(),
        HEADER.encode("utf-16"),
        b"\xff" + HEADER.encode(),
        b'"' + HEADER.encode(),
    ],
    ids=["empty", "missing", "unknown", "twice", "utf-16", "bad-utf-8", "open-quote"],
)
def test_a_header_that_is_not_the_mappings_refuses_the_file(text: bytes) -> None:
    with pytest.raises(BulkMalformed, match="line 1"):
        mapped(text)


@pytest.mark.hostile
def test_a_bad_row_is_refused_alone() -> None:
    good = b"2,PER,5,2024,https://a.test/,true,,\n"
    bad = b'1,PER,"5"x,2024,,,,\n1,PER\n\xff,PER,,,,,,\n,,,,,,,\n'
    found = mapped(HEADER.encode() + bad + good)
    assert [isinstance(each, MalformedJson) for each in found] == [True, True, True, False]
    [last] = mapped(HEADER.encode() + b'1,PER,"5\n' + good)
    assert isinstance(last, MalformedJson)


@pytest.mark.hostile
@pytest.mark.parametrize(
    "changes",
    [
        {"delimiter": "|"},
        {"columns": {}},
        {"columns": {"A": {"pointer": "/items/99999999999/actor"}}},
        {"columns": {"A": {"pointer": "/items/50/actor"}}},
        {"columns": {"A": {"pointer": "/" + "a/" * 50 + "b"}}},
        {"columns": {"A": {"pointer": "/language"}}},
        {"columns": {"A": {"pointer": "/items"}}},
        {"columns": {"A": {"pointer": "/x", "kind": "code"}}},
        {"columns": {"Colour": {"pointer": "/x"}}},
        {"columns": []},
        {"extra": 1},
    ],
)
def test_a_mapping_that_cannot_work_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(SubmissionInvalid):
        parse_mapping({**MAPPING, **changes})


@pytest.mark.hostile
@given(st.binary(max_size=200))
def test_any_bytes_make_lines_or_a_refusal(body: bytes) -> None:
    mapping: CsvMapping = parse_mapping(MAPPING)
    assert all(
        (each.document is None) != (each.problem is None)
        for each in csv_lines([HEADER.encode() + body], mapping)
    )


def test_ten_thousand_lines_are_read_and_validated_in_time() -> None:
    line = json.dumps(example()).encode() + b"\n"
    # What this process computes: others on the machine are no fault of ours.
    started = time.process_time()
    drafts = [validate_submission(each.document, KNOWN) for each in ndjson_lines([line] * 5_000)]
    assert len(drafts) == 5_000
    # A ceiling for a busy machine; the figure measured alone is in decision 0018.
    assert time.process_time() - started < 30
