"""How well and how fast speeches are searched: `python -m benchmarks.speech_finder [--speeches N]`.

Prints precision and recall on the hand-marked sample (`benchmarks/finder_sample.py`), then the
speed; `--sample` prints the former alone.

Makes speeches of the General Debate's size (2,400 words in 40 paragraphs, a line each), a third of
which have a paragraph on drugs, as in the corpus; cuts them and searches them with the packaged
terms, in as many processes as `--workers` says. Made before the clock starts; `--json` for figures
alone. Exits with 1 if it takes longer than asked.
"""

import argparse
import json
import os
import random
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor

from benchmarks.finder_sample import read_sample, report
from gaptracker.intake.speech_finder import packaged_finder

ASKED_SECONDS = 60.0
PARAGRAPHS, WORDS = 40, 60
SHARE_ON_DRUGS = 1 / 3
PLAIN = """
    the of and to in our that is for we this as with a by nations peace world security states
    development international community country people economic support government council must
    climate change region capital sentence death of many moratorium on debt general assembly
    cooperation conflict human progress water women youth agenda resources island ocean executions
"""
ON_DRUGS = (
    "Prisons alone do not solve the world drug problem; alternative development is a part of it.",
    "Drug trafficking and the cartels behind it threaten us, and our armed forces pay for it.",
    "El narcotráfico y la producción de estupefacientes exigen responsabilidad compartida.",
    "La lutte contre les stupéfiants doit respecter les droits de l'homme.",
)


def main() -> None:
    """Make the speeches, search them, print what it took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--speeches", type=int, default=10_000)
    parser.add_argument("--workers", type=int, default=min(2, os.cpu_count() or 1))
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--sample", action="store_true", help="precision and recall alone")
    asked = parser.parse_args()
    if not asked.json:
        print("\n".join(report(read_sample())))
    if asked.sample:
        return
    made = _speeches(asked.speeches)
    packaged_finder()
    started = time.perf_counter()
    parts = [made[place :: asked.workers] for place in range(asked.workers)]
    with ProcessPoolExecutor(asked.workers) as pool:
        counts = list(pool.map(_search, parts))
    seconds = time.perf_counter() - started
    figures = {
        "speeches": len(made),
        "megabytes": round(sum(map(len, made)) / 1e6),
        "candidates": sum(found for found, _ in counts),
        "workers": asked.workers,
        "seconds": round(seconds, 2),
        "cpu_seconds": round(sum(cpu for _, cpu in counts), 2),
        "asked_seconds": ASKED_SECONDS,
    }
    print(json.dumps(figures) if asked.json else "\n".join(f"{k}: {v}" for k, v in figures.items()))
    sys.exit(seconds > ASKED_SECONDS)


def _search(speeches: Sequence[str]) -> tuple[int, float]:
    began, finder = time.process_time(), packaged_finder()
    found = sum(len(finder.search(speech)) for speech in speeches)
    return found, time.process_time() - began


def _speeches(count: int) -> list[str]:
    plain, draw = PLAIN.split(), random.Random(6)
    made = []
    for _ in range(count):
        lines = [" ".join(draw.choices(plain, k=WORDS)) + "." for _ in range(PARAGRAPHS)]
        if draw.random() < SHARE_ON_DRUGS:
            lines[draw.randrange(PARAGRAPHS)] += " " + draw.choice(ON_DRUGS)
        made.append("\n".join(lines))
    return made


if __name__ == "__main__":
    main()
