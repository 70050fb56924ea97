"""Draw every chart in three languages and three sizes into `docs/charts/`, with a page to look at.

    python -m scripts.draw_sheet /path/to/releases

The pictures have one pixel for each of the layout's, to keep them small.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from gaptracker.publish.charts.asked import Asked, Size
from gaptracker.publish.charts.catalogue import CHARTS, Chart
from gaptracker.publish.charts.draw import Job, Painter
from gaptracker.publish.frozen import FrozenRelease, load_release
from gaptracker.publish.texts import LANGUAGES
from gaptracker.records.release_store import ReleaseStore

FOLDER = Path(__file__).parent.parent / "docs" / "charts"
# What each parameter asks for on the sheet; cases of the 2016 report with something to see.
SCALE = 1.0
EXAMPLES: dict[str, dict[str, str | int | tuple[str, ...]]] = {
    "says_does": {"theme": "death_penalty", "year": 2022},
    "profile": {"actor": "COL", "year": 2023},
    "over_years": {"actor": "USA", "theme": "death_penalty"},
    "map": {"theme": "human_rights", "year": 2022},
    "positions": {"theme": "death_penalty", "actors": ("MEX", "USA", "IRN", "JAM")},
    "alliance_matrix": {"side": "words", "year": 2022},
    "alliance_network": {"side": "deeds", "year": 2022},
}


def questions(chart: Chart) -> Iterator[Asked]:
    """Yield what the sheet asks of a chart: every language on the page, every size in one."""
    example = EXAMPLES[chart.id]
    for language in LANGUAGES:
        yield Asked(language=language, **example)  # type: ignore[arg-type]  # checked by name
    for language, size in (("es", Size.EMBED), ("pt", Size.CARD)):
        yield Asked(language=language, size=size, **example)  # type: ignore[arg-type]


def draw_sheet(release: FrozenRelease, folder: Path) -> None:
    """Draw all pictures of the sheet, and write the page that shows them."""
    folder.mkdir(parents=True, exist_ok=True)
    painter = Painter()
    lines = [
        "# Every chart, looked at",
        "",
        f"Drawn by `python -m scripts.draw_sheet` from release `{release.id}`. Each is given by",
        "`/v1/charts/{chart}` as specification, SVG and PNG (docs/api.md, Charts).",
    ]
    for chart in CHARTS.values():
        lines += ["", f"## `{chart.id}`: {chart.name_in('en')}", ""]
        for asked in questions(chart):
            name = f"{chart.id}-{asked.size}-{asked.language}.png"
            job = Job(specification=chart.build(release, asked), form="png", scale=SCALE)
            (folder / name).write_bytes(painter.draw(job))
            lines.append(f"![{chart.alt(release, asked)}]({name})")
    painter.close()
    (folder / "README.md").write_text("\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    draw_sheet(load_release(ReleaseStore(sys.argv[1])), FOLDER)
