"""A comparison that a server makes of its releases."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict

from gaptracker.client import Client
from gaptracker.client.rows_compared import ComparedFigure, ComparedPair, LeftOut
from gaptracker.client.rows_compared import Comparison as ServedComparison
from gaptracker.main.cli.compare_asked import AskedComparison, different_actors
from gaptracker.main.cli.compare_text import Comparison, told_rules
from gaptracker.main.cli.remote import ReleaseThere, asking, found_release, row_of
from gaptracker.publish.comparing import Compared
from gaptracker.publish.nearest import require_year


def comparison_there(url: str, asked: AskedComparison) -> Comparison:
    """Have figures compared by a server.

    Raises:
        UnknownName: If an actor, theme, year or release is unknown; it carries the nearest.
        BadParameter: If an actor came twice.
        OutOfReach: If the server does not answer, or something else answers.
    """
    with asking(url) as client:
        releases = [found_release(client, each) for each in asked.releases or (None,)]
        read = ReleaseThere(client, releases[0])
        codes = [read.named_actor(each) for each in asked.actors]
        different_actors(codes)
        for year in asked.years:
            require_year(year, read.years)
        names = [each.id for each in releases]
        served = client.compare(
            codes,
            read.named_theme(asked.theme),
            year=asked.years[0] if len(asked.years) == 1 else asked.years or None,
            release=names[0] if len(names) == 1 else names,
            figure=asked.figure,
        )
        rules = _rules_of(client, names)
    versions = {name: version for name, (version, _) in rules.items()}
    told = tuple(told_rules(rules))
    # The first sentence is about the tiers, and where rules differ the last one says so.
    others = served.sentences[1 : -1 if told else None]
    return Comparison(
        theme=served.theme,
        theme_name=served.theme_name,
        compared=_compared(served, versions),
        releases=tuple(names),
        notes=(*told, *others),
        notice=read.notice,
    )


def _rules_of(client: Client, releases: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Return version and hash of each release's methodology; one alone cannot differ."""
    details = [client.release(each) for each in releases]
    return {each.id: (each.methodology, each.methodology_sha256) for each in details}


def _compared(served: ServedComparison, versions: Mapping[str, str]) -> Compared:
    """Return a comparison as one that was made here has it, under the names used here.

    Raises:
        OutOfReach: If it holds codes that this program does not know the meaning of.
    """
    rows: tuple[ComparedFigure | LeftOut, ...] = (*served.figures, *served.left_out)
    names = {each.name: _name(each, served.across) for each in rows}
    document = {
        "figure": served.figure,
        "threshold": served.threshold,
        "figures": [
            asdict(each)
            | {
                "name": names[each.name],
                "theme": served.theme,
                "figure": served.figure,
                "methodology": versions[each.release],
            }
            for each in served.figures
        ],
        "left_out": [asdict(each) | {"name": names[each.name]} for each in served.left_out],
        "pairs": [
            asdict(each)
            | {
                "first": names[each.first],
                "second": names[each.second],
                "difference_interval": _interval(each),
            }
            for each in served.pairs
        ],
        "tiers": [
            asdict(each) | {"members": [names[member] for member in each.members]}
            for each in served.tiers
        ],
    }
    return row_of(document, Compared)


def _name(row: ComparedFigure | LeftOut, across: str) -> str:
    """Return how this command calls a figure."""
    return f"{row.actor} in {row.release}" if across == "releases" else row.name


def _interval(pair: ComparedPair) -> dict[str, float] | None:
    if pair.difference_low is None or pair.difference_high is None:
        return None
    return {"low": pair.difference_low, "high": pair.difference_high}
