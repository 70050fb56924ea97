"""What a comparison was asked for: several actors, years or releases, never two of these."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import typer

from gaptracker.publish.comparing import FigureName

Across = Literal["actors", "years", "releases"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedComparison:
    """A comparison as it was typed; `across` says which of the lists has several members."""

    across: Across
    actors: tuple[str, ...]
    theme: str
    years: tuple[int, ...]
    releases: tuple[str, ...]
    figure: FigureName


def asked_comparison(
    actors: Sequence[str],
    theme: str,
    *,
    years: str | None,
    releases: str | None,
    figure: FigureName,
) -> AskedComparison:
    """Read what was typed.

    Raises:
        BadParameter: If two comparisons are asked for at once, or none; or a list is none.
    """
    named_years, named_releases = _parts(years, "--years"), _parts(releases, "--releases")
    lists: dict[Across, Sequence[str]] = {
        "actors": actors,
        "years": named_years,
        "releases": named_releases,
    }
    given = [name for name, members in lists.items() if len(members) > 1]
    if len(given) != 1:
        came = f"several {' and several '.join(given)}" if given else "one actor, year and release"
        raise typer.BadParameter(
            f"{came} came; expected several of one kind: two actors, or one actor and two --years "
            "or two --releases"
        )
    return AskedComparison(
        across=given[0],
        actors=tuple(actors),
        theme=theme,
        years=tuple(_different_years(named_years)),
        releases=tuple(named_releases),
        figure=figure,
    )


def different_actors(codes: Sequence[str]) -> None:
    """Refuse an actor that came twice, once codes are as the release has them.

    Raises:
        BadParameter: If one did.
    """
    if len(set(codes)) != len(codes):
        raise typer.BadParameter("an actor came twice", param_hint="ACTOR")


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
