"""A scored cell's figures as JSON, named as the columns of a release."""

from typing import Any

from gaptracker.domain.results import CellScore, ReadingScore


# `Any` because the values are JSON's.
def cell_record(cell: CellScore) -> dict[str, Any]:
    """Return readings, gap, interval, probabilities, grade, label and reason, unrounded."""
    odds, interval = cell.probabilities, cell.gap_interval
    return {
        **_reading("says", cell.says),
        **_reading("law", cell.law),
        **_reading("does", cell.does),
        **_reading("practice", cell.practice),
        "gap": cell.gap_points,
        "gap_low": interval.low if interval else None,
        "gap_high": interval.high if interval else None,
        "legislative_points": cell.legislative_points,
        "implementation_points": cell.implementation_points,
        "p_gap_positive": odds.words_ahead if odds else None,
        "p_words_ahead": odds.words_ahead_demonstrably if odds else None,
        "p_deeds_ahead": odds.deeds_ahead_demonstrably if odds else None,
        "p_close": odds.close if odds else None,
        "mixed_message_points": cell.mixed_message_points,
        "grade": cell.grade.value,
        "label": cell.label.value,
        "reason": cell.gap_reason.value if cell.gap_reason else None,
    }


def _reading(name: str, reading: ReadingScore | None) -> dict[str, float | None]:
    return {
        name: reading.points if reading else None,
        f"{name}_low": reading.interval.low if reading else None,
        f"{name}_high": reading.interval.high if reading else None,
    }
