"""Bad input to reading addresses over a socket: refused by name, never a 500, never a wrong row.

Each case has an id. What is sent is what stands here: no client tidies it up on the way.
"""

import base64
import http.client
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import pytest
import uvicorn

from gaptracker.publish.api.app import create_api
from gaptracker.publish.api.pages import Cursor, parse_cursor, write_cursor
from tests.api_world import World, shared_world
from tests.server_world import running

UNPROCESSABLE, ABSENT, UNACCEPTABLE = 422, 404, 406
GAPS = "/v1/gaps"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back, as it came."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:  # noqa: ANN401  JSON of every shape
        """Read the body."""
        return json.loads(self.body)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return shared_world(tmp_path_factory)


@pytest.fixture(scope="module")
def base(world: World) -> Iterator[str]:
    app = create_api(world.shelf, watch_seconds=None)
    with running(uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning"))) as found:
        yield found


def ask(base: str, target: str, **headers: str) -> Answer:
    """Send a request line as it is."""
    place = urlsplit(base)
    connection = http.client.HTTPConnection(str(place.hostname), int(place.port or 80), timeout=30)
    try:
        connection.putrequest("GET", target, skip_accept_encoding=True)
        for name, value in headers.items():
            connection.putheader(name.replace("_", "-"), value)
        connection.endheaders()
        came = connection.getresponse()
        got = {name.lower(): value for name, value in came.getheaders()}
        return Answer(status=came.status, headers=got, body=came.read())
    finally:
        connection.close()


def refused(answer: Answer, status: int, code: str) -> dict[str, Any]:
    """Check a refusal whole and return its first error."""
    assert answer.status == status, answer.body
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert (problem["status"], problem["type"]) == (status, f"/v1/problems/{problem['code']}")
    codes = [error["code"] for error in problem["errors"]]
    assert code in codes, problem
    error: dict[str, Any] = problem["errors"][codes.index(code)]
    return error


def case(name: str, *values: object) -> Any:  # noqa: ANN401  what pytest gives
    """One case, its id the one by which it is reported."""
    return pytest.param(*values, marks=pytest.mark.hostile(id=name), id=name)


@pytest.mark.parametrize("form", ["", ".csv", ".ndjson"])
@pytest.mark.parametrize("table", [GAPS, "/v1/pairs"])
@pytest.mark.parametrize(
    ("query", "code", "nearest"),
    [
        case("parameter-unknown", "actr=MEX", "parameter.unknown", "actor"),
        case("parameter-without-name", "=MEX", "parameter.unknown", None),
        case("parameter-repeated", "actor=MEX&actor=CHN", "parameter.repeated", None),
        case("parameter-repeated-equal", "year=2022&year=2022", "parameter.repeated", None),
        case("parameter-repeated-in-code", "actor=MEX&%61ctor=CHN", "parameter.repeated", None),
        case("parameter-empty", "actor=", "value.invalid", None),
        case("parameter-bare", "actor", "value.invalid", None),
        case("limit-zero", "limit=0", "value.out_of_range", None),
        case("limit-negative", "limit=-1", "value.out_of_range", None),
        case("limit-billion", "limit=1000000000", "value.out_of_range", None),
        case("limit-beyond-integers", f"limit={'9' * 400}", "value.invalid", None),
        case("year-before", "year=1066", "year.unknown", "2021"),
        case("year-after", "year=9999", "year.unknown", None),
        case("year-in-words", "year=MMXXII", "value.invalid", None),
        case("actor-unknown", "actor=MEXX", "actor.unknown", "MEX"),
        case("actor-in-list", "actor=MEX,CHM", "actor.unknown", "CHN"),
        case("theme-unknown", "theme=deathpenalty", "theme.unknown", "death_penalty"),
        case("release-unknown", "release=2026-01-01-00000000", "release.unknown", None),
        case("release-climbs", "release=..%2F..%2Fetc%2Fpasswd", "release.unknown", None),
        case("sort-injected", "sort=gap;drop+table", "value.not_listed", None),
        case("format-unknown", "format=xlsx", "value.not_listed", None),
        case("nul", "actor=MEX%00", "actor.unknown", "MEX"),
        case("utf-8-invalid", "actor=%ff%fe", "actor.unknown", None),
        case("utf-8-surrogate", "actor=%ED%A0%80", "actor.unknown", None),
        case("utf-8-overlong", "actor=%C0%AE%C0%AE", "actor.unknown", None),
        case("percent-half", "actor=%4", "actor.unknown", None),
        case("percent-no-hex", "actor=%zz", "actor.unknown", None),
        case("percent-twice", "actor=%254DEX", "actor.unknown", None),
        case("semicolon-for-and", "actor=MEX;year=2022", "actor.unknown", None),
        case("fullwidth-letters", "actor=%EF%BC%AD%EF%BC%A5%EF%BC%B8", "actor.unknown", None),
        case("newline", "actor=MEX%0d%0aX-Evil:1", "actor.unknown", None),
        case("overlong", f"actor={'M' * 3000}", "value.invalid", None),
        case("cursor-nonsense", "cursor=x", "cursor.malformed", None),
        case("cursor-overlong", f"cursor={'A' * 1025}", "value.invalid", None),
        case("cursor-deep", f"cursor={'W1tb' * 200}", "cursor.malformed", None),
    ],
)
def test_a_bad_parameter_is_refused_by_name_in_every_form(
    base: str, table: str, form: str, query: str, code: str, nearest: str | None
) -> None:
    error = refused(ask(base, f"{table}{form}?{query}"), UNPROCESSABLE, code)
    assert nearest is None or nearest in error["nearest"]


def cursor_of(base: str, target: str) -> str:
    following = ask(base, target).json()["meta"]["next"]
    return str(following.rpartition("cursor=")[2])


@pytest.mark.parametrize(
    ("forge", "code"),
    [
        case("cursor-of-another-order", lambda cursor: cursor, "cursor.foreign"),
        case("cursor-cut", lambda cursor: cursor[:-3], "cursor.malformed"),
        case("cursor-padded", lambda cursor: f"{cursor}%3D%3D", "cursor.malformed"),
        case(
            "cursor-of-a-gone-release",
            lambda cursor: _changed(cursor, release="2001-01-01-00000000"),
            "cursor.stale",
        ),
        case(
            "cursor-to-no-row",
            lambda cursor: _changed(cursor, after=("MEX", "death_penalty", 1800)),
            "cursor.foreign",
        ),
        case(
            "cursor-of-other-types",
            lambda cursor: _changed(cursor, after=("MEX", "death_penalty", "2022")),
            "cursor.foreign",
        ),
        case(
            "cursor-of-version-2",
            lambda cursor: (
                base64.urlsafe_b64encode(
                    base64.urlsafe_b64decode(cursor + "==").replace(b"[1,", b"[2,", 1)
                )
                .decode()
                .rstrip("=")
            ),
            "cursor.malformed",
        ),
    ],
)
def test_a_forged_foreign_or_stale_cursor_is_refused(base: str, forge: Any, code: str) -> None:  # noqa: ANN401  a lambda
    cursor = cursor_of(base, f"{GAPS}?min_grade=D&limit=7")
    sort = "&sort=-gap" if forge(cursor) == cursor else ""
    refused(
        ask(base, f"{GAPS}?min_grade=D&limit=7{sort}&cursor={forge(cursor)}"), UNPROCESSABLE, code
    )


def _changed(cursor: str, **parts: Any) -> str:  # noqa: ANN401  parts of a cursor
    kept = parse_cursor(cursor)
    whole = {"release": kept.release, "question": kept.question, "after": kept.after, **parts}
    return write_cursor(Cursor(**whole))


@pytest.mark.parametrize(
    ("target", "code"),
    [
        case("path-climbs", "/v1/actors/%2e%2e", "actor.unknown"),
        case("path-climbs-further", "/v1/actors/..%2f..%2f..%2fetc%2fpasswd", "path.unknown"),
        case("path-climbs-plain", "/v1/actors/../../healthz", "path.unknown"),
        case("path-double-slash", "//v1/gaps", "path.unknown"),
        case("path-trailing-slash", "/v1/gaps/", "path.unknown"),
        case("path-nul", "/v1/gaps%00", "path.unknown"),
        case("path-nul-name", "/v1/actors/MEX%00", "actor.unknown"),
        case("path-invalid-utf-8", "/v1/actors/%ff", "actor.unknown"),
        case("path-overlong", f"/v1/actors/{'M' * 30000}", "actor.unknown"),
        case("path-newline", "/v1/actors/MEX%0d%0aSet-Cookie:x", "actor.unknown"),
        case("path-question-mark-in-code", "/v1/gaps%3Factor=MEX", "path.unknown"),
        case("path-percent-twice", "/v1/actors/%254DEX", "actor.unknown"),
        case("path-wrong-case", "/V1/gaps", "path.unknown"),
        case("path-suffix-of-nothing", "/v1/.csv", "path.unknown"),
        case("path-suffix-twice", "/v1/gaps.csv.csv", "path.unknown"),
        case("path-suffix-in-code", "/v1/actors/MEX%2ecsv", "format.unavailable"),
        case("path-release-climbs", "/v1/releases/%2e%2e/files/gaps.csv", "release.unknown"),
        case("path-file-climbs", "/v1/releases/{newer}/files/%2e%2e", "file.unknown"),
        case(
            "path-file-climbs-out",
            "/v1/releases/{newer}/files/..%2f..%2f{newer}%2fmanifest.json",
            "path.unknown",
        ),
    ],
)
def test_a_path_that_nothing_has_is_not_found(
    base: str, world: World, target: str, code: str
) -> None:
    refused(ask(base, target.replace("{newer}", world.newer)), ABSENT, code)


@pytest.mark.parametrize(
    ("target", "plain"),
    [
        case("code-for-letters", "/v1/%67aps?%61ctor=%4dEX&year=2022", "actor=MEX&year=2022"),
        case("suffix-in-code", "/v1/gaps%2ejson?actor=MEX&year=2022", "actor=MEX&year=2022"),
        case("empty-parts", "/v1/gaps?&&actor=MEX&&year=2022&", "actor=MEX&year=2022"),
        case("plus-for-space", "/v1/gaps?actor=MEX,+CHN", "actor=MEX,CHN"),
        case("list-with-repeats", "/v1/gaps?actor=MEX,MEX,MEX", "actor=MEX"),
        case("fragment", "/v1/gaps?actor=MEX&year=2022#x", "actor=MEX&year=2022"),
    ],
)
def test_an_odd_spelling_of_a_good_request_gives_the_same_rows(
    base: str, target: str, plain: str
) -> None:
    answer, expected = ask(base, target), ask(base, f"{GAPS}?{plain}")
    assert (answer.status, expected.status) == (200, 200), answer.body
    assert answer.json()["data"] == expected.json()["data"] != []


@pytest.mark.parametrize(
    "accept",
    [
        case("accept-nothing-of-ours", "text/html, image/png"),
        case("accept-all-refused", "*/*;q=0"),
        case("accept-ours-refused", "application/json;q=0, text/csv;q=0, application/x-ndjson;q=0"),
        case("accept-nonsense", "///;;;===,q=1"),
    ],
)
def test_an_accept_that_nothing_meets_lists_what_there_is(base: str, accept: str) -> None:
    error = refused(ask(base, GAPS, Accept=accept), UNACCEPTABLE, "format.unavailable")
    assert error["expected"] == "application/json, text/csv, application/x-ndjson"


@pytest.mark.parametrize(
    "headers",
    [
        case(
            "accept-of-a-thousand", {"Accept": ", ".join(f"a/b{n}" for n in range(1000)) + ",*/*"}
        ),
        case("encoding-nonsense", {"Accept-Encoding": "gzip;q=x,,;q=1, *;;"}),
        case("language-nonsense", {"Accept-Language": ",;q=,*;q=1e9,-"}),
        case("tag-nonsense", {"If-None-Match": 'W/"", "", ""x", *'}),
        case("ranges-on-a-page", {"Range": "bytes=0-3,9-12"}),
        case("key-of-nobody", {"Authorization": "Bearer gtk_nobody"}),
        case("host-of-somebody-else", {"X-Forwarded-Host": "evil.example", "Forwarded": "host=x"}),
        case("method-smuggled", {"X-HTTP-Method-Override": "DELETE"}),
    ],
)
def test_odd_headers_change_no_row(base: str, headers: dict[str, str]) -> None:
    given = {name.replace("-", "_"): value for name, value in headers.items()}
    # The first fifty ranges of a header are read; what comes behind is as if it were not there.
    if "Accept" in headers:
        assert ask(base, GAPS, **given).status == UNACCEPTABLE
        return
    answer = ask(base, f"{GAPS}?min_grade=A", **given)
    plain = ask(base, f"{GAPS}?min_grade=A")
    assert answer.status == 200
    assert "evil.example" not in answer.body.decode("utf-8", "replace")
    if "content-encoding" not in answer.headers:
        assert answer.body == plain.body


@pytest.mark.parametrize(
    ("given", "part"),
    [
        case("range-on-a-page", "bytes=0-3", slice(0, 4)),
        case("range-to-the-end-of-a-page", "bytes=40-", slice(40, None)),
        case("last-bytes-of-a-page", "bytes=-7", slice(-7, None)),
    ],
)
def test_a_range_of_a_page_is_that_part_of_it(base: str, given: str, part: slice) -> None:
    plain = ask(base, f"{GAPS}?min_grade=A")
    answer = ask(base, f"{GAPS}?min_grade=A", Range=given)
    assert (answer.status, answer.body) == (206, plain.body[part])
    assert answer.headers["etag"] == plain.headers["etag"]


@pytest.mark.parametrize(
    "given",
    [
        case("range-behind-the-end", "bytes=99999999-"),
        case("range-far-behind", "bytes=999999999999999999-"),
        case("range-of-no-last-bytes", "bytes=-0"),
    ],
)
def test_a_range_beyond_the_end_names_the_length(base: str, world: World, given: str) -> None:
    target = f"/v1/releases/{world.newer}/files/gaps.csv"
    answer = ask(base, target, Range=given)
    refused(answer, 416, "value.out_of_range")
    size = len(ask(base, target).body)
    assert answer.headers["content-range"] == f"bytes */{size}"
