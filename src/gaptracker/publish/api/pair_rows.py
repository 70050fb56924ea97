"""Pairs of a frozen release as the API shows them: said and did, with both sources."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from gaptracker.domain.errors import ReleaseCorrupt
from gaptracker.domain.records import Measure, Statement
from gaptracker.domain.vocabulary import ItemKind
from gaptracker.publish.addresses import (
    CITE_PATH,
    ERRATA_PATH,
    REPLIES_PATH,
    address,
    pair_page,
    path_part,
)
from gaptracker.publish.api.cells import cell_address
from gaptracker.publish.api.deps import View
from gaptracker.publish.api.schemas_pairs import (
    Did,
    Pair,
    PairDetail,
    PairLinks,
    PairYear,
    Said,
    SourceBrief,
)
from gaptracker.publish.frozen import FrozenRelease
from gaptracker.publish.rows import ShownObservation

PAIRS_PATH = "/v1/pairs"

# A row's values have the types of its columns, which only the release's layout knows.
RowValues = Mapping[str, Any]


def pairs_frame(release: FrozenRelease) -> pl.DataFrame:
    """Return all pairs of all readings."""
    return release.pairs.table.frame


def build_pairs(view: View, rows: pl.DataFrame) -> list[Pair]:
    """Return pairs with both records written out, each record looked up once."""
    records = _Records(view)
    return [Pair(**_members(records, row)) for row in rows.iter_rows(named=True)]


def build_pair_detail(view: View, rows: pl.DataFrame) -> PairDetail:
    """Return one pair in its newest year, and what it was in every year.

    Args:
        view: What the request wants to see.
        rows: The pair's rows, one a year, at least one.
    """
    years = rows.sort("year", descending=True)
    members = _members(_Records(view), years.row(0, named=True))
    return PairDetail(
        **members,
        years=[
            PairYear(**{name: row[name] for name in PairYear.model_fields})
            for row in years.iter_rows(named=True)
        ],
    )


class _Records:
    """Statements and deeds of one release as one view shows them, kept for one page."""

    def __init__(self, view: View) -> None:
        self.view = view
        self._said: dict[str, Said] = {}
        self._done: dict[str, Did] = {}

    def said(self, name: str) -> Said:
        if name not in self._said:
            self._said[name] = _said(self.view, name)
        return self._said[name]

    def did(self, name: str) -> Did:
        if name not in self._done:
            self._done[name] = _did(self.view, name)
        return self._done[name]


def _members(records: _Records, row: RowValues) -> dict[str, Any]:
    view = records.view
    manifest = view.release.manifest
    held = {name: value for name, value in row.items() if name in Pair.model_fields}
    return {
        **held,
        "actor_name": view.name_of(view.release.actors[row["actor"]].names),
        "release": manifest.release,
        "methodology": manifest.methodology,
        "provisional": manifest.provisional,
        "statement": records.said(row["statement"]),
        "deed": records.did(row["deed"]) if row["deed"] is not None else None,
        "links": PairLinks(
            self=view.link(f"{PAIRS_PATH}/{path_part(row['id'])}"),
            cell=_cell_link(view, row),
            page=pair_page(row["id"], release=view.release.id),
            cite=view.link(CITE_PATH, pair=row["id"]),
            replies=address(REPLIES_PATH, {"pair": row["id"]}),
            errata=address(ERRATA_PATH, {"pair": row["id"]}),
        ),
    }


def _cell_link(view: View, row: RowValues) -> str | None:
    """Return where the pair's cell stands; a pledge may fall due after the last year scored."""
    if row["year"] not in view.release.years:
        return None
    return cell_address(view, row["actor"], row["theme"], row["year"])


def _said(view: View, name: str) -> Said:
    statement = view.release.statements.get(name)
    if not isinstance(statement, Statement):
        raise ReleaseCorrupt(f"{view.release.id}: a pair names statement {name}, which is missing")
    return Said(
        id=statement.id,
        actor=statement.actor,
        actor_name=view.name_of(view.release.actors[statement.actor].names),
        said_on=str(statement.said_on),
        forum=statement.forum,
        speaker=statement.speaker,
        office=statement.office,
        mode=statement.mode,
        instrument=statement.instrument,
        language=statement.language,
        excerpt=statement.excerpt,
        paraphrase=statement.paraphrase,
        locator=statement.locator,
        source=build_source(view, statement.source),
    )


def _did(view: View, name: str) -> Did:
    match view.release.deed(name):
        case Measure() as measure:
            return _measure(view, measure)
        case ShownObservation() as observation:
            return _observation(view, observation)
        case None:
            raise ReleaseCorrupt(f"{view.release.id}: a pair names deed {name}, which is missing")


def _measure(view: View, measure: Measure) -> Did:
    started, ended = measure.in_force.start, measure.in_force.end
    return Did(
        id=measure.id,
        kind=ItemKind.MEASURE,
        layer=measure.layer,
        title=measure.title,
        dated=str(started) if started else None,
        in_force_to=str(ended) if ended else None,
        issuer=measure.issuer,
        value=None,
        category=None,
        unit=None,
        withheld=None,
        note=measure.note,
        locator=measure.locator,
        source=build_source(view, measure.source),
    )


def _observation(view: View, observation: ShownObservation) -> Did:
    indicator = view.release.methodology.indicator(observation.indicator)
    return Did(
        id=observation.id,
        kind=ItemKind.OBSERVATION,
        layer=indicator.layer,
        title=view.name_of(indicator.name),
        dated=str(observation.period),
        in_force_to=None,
        issuer=None,
        value=observation.value,
        category=observation.category,
        unit=indicator.unit,
        withheld=observation.withheld,
        note=observation.note,
        locator=None,
        source=build_source(view, observation.source),
    )


def build_source(view: View, name: str) -> SourceBrief:
    """Return where a record comes from."""
    source = view.release.sources[name]
    return SourceBrief(
        id=source.id,
        title=source.title,
        publisher=source.publisher,
        url=source.url,
        licence=source.licence,
        citation=source.citation,
    )
