"""One edition of a report in one language: what every part of it is made from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from gaptracker.domain.vocabulary import Grade, Label
from gaptracker.publish.addresses import cell_page, pair_page
from gaptracker.publish.frozen import FrozenRelease
from gaptracker.publish.report.figures import Figures
from gaptracker.publish.report.settings import ReportSettings
from gaptracker.publish.report.spans import Condition, Span, link, name
from gaptracker.publish.report.speaker import Speaker, speaker_of
from gaptracker.publish.rows import FrozenCell, FrozenPair

GRADED = (Grade.A.value, Grade.B.value, Grade.C.value)


# Compared as an object, as its release is.
@dataclass(frozen=True, kw_only=True, eq=False)
class Edition:
    """The global edition where `actor` is None, else that of one actor."""

    release: FrozenRelease
    settings: ReportSettings
    language: str
    actor: str | None

    @cached_property
    def speaker(self) -> Speaker:
        """Return who speaks the reader's language."""
        return speaker_of(self.language)

    @cached_property
    def figures(self) -> Figures:
        """Return who writes the numbers."""
        return Figures(release=self.release, texts=self.speaker.texts)

    @cached_property
    def year(self) -> int:
        """Return the year whose figures are told: the period's, as far as the release goes."""
        years = self.release.years
        return min(max(self.settings.period.last.year, years[0]), years[-1])

    @cached_property
    def themes(self) -> tuple[str, ...]:
        """Return the themes of the edition in the order of the methodology."""
        scored = self.release.scored_themes.values()
        wanted = self.settings.themes or tuple(theme.id for theme in scored)
        return tuple(
            theme.id for theme in sorted(scored, key=lambda each: each.order) if theme.id in wanted
        )

    @cached_property
    def cells(self) -> tuple[FrozenCell, ...]:
        """Return the cells of the year, by actor's name, then theme."""
        found = self.release.cells_of(self.actor, None, self.year)
        rows = found.matching(pl.col("theme").is_in(self.themes)).rows()
        places = {theme: place for place, theme in enumerate(self.themes)}
        return tuple(
            sorted(rows, key=lambda cell: (self.named(cell.actor), cell.actor, places[cell.theme]))
        )

    @cached_property
    def graded(self) -> tuple[FrozenCell, ...]:
        """Return the cells of grade C or better; of the others no gap is printed."""
        return tuple(cell for cell in self.cells if cell.grade is not Grade.D)

    def labelled(self, *labels: Label) -> list[FrozenCell]:
        """Return the graded cells that carry one of some labels."""
        return [cell for cell in self.graded if cell.label in labels]

    def named(self, actor: str) -> str:
        """Return an actor's name, its code where the release does not know it."""
        found = self.release.actors.get(actor)
        return actor if found is None else self.worded(found.names, actor)

    def themed(self, theme: str) -> str:
        """Return a theme's name, its id where the release does not know it."""
        found = self.release.themes.get(theme)
        return theme if found is None else self.worded(found.name, theme)

    def worded(self, names: Mapping[str, str], otherwise: str = "") -> str:
        """Return a name in the reader's language, in English, or what stands for it."""
        return names.get(self.language) or names.get("en") or otherwise

    def actor_name(self, actor: str) -> Span:
        """Return an actor's name as a part of a sentence."""
        return name(self.named(actor))

    def theme_name(self, theme: str) -> Span:
        """Return a theme's name as a part of a sentence."""
        return name(self.themed(theme))

    def cell_topic(self, cell: FrozenCell) -> Span:
        """Return what a cell is about, leading to its page where there is a site."""
        words = self.themed(cell.theme)
        if self.actor is None:
            words = f"{self.named(cell.actor)}, {words}"
        return link(words, self.address(self._cell_path(cell)))

    def pair_link(self, pair: FrozenPair) -> Span:
        """Return a pair's id, leading to its page where there is a site."""
        path = pair_page(pair.id, release=self.release.id, lang=self._lang)
        return link(pair.id, self.address(path))

    def address(self, path: str) -> str | None:
        """Return where a page of the site stands; None where there is no site to tell."""
        return None if self.settings.site is None else self.settings.site + path

    def of_year(self, *conditions: Condition) -> tuple[Condition, ...]:
        """Return conditions on cells: this year, these themes and actor, and others."""
        own: list[Condition] = [("year", self.year)]
        if self.actor is not None:
            own.append(("actor", self.actor))
        if self.settings.themes:
            own.append(("theme", self.themes))
        return (*own, *conditions)

    def count_cells(self, cells: Sequence[FrozenCell], *conditions: Condition) -> Span:
        """Write how many cells of the year there are that meet some conditions."""
        return self.figures.count(len(cells), "gaps", self.of_year(*conditions))

    @property
    def _lang(self) -> str | None:
        return None if self.language == "en" else self.language

    def _cell_path(self, cell: FrozenCell) -> str:
        return cell_page(
            cell.actor, cell.theme, cell.year, release=self.release.id, lang=self._lang
        )
