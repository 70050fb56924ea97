"""The OpenAPI document: committed, valid, and true of what the server answers."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from pydantic import BaseModel

from gaptracker.intake.submissions import validate_submission
from gaptracker.main.openapi import openapi_text
from gaptracker.publish.api.app import create_api
from gaptracker.publish.api.codes import ErrorCode, ProblemCode
from gaptracker.publish.api.described import described
from gaptracker.publish.api.envelope import EXPOSED_HEADERS
from gaptracker.publish.api.openapi import read_examples, read_intake_examples
from gaptracker.publish.api.queries import LanguageQuery
from gaptracker.publish.api.schemas import Cell, Message, Problem
from gaptracker.publish.api.schemas_actors import ActorRow
from gaptracker.publish.api.schemas_beside import ErratumRow, ReplyRow
from gaptracker.publish.api.schemas_checked import CheckAnswerData
from gaptracker.publish.api.schemas_compared import ComparisonAnswer
from gaptracker.publish.api.schemas_detail import ContributionAnswer
from gaptracker.publish.api.schemas_diff import CellChange
from gaptracker.publish.api.schemas_methods import ThemeRow
from gaptracker.publish.api.schemas_pairs import Pair
from gaptracker.publish.api.schemas_records import (
    IndicatorRow,
    MeasureAnswerData,
    ObservationRow,
    StatementAnswerData,
)
from gaptracker.publish.api.schemas_releases import ReleaseRow
from gaptracker.publish.api.schemas_what_if import WhatIfAnswerData
from gaptracker.receive.access import ACCESS
from gaptracker.receive.app import ROUTERS
from gaptracker.receive.schemas import Answer, Me, SubmissionAnswer, Validation
from tests.api_world import World, shared_world
from tests.intake.submission_world import KNOWN

MODELS: tuple[type[Message], ...] = (
    Cell,
    CellChange,
    CheckAnswerData,
    ComparisonAnswer,
    Pair,
    ActorRow,
    ContributionAnswer,
    ErratumRow,
    IndicatorRow,
    MeasureAnswerData,
    ObservationRow,
    StatementAnswerData,
    ThemeRow,
    ReleaseRow,
    ReplyRow,
    WhatIfAnswerData,
    Problem,
)
INTAKE = {path for _, path in ACCESS}
COMMAND = "python -m gaptracker.main.openapi docs/openapi.json"

# `Any` because the document is JSON of every shape.
Document = dict[str, Any]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return shared_world(tmp_path_factory)


@pytest.fixture(scope="module")
def document() -> Document:
    loaded: Document = json.loads(openapi_text())
    return loaded


@pytest.fixture(scope="module")
def guide(project_root: Path) -> str:
    return (project_root / "docs" / "api.md").read_text(encoding="utf-8")


def operations(document: Document) -> Iterator[tuple[str, Document]]:
    for path, methods in document["paths"].items():
        yield from ((path, operation) for operation in methods.values())


def all_models(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    for each in model.__subclasses__():
        yield each
        yield from all_models(each)


def test_the_committed_document_is_that_of_the_code(project_root: Path) -> None:
    kept = (project_root / "docs" / "openapi.json").read_text(encoding="utf-8")
    assert kept == openapi_text(), f"run `{COMMAND}` and commit the difference"


def test_the_document_is_openapi_3_1_and_its_references_resolve(document: Document) -> None:
    assert document["openapi"].startswith("3.1")
    text = json.dumps(document)
    for name in {part.split('"')[0] for part in text.split("#/components/schemas/")[1:]}:
        assert name in document["components"]["schemas"]
    for schema in document["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


def test_every_operation_is_explained(document: Document) -> None:
    names = [operation["operationId"] for _, operation in operations(document)]
    assert len(set(names)) == len(names)
    for path, operation in operations(document):
        assert operation["summary"], path
        assert operation["description"], path
        assert set(operation["tags"]) <= {tag["name"] for tag in document["tags"]}, path
        for parameter in operation.get("parameters", ()):
            schema = parameter["schema"]
            known = schema.get("enum") or schema.get("examples") or "default" in schema
            assert parameter["description"], (path, parameter["name"])
            # What the intake takes has limits and forms instead of examples.
            own = path in INTAKE or parameter["name"] == "cursor"
            assert known or own, (path, parameter["name"])


def test_codes_are_closed_lists_in_the_document(document: Document) -> None:
    schemas = document["components"]["schemas"]
    assert schemas["ProblemCode"]["enum"] == [code.value for code in ProblemCode]
    assert schemas["ErrorCode"]["enum"] == [code.value for code in ErrorCode]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_examples_are_what_they_are_examples_of(model: type[Message]) -> None:
    example = read_examples()[model.__name__]
    assert model.model_validate_json(json.dumps(example)).model_dump(mode="json") == example


def test_there_is_no_example_of_anything_else() -> None:
    assert set(read_examples()) == {model.__name__ for model in MODELS}


@pytest.mark.parametrize(
    "model", [Me, SubmissionAnswer, Validation], ids=lambda each: each.__name__
)
def test_examples_of_the_intake_are_answers_that_it_could_give(model: type[Answer]) -> None:
    example = read_intake_examples()[model.__name__]
    assert model.model_validate_json(json.dumps(example)).model_dump(mode="json") == example


def test_the_example_of_a_submission_is_one_that_is_taken(document: Document) -> None:
    example = read_intake_examples()["Submission"]
    assert validate_submission(example, KNOWN).client_ref == example["client_ref"]
    for name, each in read_intake_examples().items():
        assert document["components"]["schemas"][name]["examples"] == [each]


def test_no_answer_has_a_default_or_takes_more_than_it_says() -> None:
    models = list(all_models(Message))
    assert len(models) > 40
    for model in models:
        assert model.model_config["extra"] == "forbid", model
        assert all(field.is_required() for field in model.model_fields.values()), model
    assert all(model.model_config["extra"] == "forbid" for model in all_models(LanguageQuery))


def test_the_guide_names_every_path_parameter_header_and_code(
    document: Document, guide: str
) -> None:
    missing = [path for path, _ in operations(document) if f"`{path}`" not in guide]
    parameters = {
        parameter["name"]
        for _, operation in operations(document)
        for parameter in operation.get("parameters", ())
        if parameter["in"] == "query"
    }
    missing += [name for name in sorted(parameters) if f"`{name}`" not in guide]
    missing += [code for code in (*ProblemCode, *ErrorCode) if f"`{code}`" not in guide]
    missing += [name for name in EXPOSED_HEADERS.split(", ") if f"`{name}`" not in guide]
    assert not missing, "describe these in docs/api.md"


def test_the_guide_explains_every_member_of_a_cell(guide: str) -> None:
    missing = [name for name in Cell.model_fields if f"`{name}`" not in guide]
    assert not missing


def test_applications_of_the_same_routes_share_the_document_and_others_have_their_own(
    world: World,
) -> None:
    one, same = (create_api(world.shelf, watch_seconds=None) for _ in range(2))
    other = create_api(world.shelf, watch_seconds=None, more=ROUTERS)
    assert described(one) is described(same)
    assert "/v1/submissions" not in described(one).parameters
    assert "/v1/submissions" in described(other).parameters
