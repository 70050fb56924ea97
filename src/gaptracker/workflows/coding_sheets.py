"""Sheets on which coders put the vignettes on rungs, without seeing where they stand."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence

from gaptracker.domain.calibration import Vignette
from gaptracker.domain.methodology import Methodology
from gaptracker.domain.vocabulary import Side
from gaptracker.intake.coded_vignettes import COLUMNS
from gaptracker.intake.vignette_files import shipped_vignettes
from gaptracker.scoring.seeds import CellKey, stream

HEADER = ("theme", "country", "text", *COLUMNS)
SHEETS = ("sheet-a.csv", "sheet-b.csv")
OTHER = {Side.WORDS: Side.DEEDS, Side.DEEDS: Side.WORDS}


def coding_sheets(methodology: Methodology) -> dict[str, bytes]:
    """Return the two coding sheets, by file name.

    Each sheet holds every vignette once: sheet A the words of one half and the deeds of the
    other, sheet B the rest. So nobody reads both sides of a pair, and everybody codes both
    words and deeds, so that one coder's habits move both sides alike. The halves share the
    rungs of each theme evenly, and the order within a theme is drawn, the same each time.

    Raises:
        MethodologyError: If the package's vignettes are wrong.
    """
    vignettes = shipped_vignettes(methodology)
    by_theme: dict[str, list[Vignette]] = {}
    for vignette in vignettes.values():
        by_theme.setdefault(vignette.theme, []).append(vignette)
    drawn = {theme: _drawn(theme, given, methodology) for theme, given in by_theme.items()}
    return {
        name: _sheet(drawn, first)
        for name, first in zip(SHEETS, (Side.WORDS, Side.DEEDS), strict=True)
    }


def _drawn(
    theme: str, vignettes: Sequence[Vignette], methodology: Methodology
) -> list[tuple[Vignette, bool]]:
    """Return one theme's vignettes in a drawn order, each with the half that it belongs to."""
    key = CellKey(
        methodology=methodology.version,
        random_series=methodology.draws.random_series,
        actor="calibration",
        theme=theme,
        year=0,
    )
    order = stream(key, "sheets").permutation(len(vignettes))
    shuffled = [vignettes[place] for place in order]
    # Rung by rung, every second one: each half gets its share of each rung.
    by_rung = sorted(shuffled, key=lambda vignette: vignette.true_rung)
    first_half = {vignette.id for vignette in by_rung[::2]}
    return [(vignette, vignette.id in first_half) for vignette in shuffled]


def _sheet(drawn: Mapping[str, Iterable[tuple[Vignette, bool]]], first: Side) -> bytes:
    """Write one sheet; `first` is the side shown of the vignettes in the first half."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(HEADER)
    for theme, given in drawn.items():
        for vignette, in_first_half in given:
            side = first if in_first_half else OTHER[first]
            row = {
                "theme": theme,
                "country": vignette.country,
                "text": vignette.text(side),
                "vignette": vignette.id,
                "side": side.value,
            }
            writer.writerow([row.get(column, "") for column in HEADER])
    return text.getvalue().encode("utf-8")
