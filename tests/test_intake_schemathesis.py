"""schemathesis walks the whole API as two organisations: every check, every phase.

It takes minutes, so it runs with TESTS_THOROUGH=1 only, with three seeds.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli_world import cut
from tests.intake_world import THOROUGH, Served, document, once, serving

PROGRAM = Path(sys.executable).parent / "schemathesis"
SEEDS = (1, 2, 3)
EXAMPLES = 10
PEERS = ("sender", "stranger")
# What a schema cannot say: which names are known, which cursor was ours, which state it is in.
CONFIG = """
[auth.wfc]
path = "{users}"
peers = ["sender", "stranger"]

[checks.positive_data_acceptance]
expected-statuses = ["2xx", "3xx", 400, 401, 403, 404, 406, 409, 410, 412, 413, 415, 422, 428, 429]

[checks.missing_required_header]
expected-statuses = [400, 401, 403, 404, 406, 415, 422, 428]
"""


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    """A server with a release, and drafts of two organisations."""
    cut(tmp_path)
    with serving(tmp_path, f"sqlite:///{tmp_path / 'records.sqlite3'}", log_level="error") as found:
        for handle in PEERS:
            with found.client(handle) as client:
                made = client.post("/v1/submissions", headers=once(), json=document())
                assert made.status_code == 201, made.text
        yield found


@pytest.mark.skipif(not THOROUGH, reason="takes minutes; TESTS_THOROUGH=1 runs it")
@pytest.mark.hostile(id="schemathesis")
@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_in_the_whole_api_fails_for_two_organisations(
    served: Served, tmp_path: Path, seed: int
) -> None:
    users = tmp_path / "users.json"
    users.write_text(json.dumps({"auth": [user(served, handle) for handle in PEERS]}))
    config, report = tmp_path / "schemathesis.toml", tmp_path / "events.ndjson"
    config.write_text(CONFIG.format(users=users.as_posix()))

    done = subprocess.run(
        [
            *(str(PROGRAM), "--config-file", str(config), "run"),
            *(f"{served.base}/v1/openapi.json", "--checks", "all", "--continue-on-failure"),
            *("--phases", "examples,coverage,fuzzing,stateful", "--no-color"),
            *("--max-examples", str(EXAMPLES), "--seed", str(seed)),
            *("--report", "ndjson", "--report-ndjson-path", str(report)),
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout[-12_000:] + done.stderr[-2_000:]
    assert "object_level_authorization" in report.read_text("utf-8")


def user(served: Served, handle: str) -> dict[str, object]:
    key = f"Bearer {served.cast.secrets[handle]}"
    return {"name": handle, "fixedHeaders": [{"name": "Authorization", "value": key}]}
