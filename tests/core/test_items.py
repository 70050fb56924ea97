"""Items refuse weights and places that no reading could average, and name what came."""

import math
from dataclasses import replace

import pytest

from gaptracker.domain.errors import InvalidValue
from gaptracker.domain.evidence import Evidence
from gaptracker.domain.methodology import Methodology
from gaptracker.domain.vocabulary import Instrument
from gaptracker.scoring.items import Placement, at_rung
from gaptracker.scoring.run import all_dossiers
from gaptracker.workflows.blocks import ScoringRun, Task, score_block
from gaptracker.workflows.program import describe_program
from tests.core.builders import ACTOR, AS_OF, evidence, observation, statement
from tests.core.rules import RULES, THEME


def both_sides() -> Evidence:
    return evidence(
        coded=[(statement("said", "2020"), 2)], observations=[observation("a figure", 10.0)]
    )


def score(known: Evidence, rules: Methodology) -> None:
    run = ScoringRun(
        methodology=rules,
        as_of=AS_OF,
        release="none",
        actor_names={ACTOR: "Uruguay"},
        program=describe_program(),
    )
    tasks = (Task(dossier=each, years={2022: ""}) for each in all_dossiers(known, rules))
    score_block(run, tuple(task for task in tasks if task.dossier.theme == THEME))


@pytest.mark.parametrize("weight", [math.nan, math.inf, -1.0])
def test_a_weight_that_is_no_number_from_zero_names_cell_item_and_factor(weight: float) -> None:
    words = replace(RULES.words, instrument=dict.fromkeys(Instrument, weight))
    with pytest.raises(InvalidValue) as raised:
        score(both_sides(), replace(RULES, words=words))
    told = str(raised.value)
    assert f"{ACTOR}, {THEME}: statement said: weight" in told
    assert f"instrument {weight}, office 0.9" in told
    assert "expected a finite number from 0" in told


def test_the_same_evidence_under_sound_weights_is_scored() -> None:
    score(both_sides(), RULES)


@pytest.mark.parametrize(
    "places",
    [
        {"points": ()},
        {"points": (25.0, 50.0), "probabilities": (1.0,)},
        {"points": (101.0,)},
        {"points": (math.nan,)},
        {"points": (0.0, 25.0), "probabilities": (0.5, 0.4)},
        {"points": (0.0, 25.0), "probabilities": (1.5, -0.5)},
    ],
)
def test_places_off_the_ladder_are_refused(places: dict[str, tuple[float, ...]]) -> None:
    with pytest.raises(InvalidValue, match="expected points from 0 to 100"):
        Placement(**places)


def test_equal_placements_have_equal_hashes_and_others_other_ones() -> None:
    uncertain = Placement(points=(0.0, 25.0), probabilities=(0.5, 0.5))
    same = Placement(points=(0.0, 25.0), probabilities=(0.5, 0.5))
    assert uncertain == same
    assert hash(uncertain) == hash(same)
    assert len({uncertain, at_rung(0), at_rung(1)}) == 3


def test_of_equally_likely_places_the_lower_is_the_likeliest() -> None:
    assert Placement(points=(50.0, 25.0), probabilities=(0.5, 0.5)).likeliest == 25.0
    assert Placement(points=(50.0, 25.0), probabilities=(0.6, 0.4)).likeliest == 50.0


def test_a_place_may_be_known_to_be_impossible() -> None:
    found = Placement(points=(0.0, 25.0), probabilities=(1.0, 0.0))
    assert (found.expected, found.likeliest) == (0.0, 0.0)
