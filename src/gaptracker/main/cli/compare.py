"""`gaptracker compare`: which of two figures is the higher, if that can be told."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated

import typer
from rich.table import Table

from gaptracker.domain.results import Manifest
from gaptracker.domain.vocabulary import Order
from gaptracker.main.cli.figures import gap, number, points, probability, span_dots
from gaptracker.main.cli.lookup import named_actor, named_theme
from gaptracker.main.cli.options import TableFormatOption
from gaptracker.main.cli.rows_out import write_csv_records, write_json
from gaptracker.main.cli.stores import open_release
from gaptracker.main.cli.tables import plain_table
from gaptracker.main.cli.terminal import data_console, folded, show, talk
from gaptracker.main.cli.wording import label_in_words, reason_in_words
from gaptracker.publish.comparing import (
    FEWEST,
    Compared,
    FigureName,
    NotCompared,
    Subject,
    compare_subjects,
    newest_common_year,
    on_shared_evidence,
)
from gaptracker.publish.frozen import FrozenRelease
from gaptracker.publish.nearest import require_year
from gaptracker.scoring.comparison import EVEN
from gaptracker.workflows.compare_figures import ComparedPair

ActorsArgument = Annotated[
    list[str], typer.Argument(help="Actors' codes, as MEX COL.", metavar="ACTOR...")
]
ComparedThemeOption = Annotated[str, typer.Option(help="The theme, as death_penalty.")]
ComparedYearsOption = Annotated[
    str | None,
    typer.Option(
        "--years",
        "--year",
        help="The year in which actors are compared, the newest in which all can be if left out; "
        "or two or more years of one actor, as 2016,2024.",
        metavar="YEAR,…",
    ),
]
ComparedReleasesOption = Annotated[
    str | None,
    typer.Option(
        "--releases",
        "--release",
        help="Release to read, the current one if left out; or two or more in which one actor's "
        "figure is compared.",
        metavar="ID,…",
    ),
]
FigureOption = Annotated[
    FigureName, typer.Option(help="What is compared: the gap, the words, or the practice.")
]
TOO_LITTLE = "too little evidence (grade D), which enters no comparison"
DIFFERENT_RULES = (
    "The releases follow different methodologies ({rules}): a difference may come from the rules "
    "as well as from the evidence."
)
HIGHER = {
    "gap": "Higher: words further ahead of deeds; no mark for quality.",
    "says": "Higher: words nearer to full alignment.",
    "practice": "Higher: practice nearer to full alignment (the law, where no practice is known).",
}
# As long as the hash in a release's id.
HASH_BEGINNING = 8
SHARED = (
    "{names} rest in part on the same evidence and are taken as independent, which errs on the "
    "side of saying nothing."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PairRecord:
    """Two figures as one flat row; the difference is missing where they are not told apart."""

    first: str
    second: str
    order: Order
    p_first_higher: float
    difference_points: float | None
    difference_low: float | None
    difference_high: float | None


def compare_command(
    actors: ActorsArgument,
    theme: ComparedThemeOption,
    *,
    years: ComparedYearsOption = None,
    releases: ComparedReleasesOption = None,
    figure: FigureOption = "gap",
    form: TableFormatOption = "table",
) -> None:
    """Tell which figure is the higher: of actors, of years, or of releases.

    A difference is printed only if its order has a probability of 0.90 or more; otherwise the
    figures cannot be told apart. Three actors or more are put into tiers: everything in a higher
    tier is told apart from everything in a lower one. Cells of grade D enter no comparison.

    Examples:
        gaptracker compare MEX COL --theme human_rights
        gaptracker compare JAM IDN PAK EGY --theme death_penalty --year 2022
        gaptracker compare MEX --theme human_rights --years 2016,2024
        gaptracker compare NOR MEX --theme death_penalty --figure practice --format json
    """
    subjects = _subjects(actors, theme, _parts(years, "--years"), _parts(releases, "--releases"))
    compared = compare_subjects(subjects, figure)
    match form:
        case "csv":
            write_csv_records([_flat(pair) for pair in compared.pairs], PairRecord)
        case "json":
            write_json(_record(compared))
        case "table":
            _show(subjects, compared)
    _tell_rules([subject.release.manifest for subject in subjects])
    _tell_shared(on_shared_evidence(subjects, compared, figure), len(compared.figures))
    talk(subjects[0].release.manifest.notice)


def _parts(text: str | None, option: str) -> list[str]:
    """Return the parts of a list with commas, all different; none if it was left out."""
    if text is None:
        return []
    parts = [part.strip() for part in text.split(",")]
    if len(set(parts)) != len(parts) or not all(parts):
        raise typer.BadParameter(
            f"{text!r}; expected one, or different ones with commas between", param_hint=option
        )
    return parts


def _subjects(
    actors: Sequence[str], theme: str, years: Sequence[str], releases: Sequence[str]
) -> list[Subject]:
    """Return the cells that are compared: of actors, of years or of releases, never two of these.

    Raises:
        BadParameter: If two comparisons are asked for at once, or none.
    """
    given = [
        name
        for name, several in (
            ("actors", len(actors) > 1),
            ("years", len(years) > 1),
            ("releases", len(releases) > 1),
        )
        if several
    ]
    if len(given) != 1:
        came = f"several {' and several '.join(given)}" if given else "one actor, year and release"
        raise typer.BadParameter(
            f"{came} came; expected several of one kind: two actors, or one actor and two --years "
            "or two --releases"
        )
    numbers = _different_years(years)
    opened = [open_release(each) for each in releases] or [open_release()]
    match given[0]:
        case "actors":
            return _of_actors(opened[0], actors, theme, numbers)
        case "years":
            return _of_years(opened[0], actors[0], theme, numbers)
        case _:
            return _of_releases(opened, actors[0], theme, numbers)


def _different_years(years: Sequence[str]) -> list[int]:
    numbers = [_whole(year) for year in years]
    for each in numbers:
        if numbers.count(each) > 1:
            raise typer.BadParameter(
                f"{','.join(years)!r} names the year {each} twice; expected different years",
                param_hint="--years",
            )
    return numbers


def _whole(year: str) -> int:
    if not year.isdecimal():
        raise typer.BadParameter(f"{year!r} is no year", param_hint="--years")
    return int(year)


def _of_actors(
    release: FrozenRelease, given: Sequence[str], theme: str, years: Sequence[int]
) -> list[Subject]:
    codes = [named_actor(release, each) for each in given]
    if len(set(codes)) != len(codes):
        raise typer.BadParameter("an actor came twice", param_hint="ACTOR")
    name = named_theme(release, theme)
    year = _year([release], codes, name, years)
    return [
        Subject(name=code, release=release, cell=release.cell(code, name, year)) for code in codes
    ]


def _of_years(
    release: FrozenRelease, actor: str, theme: str, years: Sequence[int]
) -> list[Subject]:
    code, name = named_actor(release, actor), named_theme(release, theme)
    return [
        Subject(name=f"{code} {year}", release=release, cell=release.cell(code, name, year))
        for year in years
    ]


def _of_releases(
    releases: Sequence[FrozenRelease], actor: str, theme: str, years: Sequence[int]
) -> list[Subject]:
    code, name = named_actor(releases[0], actor), named_theme(releases[0], theme)
    year = _year(releases, [code], name, years)
    return [
        Subject(name=f"{code} in {each.id}", release=each, cell=each.cell(code, name, year))
        for each in releases
    ]


def _year(
    releases: Sequence[FrozenRelease], codes: Sequence[str], theme: str, years: Sequence[int]
) -> int:
    """Return the year asked for, or else the newest in which all can be compared."""
    if years:
        return require_year(years[0], releases[0].years)
    common = newest_common_year(releases, codes, theme)
    return releases[0].years[-1] if common is None else common


def _record(compared: Compared) -> dict[str, object]:
    """Return a comparison for JSON, flat where the tables are."""
    return {
        "figure": compared.figure,
        "threshold": compared.threshold,
        "figures": compared.figures,
        "left_out": [{"name": left.name, "why": _why_left_out(left)} for left in compared.left_out],
        "pairs": [_flat(pair) for pair in compared.pairs],
        "tiers": compared.tiers,
    }


def _flat(pair: ComparedPair) -> PairRecord:
    interval = pair.difference_interval
    return PairRecord(
        first=pair.first,
        second=pair.second,
        order=pair.order,
        p_first_higher=pair.p_first_higher,
        difference_points=pair.difference_points,
        difference_low=interval.low if interval else None,
        difference_high=interval.high if interval else None,
    )


def _why_left_out(left: NotCompared) -> str:
    return TOO_LITTLE if left.reason is None else f"no gap: {reason_in_words(left.reason)}"


def _show(subjects: Sequence[Subject], compared: Compared) -> None:
    width = data_console().width
    first = subjects[0]
    theme = first.release.methodology.themes[first.cell.theme]
    show(f"{theme.name['en']} ({theme.id}) · {compared.figure}")
    if len({subject.release.id for subject in subjects}) == 1:
        show(f"Release {first.release.id}")
    if compared.figures:
        show(_table(compared))
    for line in _sentences(compared):
        show(folded(line, width=width, hang=2))
    talk(HIGHER[compared.figure])


def _tell_rules(manifests: Sequence[Manifest]) -> None:
    """Say by which methodology each release was made, where they differ in it."""
    if len({each.methodology_sha256 for each in manifests}) > 1:
        rules = "; ".join(
            f"{each.release}: {each.methodology}, hash {each.methodology_sha256[:HASH_BEGINNING]}"
            for each in manifests
        )
        talk(DIFFERENT_RULES.format(rules=rules))


def _tell_shared(names: Sequence[str], figures: int) -> None:
    """Say which figures are less independent of each other than the comparison takes them for."""
    if names:
        talk(SHARED.format(names="Both figures" if figures == FEWEST else ", ".join(names)))


def _table(compared: Compared) -> Table:
    tiered = len(compared.figures) > FEWEST
    many_releases = len({row.release for row in compared.figures}) > 1
    table = plain_table(
        *(("tier",) if tiered else ()),
        "",
        *(("release",) if many_releases else ()),
        *("year", compared.figure, "90%", "gr"),
        # A label is a verdict on the gap, and would be taken for one on the words or deeds.
        *(("label",) if compared.figure == "gap" else ()),
        numbers=("tier", compared.figure, "90%"),
    )
    for row in compared.figures:
        table.add_row(
            *((str(row.tier),) if tiered else ()),
            row.actor if many_releases else f"{row.actor} {row.actor_name}",
            *((row.release,) if many_releases else ()),
            str(row.year),
            gap(row.points) if compared.figure == "gap" else points(row.points),
            span_dots(row.low, row.high),
            row.grade,
            *((label_in_words(row.label),) if compared.figure == "gap" else ()),
        )
    return table


def _sentences(compared: Compared) -> Iterator[str]:
    """Yield what can be said: of two figures their order, of more their tiers."""
    if len(compared.figures) == FEWEST:
        yield _verdict(compared.pairs[0], compared.threshold)
    elif len(compared.figures) > FEWEST:
        yield from _tier_sentences(compared)
    else:
        yield "There is nothing to compare: fewer than two figures of grade C or better."
    for left in compared.left_out:
        yield f"Left out: {left.name}, {_why_left_out(left)}."


def _verdict(pair: ComparedPair, threshold: float) -> str:
    """Return the one sentence that may be printed of two figures."""
    if pair.p_first_higher == EVEN:
        return f"{pair.first} and {pair.second} have the same figure."
    first, second, likelihood = pair.first, pair.second, pair.p_first_higher
    if likelihood < 1 - likelihood:
        first, second, likelihood = second, first, 1 - likelihood
    if pair.order is Order.CANNOT_BE_TOLD_APART or pair.difference_points is None:
        return (
            f"{first} and {second} cannot be told apart: the probability that {first} is the "
            f"higher is {_below(likelihood, threshold)}, and {probability(threshold)} is asked for."
        )
    return (
        f"{first} is {number(abs(pair.difference_points), 1)} points higher than {second}; the "
        f"probability of this order is {probability(likelihood)}."
    )


def _below(likelihood: float, threshold: float) -> str:
    """Write a probability with as many decimals as show that it lies below a threshold."""
    rounded = probability(likelihood)
    return number(likelihood, 4) if rounded == probability(threshold) else rounded


def _tier_sentences(compared: Compared) -> Iterator[str]:
    if len(compared.tiers) == 1:
        yield "One tier: there is no place to draw a line between higher and lower."
    else:
        yield (
            "Everything in a higher tier is told apart from everything in a lower one, each with "
            f"probability {probability(compared.threshold)} or more."
        )
    for tier in compared.tiers:
        if len(tier.members) > 1:
            alike = (
                "no two can be told apart"
                if tier.all_alike
                else "some can be told apart, but no line leaves all others on one side "
                "(--format csv gives each pair)"
            )
            yield f"Tier {tier.tier}, {', '.join(tier.members)}: {alike}."
