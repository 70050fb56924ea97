"""A calibration report field by field, and figures written down once."""

from dataclasses import replace

import pytest

from gaptracker.domain.vocabulary import CoderKind, Side
from gaptracker.scoring.calibration import calibrate
from tests.core.calibration_builders import SETTINGS, VIGNETTES, codings, report
from tests.core.rules import LABELS, RULES, THEME

WORDS, DEEDS = (0, 1, 3, 3, 4, 2, 2, 3), (0, 1, 2, 3, 3, 1, 1, 4)
CODED = [
    *codings("ana", words=WORDS, deeds=DEEDS),
    *codings("ben", words=DEEDS, deeds=WORDS[::-1]),
]
BY_MACHINES = [replace(coding, coder_kind=CoderKind.MACHINE) for coding in CODED]


def test_a_report_says_by_which_rules_and_from_which_file_it_was_made() -> None:
    found = calibrate(
        CODED, VIGNETTES, methodology=RULES, settings=SETTINGS, codings_sha256="f" * 64
    )

    assert (found.methodology, found.methodology_sha256) == ("1.0.0", "0" * 64)
    assert found.codings_sha256 == "f" * 64
    assert found.limit_points == LABELS.demonstrable_points
    assert found.settings == SETTINGS
    assert found.vignettes == {THEME: 8}


def test_each_part_of_a_report_says_whose_it_is() -> None:
    found = report(CODED)

    assert (found.people.kind, found.machines.kind) == (CoderKind.PERSON, CoderKind.MACHINE)
    (theme,) = found.people.themes
    assert (theme.theme, theme.words.side, theme.deeds.side) == (THEME, Side.WORDS, Side.DEEDS)


def test_figures_of_a_report_are_the_same_on_every_machine() -> None:
    # Written down once: other figures mean that a published calibration report moves.
    (people,), (machines,) = report(CODED).people.themes, report(BY_MACHINES).machines.themes
    spans = [people.words.interval, people.deeds.interval, people.bias.interval]
    spans += [machines.words.interval, machines.deeds.interval, machines.bias.interval]
    found = [(span.low, span.high) for span in spans if span is not None]

    assert found == [
        pytest.approx(expected, abs=1e-6)
        for expected in (
            (0.398765, 0.909792),
            (-0.722880, 0.511143),
            (-13.220427, 13.684490),
            (0.475132, 0.922264),
            (-0.704345, 0.598454),
            (-14.342288, 13.273668),
        )
    ]
