"""The description of this API as it is kept: a text, and the names that requests need of it.

As objects the document takes more memory than all answers that are kept.
"""

import hashlib
import json
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI
from starlette.routing import BaseRoute

from gaptracker.publish.api.deprecations import deprecations_of

# `Any` because the document is JSON of every shape.
Document = dict[str, Any]

_DESCRIBING = threading.Lock()


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """An application's OpenAPI document.

    `body` is its JSON, `sha256` that of the JSON. `parameters` are the names of those of the query,
    by path and method; methods in small letters, paths in their order.
    """

    body: bytes
    sha256: str
    parameters: Mapping[str, Mapping[str, tuple[str, ...]]]


# With the routes themselves, so that no other route ever gets one of these identities.
_MADE: dict[tuple[object, ...], tuple[Sequence[BaseRoute], Described]] = {}


def described(app: FastAPI) -> Described:
    """Return the description of an application, made when first asked.

    It takes half a second to make: applications of one process that have the same routes and
    announce the same deprecations share it, and a second thread that needs it meanwhile waits.
    """
    if app.state.described is None:
        with _DESCRIBING:
            parts = (*map(id, app.routes), deprecations_of(app.state))
            if parts not in _MADE:
                _MADE[parts] = (tuple(app.routes), _described(app.openapi()))
            app.state.described = _MADE[parts][1]
    found: Described = app.state.described
    return found


def document_of(app: FastAPI) -> Document:
    """Return the OpenAPI document of an application as objects, read anew each time."""
    document: Document = json.loads(described(app).body)
    return document


def _described(document: Document) -> Described:
    body = json.dumps(document, ensure_ascii=False).encode("utf-8")
    return Described(
        body=body,
        sha256=hashlib.sha256(body).hexdigest(),
        parameters={
            path: {method: _query_names(operation) for method, operation in operations.items()}
            for path, operations in document["paths"].items()
        },
    )


def _query_names(operation: Document) -> tuple[str, ...]:
    parameters = operation.get("parameters", ())
    return tuple(each["name"] for each in parameters if each["in"] == "query")
