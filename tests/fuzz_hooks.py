"""Hooks by which schemathesis asks as our clients do; loaded into its own process.

They change what is sent only where chance could not find it: a key that is new for each request,
an entity tag that fits, and examples that name what this database holds.
"""

import copy
import json
import os
import re
from typing import Any
from uuid import uuid4

import schemathesis

from tests.fuzz_allowances import ALLOWED, EVERYWHERE, codes_of
from tests.intake_world import DOCUMENT

# Empty where pytest reads this module for its examples; the walk itself always sets it.
HERE = {
    re.compile(r"\d{4}-\d{2}-\d{2}-[0-9a-f]{8}"): os.environ.get("FUZZ_RELEASE", ""),
    re.compile(r"pair_[0-9a-f]{16}"): os.environ.get("FUZZ_PAIR", ""),
}
KEY = re.compile(r"[!#-\[\]-~]{1,255}", re.ASCII)
REFUSED = 400
# Nobody sits through the seconds that the feed of events may be asked to wait.
WAITS = frozenset(map(str, range(31)))


# `Any`: schemathesis and JSON.
@schemathesis.hook
def before_load_schema(_context: Any, raw_schema: dict[str, Any]) -> None:  # noqa: ANN401  see above
    """Let the examples name what there is."""
    schemas = raw_schema["components"]["schemas"]
    if "Submission" in schemas:  # a server that only reads has none
        schemas["Submission"]["examples"] = [copy.deepcopy(DOCUMENT)]
    for path in raw_schema["paths"].values():
        for operation in path.values():
            for parameter in operation.get("parameters", ()):
                text = json.dumps(parameter["schema"].get("examples", []))
                for kind, here in HERE.items():
                    text = kind.sub(here, text) if here else text
                if text != "[]":
                    parameter["schema"]["examples"] = json.loads(text)


@schemathesis.hook
def before_call(_context: Any, case: Any, **_kwargs: Any) -> None:  # noqa: ANN401  see above
    """Send each request under a new key, and change what is there whatever its revision."""
    key = case.headers.get("Idempotency-Key")
    if isinstance(key, str) and KEY.fullmatch(key):
        case.headers["Idempotency-Key"] = str(uuid4())
    if isinstance(case.query, dict) and str(case.query.get("wait")) in WAITS:
        case.query["wait"] = 0
    is_good = case.meta is not None and case.meta.generation.mode.is_positive
    if is_good and "If-Match" in case.headers:
        case.headers["If-Match"] = "*"


@schemathesis.check
def good_data_is_refused_only_for_what_no_schema_says(
    _context: Any,  # noqa: ANN401  see above
    response: Any,  # noqa: ANN401  see above
    case: Any,  # noqa: ANN401  see above
) -> None:
    """Hold each refusal of good data against the allowances, code by code."""
    is_good = case.meta is not None and case.meta.generation.mode.is_positive
    if not is_good or response.status_code < REFUSED or not response.content:
        return
    allowed = EVERYWHERE | ALLOWED.get(case.operation.label, frozenset())
    found = codes_of(response.json()) - allowed
    assert not found, f"refused for {', '.join(sorted(found))}, which a schema can say"
