"""Hooks by which schemathesis asks as our clients do; loaded into its own process.

They change what is sent only where chance could not find it: a key that is new for each request,
an entity tag that fits, and names that this server holds.
"""

import json
import os
import re
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

import schemathesis

from tests.fuzz_allowances import ALLOWED, EVERYWHERE, codes_of
from tests.fuzz_known import Known, examples_of, in_place, known_to, question

SUBMISSION_FILE = "submission.json"
KEY = re.compile(r"[!#-\[\]-~]{1,255}", re.ASCII)
REFUSED = 400
# Nobody sits through the seconds that the feed of events may be asked to wait.
WAITS = frozenset(map(str, range(31)))


@cache
def known() -> Known:
    """What the server holds; the walk says where that is."""
    return known_to(os.environ["FUZZ_BASE"])


# `Any`: schemathesis and JSON.
@schemathesis.hook
def before_load_schema(_context: Any, raw_schema: dict[str, Any]) -> None:  # noqa: ANN401  see above
    """Let the examples be of what this server takes and holds."""
    schemas = raw_schema["components"]["schemas"]
    if "Submission" in schemas:  # a server that only reads has none
        # A file of the walk's: to import it would load the whole program into this process.
        example = json.loads(Path(SUBMISSION_FILE).read_text(encoding="utf-8"))
        schemas["Submission"]["examples"] = [example]
    for path, operations in raw_schema["paths"].items():
        for parameter in operations.get("get", {}).get("parameters", ()):
            if there := examples_of(path, parameter["name"], known()):
                parameter["schema"]["examples"] = there


@schemathesis.hook
def before_call(_context: Any, case: Any, **_kwargs: Any) -> None:  # noqa: ANN401  see above
    """Send each request under a new key, and change what is there whatever its revision."""
    key = case.headers.get("Idempotency-Key")
    if isinstance(key, str) and KEY.fullmatch(key):
        case.headers["Idempotency-Key"] = str(uuid4())
    if isinstance(case.query, dict) and str(case.query.get("wait")) in WAITS:
        case.query["wait"] = 0
    if not _is_good(case):
        return
    if "If-Match" in case.headers:
        case.headers["If-Match"] = "*"
    if case.method == "GET":
        _ask_for_what_is_there(case)


def _ask_for_what_is_there(case: Any) -> None:  # noqa: ANN401  see above
    """Put names that the server holds into a good question."""
    path = case.operation.path
    for place, drawn in (case.path_parameters or {}).items():
        case.path_parameters[place] = in_place(path, place, str(drawn), known())
    if isinstance(case.query, dict):
        case.query = question(path, case.path_parameters or {}, case.query, known())


def _is_good(case: Any) -> bool:  # noqa: ANN401  see above
    return case.meta is not None and bool(case.meta.generation.mode.is_positive)


@schemathesis.check
def good_data_is_refused_only_for_what_no_schema_says(
    _context: Any,  # noqa: ANN401  see above
    response: Any,  # noqa: ANN401  see above
    case: Any,  # noqa: ANN401  see above
) -> None:
    """Hold each refusal of good data against the allowances, code by code."""
    if not _is_good(case) or response.status_code < REFUSED or not response.content:
        return
    allowed = EVERYWHERE | ALLOWED.get(case.operation.label, frozenset())
    found = codes_of(response.json()) - allowed
    assert not found, f"refused for {', '.join(sorted(found))}, which a schema can say"
