"""Prints what a run of mutmut found: a line for each module, and the mutants that live.

`make mutation` runs it last. It reads what mutmut keeps under `mutants/`. With `--sample N` it
prints the names of N mutants of each module in place of that, the same ones every time: what to
give to `make mutation ARGS=...` where a whole run takes too long.
"""

import argparse
import json
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from benchmarks.zero_gap import wilson

ENDING = ".py.meta"
SEED = 1
# What mutmut keeps of a mutant: the exit code of its tests, or a code of its own.
TESTS_FAILED, TESTS_PASSED = frozenset({1, 3}), 0
OUT_OF_TIME = frozenset({-24, 24, 36, 152, 255})
NO_TESTS = frozenset({5, 33})


class Fate(StrEnum):
    """What became of a mutant."""

    KILLED = "killed"
    STOPPED = "stopped"
    SURVIVED = "survived"
    UNTESTED = "untested"
    UNTRIED = "untried"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True, kw_only=True)
class Module:
    """One module's mutants, by name."""

    name: str
    fates: dict[str, Fate]

    def count(self, fate: Fate) -> int:
        """Return how many mutants came to this end."""
        return Counter(self.fates.values())[fate]


def fate_of(exit_code: int | None) -> Fate:
    """Return what the exit code of a mutant's tests says of it."""
    if exit_code is None:
        return Fate.UNTRIED
    for codes, fate in (
        (TESTS_FAILED, Fate.KILLED),
        (OUT_OF_TIME, Fate.STOPPED),
        (NO_TESTS, Fate.UNTESTED),
    ):
        if exit_code in codes:
            return fate
    return Fate.SURVIVED if exit_code == TESTS_PASSED else Fate.UNCLEAR


def read_modules(folder: Path) -> Iterator[Module]:
    """Yield the modules of a run that have mutants, by name."""
    source = folder / "src"
    for path in sorted(source.rglob(f"*{ENDING}")):
        codes = json.loads(path.read_text(encoding="utf-8"))["exit_code_by_key"]
        if codes:
            name = str(path.relative_to(source)).removesuffix(ENDING).replace("/", ".")
            yield Module(name=name, fates={key: fate_of(code) for key, code in codes.items()})


def table(modules: list[Module]) -> Iterator[str]:
    """Yield the lines of a Markdown table, all modules together last.

    What was stopped counts as killed. The interval is that of a sample, where not all were tried.
    """
    yield "| module | mutants | " + " | ".join(Fate) + " | killed, of those tried | 95% interval |"
    yield "|---" + "|---:" * (len(Fate) + 3) + "|"
    everything = Module(
        name="**all**",
        fates={key: fate for module in modules for key, fate in module.fates.items()},
    )
    for module in (*modules, everything):
        counts = [module.count(fate) for fate in Fate]
        tried = len(module.fates) - module.count(Fate.UNTRIED)
        dead = module.count(Fate.KILLED) + module.count(Fate.STOPPED)
        share = f"{dead / tried:.1%}" if tried else ""
        low, high = wilson(dead, tried) if 0 < tried < len(module.fates) else (0.0, 0.0)
        span = f"{low:.0%} to {high:.0%}" if high else ""
        name = module.name.removeprefix("gaptracker.")
        yield f"| {' | '.join(map(str, (name, len(module.fates), *counts, share, span)))} |"


def sample(module: Module, size: int) -> list[str]:
    """Return the names of so many mutants, or of all if there are fewer."""
    chosen = random.Random(SEED)  # noqa: S311  the same names every time, not secrets
    return chosen.sample(sorted(module.fates), min(size, len(module.fates)))


def main() -> None:
    """Print the table, then the names of the mutants that no test killed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--folder", type=Path, default=Path("mutants"))
    parser.add_argument("--sample", type=int, help="print so many names of each module")
    given = parser.parse_args()
    modules = list(read_modules(given.folder))
    if given.sample is not None:
        print("\n".join(name for module in modules for name in sample(module, given.sample)))
        return
    print("\n".join(table(modules)))
    for module in modules:
        for name, fate in module.fates.items():
            if fate in {Fate.SURVIVED, Fate.UNTESTED, Fate.UNCLEAR}:
                print(f"{fate}: {name}")


if __name__ == "__main__":
    main()
