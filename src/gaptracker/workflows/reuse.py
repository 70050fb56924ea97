"""Rows of an earlier release that are taken over, since nothing under them changed."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date

import polars as pl

from gaptracker.domain.vocabulary import Reading
from gaptracker.release.analysis_tables import COMPARISON_GRIDS, LEAVE_OUT, METHOD_BANDS
from gaptracker.release.cell_tables import CONTRIBUTIONS, GAPS, PAIRS
from gaptracker.workflows.blocks import Task

CELL = ("actor", "theme", "year")
DOSSIER = ("actor", "theme")


class Reuse:
    """Divides the cells of a run into those to score and those to take over.

    A cell is taken over if an earlier release by the same program holds one of the same
    inputs. So its rows are those that scoring would give again, byte for byte.
    """

    def __init__(self, frames: Mapping[str, pl.DataFrame] | None, as_of: date) -> None:
        """Take the tables of an earlier release of the same program, None for a run from nothing.

        Args:
            frames: Cells, contributions, pairs and analyses, by the names of their layouts.
            as_of: The last day of the new run's data.
        """
        self._frames = frames
        self._as_of = as_of
        self._cells: list[tuple[str, str, int]] = []
        self._dossiers: list[tuple[str, str]] = []
        self._known: dict[tuple[str, str], dict[int, str]] = defaultdict(dict)
        if frames is not None:
            for actor, theme, year, digest in (
                frames[GAPS.name].select(*CELL, "inputs_sha256").rows()
            ):
                self._known[actor, theme][year] = digest

    @property
    def cells(self) -> int:
        """Return how many cells are taken over, as far as the tasks were drawn."""
        return len(self._cells)

    def moved(self, tasks: Iterable[Task]) -> Iterator[Task]:
        """Yield what has to be scored: each task with the years whose inputs changed."""
        for task in tasks:
            dossier = task.dossier
            name = (dossier.actor, dossier.theme)
            known = self._known.get(name, {})
            years = {year: own for year, own in task.years.items() if known.get(year) != own}
            self._cells += ((*name, year) for year in task.years if year not in years)
            # Pairs over time see all of a dossier, for which the newest cell stands.
            if not years and self._as_of.year in task.years:
                self._dossiers.append(name)
            else:
                yield replace(task, years=years)

    def rows(self, release: str, actor_names: Mapping[str, str]) -> dict[str, pl.DataFrame]:
        """Return the rows taken over; ask only when all tasks were drawn.

        Args:
            release: The new release's id, which the cells then carry.
            actor_names: What actors are called now, which no cell is computed from.
        """
        if self._frames is None:
            return {}
        cells = pl.DataFrame(self._cells, _schema(self._frames[GAPS.name], CELL), orient="row")
        dossiers = pl.DataFrame(
            self._dossiers, _schema(self._frames[GAPS.name], DOSSIER), orient="row"
        )
        pairs = self._frames[PAIRS.name]
        now = pl.col("reading") == Reading.NOW.value
        return {
            GAPS.name: self._frames[GAPS.name]
            .join(cells, on=CELL, how="semi")
            .with_columns(
                release=pl.lit(release),
                actor_name=pl.col("actor").replace_strict(actor_names, return_dtype=pl.String),
            ),
            **{
                layout.name: self._frames[layout.name].join(cells, on=CELL, how="semi")
                for layout in (CONTRIBUTIONS, METHOD_BANDS, COMPARISON_GRIDS, LEAVE_OUT)
            },
            PAIRS.name: pl.concat(
                [
                    pairs.filter(now).join(cells, on=CELL, how="semi"),
                    pairs.filter(~now).join(dossiers, on=DOSSIER, how="semi"),
                ]
            ),
        }


def _schema(frame: pl.DataFrame, names: Iterable[str]) -> dict[str, pl.DataType]:
    return {name: frame.schema[name] for name in names}
