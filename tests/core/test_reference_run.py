"""The benchmark runs the stages of a release cut, so it has to follow when they change."""

import json

from benchmarks.reference_run import Result, as_json, as_text, freeze
from gaptracker.intake.methodology_files import shipped_methodology
from tests.core.builders import evidence, observation, statement


def measured() -> Result:
    known = evidence(
        coded=[(statement("said", "2021"), 3)],
        observations=[observation("done", 315, "2021", indicator="prison_rate")],
    )
    result = Result()
    freeze(known, shipped_methodology("1.0.0"), result)
    return result


def test_the_benchmark_counts_what_it_scored() -> None:
    result = measured()
    # One actor, twelve themes, 2000 to 2022; both sides are known in 2021 and 2022.
    assert result.counts["cells"] == 12 * 23
    assert result.counts["cells_with_gap"] == 2
    # Two of today, and one too early to say whether the figure follows.
    assert result.counts["pairs"] == 3
    assert result.counts["release_bytes"] > 0


def test_the_benchmark_tells_people_and_programs_the_same() -> None:
    result = measured()
    told = json.loads(as_json(result))
    assert told["content_sha256"] in as_text(result)
    names = [stage["name"] for stage in told["stages"]]
    assert names.index("score, pair, analyse") < names.index("check and freeze")
    assert told["total"]["wall_seconds"] >= max(stage["wall_seconds"] for stage in told["stages"])
    assert told["total"]["peak_memory_mb"] > 0
