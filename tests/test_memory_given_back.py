"""What a process gives back after it has loaded a release, and that it goes on as before."""

import polars as pl
import pytest

from gaptracker.publish import scratch


def resident_code_kilobytes(library: str) -> int:
    """Return how much of a library's code is in this process's memory."""
    found, inside = 0, False
    for line in scratch.OWN_MEMORY.read_text().splitlines():
        if scratch.STRETCH.match(line):
            inside = library in line and " r-xp " in line
        elif inside and line.startswith("Rss:"):
            found += int(line.split()[1])
    return found


@pytest.mark.skipif(not scratch.OWN_MEMORY.exists(), reason="only Linux tells what is resident")
def test_code_that_loading_needed_is_given_back_and_runs_when_it_is_needed_again() -> None:
    numbers = pl.DataFrame({"group": ["a", "b", "a"], "number": [1, 2, 3]})
    expected = {"group": ["a", "b"], "number": [4, 2]}
    grouped = numbers.lazy().group_by("group").agg(pl.col("number").sum()).sort("group")
    assert grouped.collect().to_dict(as_series=False) == expected
    before = resident_code_kilobytes("polars")
    scratch.give_back_memory()
    assert resident_code_kilobytes("polars") < before / 2
    assert grouped.collect().to_dict(as_series=False) == expected
