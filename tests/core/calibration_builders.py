"""Vignettes and codings a line at a time, for the tests of calibration."""

from collections.abc import Iterable, Mapping, Sequence

from gaptracker.domain.calibration import (
    CalibrationReport,
    CalibrationSettings,
    CheckedCoding,
    Vignette,
    VignetteCoding,
    VignetteDeed,
    VignetteWords,
)
from gaptracker.domain.vocabulary import (
    CoderKind,
    Instrument,
    Layer,
    MeasureKind,
    Mode,
    Side,
)
from gaptracker.scoring.calibration import calibrate
from tests.core.rules import RULES, THEME

SETTINGS = CalibrationSettings(
    coder_prior_strength=10.0,
    draws=400,
    reliable_alpha=0.80,
    provisional_alpha=0.67,
    least_pairs=4,
    least_coders=2,
)
TRUE_RUNGS = (0, 1, 2, 3, 4, 1, 2, 3)


def vignette(name: str, true_rung: int, theme: str = THEME) -> Vignette:
    return Vignette(
        id=name,
        theme=theme,
        country=name.title(),
        true_rung=true_rung,
        rationale="a reason",
        words=VignetteWords(
            mode=Mode.CLAIM, instrument=Instrument.NATIONAL_STATEMENT, text=f"words of {name}"
        ),
        deed=VignetteDeed(layer=Layer.LAW, kind=MeasureKind.STATUTE, text=f"deed of {name}"),
    )


VIGNETTES: Mapping[str, Vignette] = {
    f"v{number}": vignette(f"v{number}", rung) for number, rung in enumerate(TRUE_RUNGS)
}


def codings(
    coder: str,
    *,
    words: Sequence[int] = (),
    deeds: Sequence[int] = (),
    kind: CoderKind = CoderKind.PERSON,
) -> list[VignetteCoding]:
    """One coder's rungs for v0, v1, ... on each side."""
    return [
        VignetteCoding(coder=coder, coder_kind=kind, vignette=f"v{number}", side=side, rung=rung)
        for side, rungs in ((Side.WORDS, words), (Side.DEEDS, deeds))
        for number, rung in enumerate(rungs)
    ]


def checked(
    item: str, true_rung: int, rung: int, *, coder: str = "ana", side: Side = Side.WORDS
) -> CheckedCoding:
    return CheckedCoding(
        coder=coder,
        coder_kind=CoderKind.PERSON,
        item=item,
        theme=THEME,
        side=side,
        true_rung=true_rung,
        rung=rung,
    )


def report(given: Iterable[VignetteCoding]) -> CalibrationReport:
    return calibrate(tuple(given), VIGNETTES, methodology=RULES, settings=SETTINGS)
