"""From filters as they were written to a condition on a release's rows."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

import polars as pl

from gaptracker.domain.actors import Actor
from gaptracker.domain.vocabulary import Grade, Label
from gaptracker.publish.api.codes import ErrorCode
from gaptracker.publish.api.errors import Fault, clip, invalid, unknown
from gaptracker.publish.api.queries import DiffQuery, GapsQuery, ObservationsQuery, PairsQuery
from gaptracker.publish.api.wanted import Wanted
from gaptracker.publish.differences import ChangeCause, FrozenDifference
from gaptracker.publish.frozen import FrozenRelease

Named = TypeVar("Named")

YEAR_DIGITS = 4
# The grades that are shown, by the weakest of them.
SHOWN_GRADES = {
    weakest.value: [grade.value for grade in Grade if grade <= weakest] for weakest in Grade
}


@dataclass(slots=True)
class Findings:
    """What the filters ask of a row, and what is wrong with them; all of it is said at once."""

    among: dict[str, Sequence[str] | Sequence[int]] = field(default_factory=dict)
    conditions: list[pl.Expr] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def condition(self) -> pl.Expr:
        """Return the condition that a row has to meet.

        Raises:
            RequestRefused: If anything is wrong with the filters.
        """
        return pl.all_horizontal(self.wanted().condition(), *self.conditions)

    def wanted(self) -> Wanted:
        """Return what was asked by `one_of` alone.

        Raises:
            RequestRefused: If anything is wrong with the filters.
        """
        if self.faults:
            raise invalid(*self.faults)
        return Wanted.of(self.among)

    def one_of(self, column: str, values: Sequence[str] | Sequence[int]) -> None:
        """Ask that a column holds one of some values."""
        self.among[column] = values


def cells_asked(release: FrozenRelease, query: GapsQuery) -> Wanted:
    """Return what a query asks of cells.

    Raises:
        RequestRefused: If it names an actor, theme, year or label that nothing carries, or if
            its grade and labels exclude each other.
    """
    found = _findings(release, query, release.years)
    found.one_of("grade", SHOWN_GRADES[query.min_grade])
    if query.label is not None:
        labels = split_list("label", query.label, found)
        known: dict[str, Sequence[str]] = {label.value: () for label in Label}
        require_known_names(labels, "label", ErrorCode.LABEL_UNKNOWN, known, found)
        if Label.INSUFFICIENT_EVIDENCE in labels and query.min_grade != Grade.D:
            found.faults.append(_conflict(query.min_grade))
        found.one_of("label", labels)
    return found.wanted()


def pairs_asked(release: FrozenRelease, query: PairsQuery) -> pl.Expr:
    """Return the condition on pairs that a query sets.

    Raises:
        RequestRefused: If it names an actor, theme or year that nothing carries.
    """
    found = _findings(release, query, release.pair_years)
    if query.reading is not None:
        found.conditions.append(pl.col("reading") == query.reading)
    return found.condition()


def changes_asked(
    release: FrozenRelease, query: DiffQuery, difference: FrozenDifference
) -> pl.Expr:
    """Return the condition on moved cells that a query sets.

    Raises:
        RequestRefused: If it names an actor, theme, year or cause that nothing carries.
    """
    found = Findings()
    if query.actor is not None:
        actors = split_list("actor", query.actor, found)
        known = {**_spellings(difference.actors), **actor_spellings(release)}
        require_known_names(actors, "actor", ErrorCode.ACTOR_UNKNOWN, known, found)
        found.one_of("actor", actors)
    actors_themes_years(
        release,
        found,
        actor=None,
        theme=query.theme,
        year=query.year,
        covered=difference.years,
    )
    if query.cause is not None:
        causes = split_list("cause", query.cause, found)
        known = {cause.value: () for cause in ChangeCause}
        require_known_names(causes, "cause", ErrorCode.CAUSE_UNKNOWN, known, found)
        found.conditions.append(
            pl.any_horizontal(*(pl.col("causes").list.contains(each) for each in causes))
        )
    if query.demonstrated is not None:
        found.conditions.append(pl.col("demonstrated") == (query.demonstrated == "true"))
    return found.condition()


def observations_asked(release: FrozenRelease, query: ObservationsQuery) -> pl.Expr:
    """Return the condition on observations that a query sets.

    Raises:
        RequestRefused: If it names an actor, theme, indicator or year that nothing carries.
    """
    found = Findings()
    indicators = release.methodology.indicators
    if query.actor is not None:
        actors = split_list("actor", query.actor, found)
        known = actor_spellings(release)
        require_known_names(actors, "actor", ErrorCode.ACTOR_UNKNOWN, known, found)
        found.one_of("actor", actors)
    if query.id is not None:
        found.conditions.append(pl.col("id") == query.id)
    if query.theme is not None:
        themes = split_list("theme", query.theme, found)
        known = theme_spellings(release)
        require_known_names(themes, "theme", ErrorCode.THEME_UNKNOWN, known, found)
        found.one_of(
            "indicator", [name for name, each in indicators.items() if {*themes} & {*each.uses}]
        )
    if query.indicator is not None:
        names = split_list("indicator", query.indicator, found)
        known = {name: tuple(each.name.values()) for name, each in indicators.items()}
        require_known_names(names, "indicator", ErrorCode.INDICATOR_UNKNOWN, known, found)
        found.one_of("indicator", names)
    if query.year is not None:
        years = known_years(split_list("year", query.year, found), _observed(release), found)
        wanted = [str(year) for year in years]
        found.conditions.append(pl.col("period").str.slice(0, YEAR_DIGITS).is_in(wanted))
    return found.condition()


def _observed(release: FrozenRelease) -> range:
    """Return the years that observations may be asked for: those of cells, and all observed."""
    ends = release.observations.frame.select(
        pl.col("period").min().alias("first"), pl.col("period").max().alias("last")
    ).row(0)
    years = [int(end[:YEAR_DIGITS]) for end in ends if end is not None]
    covered = (*years, release.years[0], release.years[-1])
    return range(min(covered), max(covered) + 1)


class Spellings(Mapping[str, tuple[str, ...]], Generic[Named]):
    """What is known by name, each with its other spellings.

    These are only asked for where a name is not known; there may be thousands.
    """

    def __init__(
        self, known: Mapping[str, Named], names: Callable[[Named], Mapping[str, str]]
    ) -> None:
        """Keep what is known, and how its names are found."""
        self._known = known
        self._names = names

    def __getitem__(self, name: str) -> tuple[str, ...]:
        """Return the other spellings of a name."""
        return tuple(self._names(self._known[name]).values())

    def __contains__(self, name: object) -> bool:
        """Say whether a name is known."""
        return name in self._known

    def __iter__(self) -> Iterator[str]:
        """Yield the names."""
        return iter(self._known)

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._known)


def actor_spellings(release: FrozenRelease) -> Mapping[str, tuple[str, ...]]:
    """Return each actor's code with the names by which people know it."""
    return _spellings(release.actors)


def _spellings(actors: Mapping[str, Actor]) -> Mapping[str, tuple[str, ...]]:
    return Spellings(actors, lambda actor: actor.names)


def theme_spellings(release: FrozenRelease) -> Mapping[str, tuple[str, ...]]:
    """Return each theme's id with its names, themes of positions only too."""
    return Spellings(release.themes, lambda theme: theme.name)


def _findings(release: FrozenRelease, query: GapsQuery | PairsQuery, covered: range) -> Findings:
    """Check the filters that cells and pairs share; `covered` are the years there are."""
    found = Findings()
    actors_themes_years(
        release, found, actor=query.actor, theme=query.theme, year=query.year, covered=covered
    )
    return found


def actors_themes_years(
    release: FrozenRelease,
    found: Findings,
    *,
    actor: str | None,
    theme: str | None,
    year: str | None,
    covered: range | None = None,
) -> None:
    """Check the lists of actors, themes and years of a query, and ask for their members.

    Args:
        release: The release.
        found: Where conditions and faults are put.
        actor: Actors' codes; None for all.
        theme: Ids of themes that carry a gap; None for all.
        year: Years; None for all.
        covered: The years there are; None for those of the release's cells.
    """
    if actor is not None:
        actors = split_list("actor", actor, found)
        known = actor_spellings(release)
        require_known_names(actors, "actor", ErrorCode.ACTOR_UNKNOWN, known, found)
        found.one_of("actor", actors)
    if theme is not None:
        themes = split_list("theme", theme, found)
        known = scored_theme_spellings(release)
        require_known_names(themes, "theme", ErrorCode.THEME_UNKNOWN, known, found)
        found.one_of("theme", themes)
    if year is not None:
        years = split_list("year", year, found)
        found.one_of("year", known_years(years, covered or release.years, found))


def scored_theme_spellings(release: FrozenRelease) -> Mapping[str, tuple[str, ...]]:
    """Return the id of each theme that carries a gap with its names."""
    return Spellings(release.scored_themes, lambda theme: theme.name)


def split_list(parameter: str, text: str, found: Findings) -> list[str]:
    """Part a list at its commas; an empty member is a fault, never a wish for everything.

    Args:
        parameter: The parameter that brought it.
        text: What came.
        found: Where faults are put.
    """
    names = [name.strip() for name in text.split(",")]
    if not all(names):
        found.faults.append(
            Fault(
                parameter=parameter,
                place="query",
                code=ErrorCode.VALUE_INVALID,
                detail=f"{parameter} is {clip(text)!r}: a member of the list is empty",
                given=clip(text),
                expected="values separated by single commas",
            )
        )
    return [name for name in names if name]


def require_known_names(
    given: Sequence[str],
    parameter: str,
    code: ErrorCode,
    known: Mapping[str, Sequence[str]],
    found: Findings,
) -> None:
    """Find fault with names that nothing carries.

    Args:
        given: The names.
        parameter: The parameter that brought them.
        code: What kind of name they are.
        known: Each known name with its other spellings.
        found: Where faults are put.
    """
    found.faults.extend(
        unknown(parameter, code, name, known, place="query") for name in given if name not in known
    )


def known_years(
    given: Sequence[str], covered: range, found: Findings, *, parameter: str = "year"
) -> list[int]:
    """Return the years among some texts; others are faults.

    Args:
        given: What came.
        covered: The years there are.
        found: Where faults are put.
        parameter: The parameter that brought them.
    """
    years: list[int] = []
    for text in given:
        nearest: tuple[str, ...] = ()
        if not (text.isascii() and text.isdigit() and len(text) == YEAR_DIGITS):
            code = ErrorCode.VALUE_INVALID
        elif int(text) not in covered:
            code = ErrorCode.YEAR_UNKNOWN
            nearest = (str(min(max(int(text), covered[0]), covered[-1])),)
        else:
            years.append(int(text))
            continue
        expected = f"a year from {covered[0]} to {covered[-1]}"
        found.faults.append(
            Fault(
                parameter=parameter,
                place="query",
                code=code,
                detail=f"{parameter} is {clip(text)!r}; expected {expected}",
                given=clip(text),
                expected=expected,
                nearest=nearest,
            )
        )
    return years


def _conflict(min_grade: str) -> Fault:
    return Fault(
        parameter="min_grade",
        place="query",
        code=ErrorCode.PARAMETER_CONFLICT,
        detail=(
            f"cells labelled insufficient_evidence are of grade D and min_grade {min_grade} "
            "leaves them out; add min_grade=D"
        ),
        given=min_grade,
        expected="D",
        nearest=("D",),
    )
