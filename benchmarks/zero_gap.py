"""How often a gap is claimed, and its interval misses, where the true gap is zero.

A world is one cell of one actor. The actor stands on a rung, its position, and does exactly what
it says: both sides are drawn in the same way from the same position, so that the true gap is zero.
Each side has two items of equal weight from two independent sources, which is grade C (of D cells
nothing is claimed, so that they would flatter the result). Each item is coded once, by a coder of
whom nothing is known: the code is drawn from the row of the item's true rung in the methodology's
default matrix (right with probability 0.8, else one rung off; at the ends of the ladder the whole
0.2 goes to the only neighbour). The scoring core is then given the codes and nothing else: it
places each item by its posterior over the rungs, and draws, grades and labels as for a release.

Three designs say where the items stand, and what their coders err on:

- `agreeing`: every item stands on the actor's rung; coders err independently. The bounds are for
  this design: a demonstrated label in at most 3% of worlds, and a nominal 90% interval of G that
  holds zero in at least 90%, over all rungs together and on each rung alone.
- `one_document`: as `agreeing`, but the two items of a side come from one document and their codes
  err together, as the core is told.
- `scattered`: an item stands on the actor's rung with probability one half, else on one of the two
  neighbours, each as likely; a step off the ladder stays on its end. What an actor's items stand
  on in the mean is then its position, the same for words and deeds also at the ends. The codes err
  on top of this. Harder than what the methodology promises: reported, not judged.

Worlds are shared out evenly over the five rungs. Binomial intervals are Wilson's, at 95%. Codes
come from each world's own random stream, so that more worlds change no earlier one.

Run `python -m benchmarks.zero_gap [--worlds 5000] [--json]`; the exit status is 1 if a bound is
missed.
"""

import argparse
import json
import math
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import numpy as np

from gaptracker.domain.methodology import Methodology
from gaptracker.domain.records import Coding
from gaptracker.domain.results import CellScore
from gaptracker.domain.scale import RUNGS
from gaptracker.domain.sources import Source
from gaptracker.domain.vocabulary import (
    CoderKind,
    ItemKind,
    Label,
    Layer,
    Side,
    Specificity,
)
from gaptracker.intake.methodology_files import shipped_methodology, shipped_versions
from gaptracker.scoring.cell import CellInput, score_cell
from gaptracker.scoring.items import Item
from gaptracker.scoring.rungs import Confusion, default_confusion, place
from gaptracker.scoring.seeds import CellKey, stream

THEME, CODER = "cannabis", "a coder"
AS_OF = date(2022, 12, 31)
ITEMS_A_SIDE = 2
MOST_CLAIMED_SHARE, LEAST_COVERED_SHARE = 0.03, 0.90
STAYS_PROBABILITY = 0.5
NORMAL_97_5 = 1.959964  # Wilson's interval at 95%

DEMONSTRATED = frozenset({Label.WORDS_AHEAD, Label.DEEDS_AHEAD})
LIKELY = frozenset({Label.WORDS_AHEAD_LIKELY, Label.DEEDS_AHEAD_LIKELY})


class Design(StrEnum):
    """Where the items stand, and what their coders err on."""

    AGREEING = "agreeing"
    ONE_DOCUMENT = "one_document"
    SCATTERED = "scattered"


JUDGED = Design.AGREEING


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What came out of a number of worlds; the labels are counted by name.

    `demonstrable` counts the worlds in which Pr(|G| > 12.5), to one side, reaches the threshold
    of a demonstrated label, also where another label (a mixed message) goes before it.
    """

    worlds: int
    labels: Counter[Label]
    demonstrable: int
    covered: int

    @property
    def demonstrated(self) -> int:
        """Return the worlds in which a gap is claimed as demonstrated."""
        return sum(self.labels[label] for label in DEMONSTRATED)

    @property
    def likely(self) -> int:
        """Return the worlds in which a gap is claimed as likely."""
        return sum(self.labels[label] for label in LIKELY)

    @property
    def within_bounds(self) -> bool:
        """Say whether both bounds hold for the shares counted."""
        return (
            self.demonstrated <= MOST_CLAIMED_SHARE * self.worlds
            and self.covered >= LEAST_COVERED_SHARE * self.worlds
        )


def wilson(count: int, total: int) -> tuple[float, float]:
    """Return the 95% interval of a share counted as `count` of `total`."""
    square = NORMAL_97_5**2
    middle = (count + square / 2) / (total + square)
    width = math.sqrt(count * (total - count) / total + square / 4) * NORMAL_97_5 / (total + square)
    return middle - width, middle + width


def score_world(design: Design, rung: int, number: int, methodology: Methodology) -> CellScore:
    """Score one world of a design, its actor standing on a rung."""
    key = CellKey(
        methodology=methodology.version,
        random_series=methodology.draws.random_series,
        actor=f"world {number}",
        theme=THEME,
        year=AS_OF.year,
    )
    random = stream(key, f"codes of {design}")
    confusion = default_confusion(methodology.draws.coder_right_probability)
    words, deeds = (
        tuple(_items(side, _codes(design, rung, confusion, random), confusion, design))
        for side in (Side.WORDS, Side.DEEDS)
    )
    return score_cell(CellInput(key=key, as_of=AS_OF, words=words, deeds=deeds), methodology)


def _codes(
    design: Design, rung: int, confusion: Confusion, random: np.random.Generator
) -> Iterator[int]:
    """Yield the codes of one side's items."""
    common = random.random()
    for _ in range(ITEMS_A_SIDE):
        stands_on = rung
        if design is Design.SCATTERED and random.random() >= STAYS_PROBABILITY:
            step = 1 if random.random() < 1 / 2 else -1
            stands_on = min(max(rung + step, 0), RUNGS - 1)
        err = common if design is Design.ONE_DOCUMENT else random.random()
        yield _drawn(confusion[stands_on], err)


def _drawn(probabilities: Sequence[float], uniform: float) -> int:
    """Return the rung on which a uniform number falls."""
    passed = 0.0
    for rung, probability in enumerate(probabilities):
        passed += probability
        if uniform < passed:
            return rung
    return max(rung for rung, probability in enumerate(probabilities) if probability > 0)


def _items(
    side: Side, codes: Iterable[int], confusion: Confusion, design: Design
) -> Iterator[Item]:
    kind = ItemKind.STATEMENT if side is Side.WORDS else ItemKind.MEASURE
    for number, code in enumerate(codes, start=1):
        name = f"{side} {number}"
        coding = Coding(
            item=name,
            item_kind=kind,
            theme=THEME,
            coder=CODER,
            coder_kind=CoderKind.PERSON,
            rung=code,
            specificity=Specificity.SPECIFIC,
            rationale="made up",
        )
        yield Item(
            id=name,
            kind=kind,
            side=side,
            layer=None if side is Side.WORDS else Layer.PRACTICE,
            source=_source(name),
            document=str(side) if design is Design.ONE_DOCUMENT else name,
            placement=place([coding], {CODER: confusion}),
            factors=(("given", 1.0),),
            seen_on=AS_OF,
        )


def _source(name: str) -> Source:
    return Source(
        id=name,
        title="made up",
        publisher="nobody",
        group=name,
        grade=1,
        record_of_act=False,
        kind="made up",
        licence="CC0-1.0",
        citation="made up",
        retrieved_on=AS_OF,
    )


def tally(design: Design, rung: int, worlds: range, methodology: Methodology) -> Tally:
    """Score these worlds on one rung and count what comes out."""
    rule = methodology.labels
    labels: Counter[Label] = Counter()
    demonstrable = covered = 0
    for number in worlds:
        cell = score_world(design, rung, number, methodology)
        if cell.probabilities is None or cell.gap_interval is None:
            raise AssertionError(f"world {number} has no gap; expected words and deeds")
        labels[cell.label] += 1
        demonstrable += (
            max(
                cell.probabilities.words_ahead_demonstrably,
                cell.probabilities.deeds_ahead_demonstrably,
            )
            >= rule.demonstrated
        )
        covered += cell.gap_interval.low <= 0 <= cell.gap_interval.high
    return Tally(worlds=len(worlds), labels=labels, demonstrable=demonstrable, covered=covered)


def tally_rungs(design: Design, worlds: int, methodology: Methodology) -> list[Tally]:
    """Return the tally of each rung, the worlds shared out evenly (rounded up)."""
    each = -(-worlds // RUNGS)
    return [
        tally(design, rung, range(rung * each, (rung + 1) * each), methodology)
        for rung in range(RUNGS)
    ]


def together(tallies: Iterable[Tally]) -> Tally:
    """Return the sum of tallies."""
    given = tuple(tallies)
    return Tally(
        worlds=sum(part.worlds for part in given),
        labels=sum((part.labels for part in given), Counter()),
        demonstrable=sum(part.demonstrable for part in given),
        covered=sum(part.covered for part in given),
    )


def as_dict(found: Tally) -> dict[str, object]:
    """Return a tally's shares with their intervals, for JSON."""

    def share(count: int) -> dict[str, object]:
        return {"share": count / found.worlds, "interval": wilson(count, found.worlds)}

    return {
        "worlds": found.worlds,
        "demonstrated": share(found.demonstrated),
        "likely": share(found.likely),
        "demonstrable_under_any_label": share(found.demonstrable),
        "covered": share(found.covered),
        "labels": {str(label): count for label, count in sorted(found.labels.items())},
        "within_bounds": found.within_bounds,
    }


def _line(name: str, found: Tally) -> str:
    def share(count: int) -> str:
        low, high = wilson(count, found.worlds)
        return f"{count / found.worlds:7.2%} ({low:6.2%}..{high:7.2%})"

    counts = (found.demonstrated, found.likely, found.demonstrable, found.covered)
    return f"{name:<9} {found.worlds:>7}  " + "  ".join(share(count) for count in counts)


def _print_design(design: Design, tallies: Sequence[Tally]) -> None:
    print(f"\n{design}{'' if design is JUDGED else ' (reported, not judged)'}")
    heads = ("claimed, demonstrated", "claimed, likely", "Pr reaches threshold", "zero in the 90%")
    print(f"{'':<9} {'worlds':>7}  " + "  ".join(f"{head:<25}" for head in heads))
    for rung, found in enumerate(tallies):
        print(_line(f"rung {rung}", found))
    everything = together(tallies)
    print(_line("all rungs", everything))
    print("labels: " + ", ".join(f"{label} {n}" for label, n in everything.labels.most_common()))


def main() -> int:
    """Read the arguments, score the worlds, print; return the exit status."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--worlds", type=int, default=5000, help="worlds of each design")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    given = parser.parse_args()
    if given.worlds < 1:
        parser.error(f"--worlds {given.worlds}; expected at least 1")
    methodology = shipped_methodology(shipped_versions()[-1])
    found = {design: tally_rungs(design, given.worlds, methodology) for design in Design}
    judged = found[JUDGED]
    passed = all(part.within_bounds for part in (*judged, together(judged)))
    if given.json:
        designs = {
            str(design): {
                "all": as_dict(together(parts)),
                "by_rung": [as_dict(part) for part in parts],
            }
            for design, parts in found.items()
        }
        print(json.dumps({"methodology": methodology.version, "passed": passed, **designs}))
        return 0 if passed else 1
    draws = methodology.draws.draws
    print(f"methodology {methodology.version}, {draws} draws a reading, true gap zero")
    for design, parts in found.items():
        _print_design(design, parts)
    bounds = f"at most {MOST_CLAIMED_SHARE:.0%} demonstrated, at least {LEAST_COVERED_SHARE:.0%}"
    verdict = "PASSED" if passed else "MISSED"
    print(f"\n{verdict}: {JUDGED}, {bounds} covered, over all rungs and on each alone")
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())
