"""Mappings over the API, and the spreadsheets that organisations begin with."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from gaptracker.domain.formula_guard import formula_safe_cell
from gaptracker.intake.csv_templates import TEMPLATES
from tests.batch_world import CSV, BatchWorld, batch_world


@pytest.fixture
def world(tmp_path: Path) -> Iterator[BatchWorld]:
    with batch_world(f"sqlite:///{tmp_path / 'records.sqlite3'}", tmp_path) as made:
        yield made


@pytest.mark.parametrize("kind", TEMPLATES)
def test_the_spreadsheet_to_begin_with_is_accepted_as_it_is(world: BatchWorld, kind: str) -> None:
    template = world.get(f"/v1/csv-mappings/template?kind={kind}").json()["mapping"]
    headers = {**world.bearer(), "Idempotency-Key": "map"}
    made = world.client.post("/v1/csv-mappings", json=template, headers=headers)
    assert made.status_code == 201, made.text
    assert made.json()["mapping"]["columns"].keys() == template["columns"].keys()
    sheet = world.get(f"/v1/csv-mappings/template.csv?kind={kind}")
    assert sheet.headers["content-disposition"] == f'attachment; filename="gaptracker-{kind}.csv"'
    rows = list(csv.reader(io.StringIO(sheet.content.decode("utf-8-sig"))))
    assert all(cell == formula_safe_cell(cell) for row in rows for cell in row)
    # The country of the small evidence.
    body = sheet.content.replace(b"PER", b"MEX")
    sent = world.post(body, CSV, f"?mapping={made.json()['id']}")
    assert sent.status_code == 202, sent.text
    world.work()
    (line,) = world.results(sent.json()["id"])
    assert (line["line"], line["status"]) == (2, 201), line


def test_a_problem_of_a_row_names_its_column(world: BatchWorld) -> None:
    template = world.get("/v1/csv-mappings/template").json()["mapping"]
    headers = {**world.bearer(), "Idempotency-Key": "map"}
    mapping = world.client.post("/v1/csv-mappings", json=template, headers=headers).json()["id"]
    body = world.get("/v1/csv-mappings/template.csv").content  # PER is not known here
    sent = world.post(body, CSV, f"?mapping={mapping}")
    world.work()
    (line,) = world.results(sent.json()["id"])
    assert line["problem"]["errors"][0]["column"] == "country"


def test_a_mapping_is_listed_until_it_is_removed(world: BatchWorld) -> None:
    template = world.get("/v1/csv-mappings/template").json()["mapping"]
    headers = {**world.bearer(), "Idempotency-Key": "map"}
    made = world.client.post("/v1/csv-mappings", json=template, headers=headers).json()
    again = world.client.post("/v1/csv-mappings", json=template, headers=headers)
    assert again.json() == made
    assert world.get("/v1/csv-mappings").json()["data"] == [made]
    address = f"/v1/csv-mappings/{made['id']}"
    removed = [world.client.delete(address, headers=world.bearer()).status_code for _ in range(2)]
    assert removed == [204, 404]
    assert world.get("/v1/csv-mappings").json()["data"] == []


def test_a_mapping_that_cannot_work_is_refused_with_every_fault(world: BatchWorld) -> None:
    headers = {**world.bearer(), "Idempotency-Key": "map"}
    wrong = {"columns": {"a": {"pointer": "nowhere"}}, "delimiter": "x"}
    answer = world.client.post("/v1/csv-mappings", json=wrong, headers=headers)
    assert (answer.status_code, len(answer.json()["errors"])) == (422, 2)
