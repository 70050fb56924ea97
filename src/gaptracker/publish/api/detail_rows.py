"""A cell with all that it is made of, as the API shows it."""

from gaptracker.domain.vocabulary import ItemKind
from gaptracker.publish.api.cells import build_cells
from gaptracker.publish.api.deps import View, path_part
from gaptracker.publish.api.record_rows import (
    MEASURES_PATH,
    OBSERVATIONS_PATH,
    STATEMENTS_PATH,
)
from gaptracker.publish.api.schemas_detail import (
    CellDetail,
    ContributionAnswer,
    DriverAnswer,
    FactorOfWeight,
    LeftOutGroup,
    MethodBandAnswer,
)
from gaptracker.publish.rows import FrozenCell, FrozenContribution


def build_detail(view: View, cell: FrozenCell) -> CellDetail:
    """Return a cell, its band, its contributions, its left-out groups and its theme's drivers."""
    release = view.release
    actor, theme, year = cell.actor, cell.theme, cell.year
    (shown,) = build_cells(view, release.cells_of(actor, theme, year).frame)
    band = release.band_of(cell)
    factors = sorted(release.factors.where(scope=theme).rows(), key=lambda row: -row.total)
    return CellDetail(
        cell=shown,
        band=(
            None
            if band is None
            else MethodBandAnswer(
                **{
                    name: getattr(band, name)
                    for name in MethodBandAnswer.model_fields
                    if name != "held"
                },
                held=list(band.held),
            )
        ),
        contributions=[
            _contribution(view, part)
            for part in release.contributions_of(actor, theme, year).rows()
        ],
        left_out=[
            LeftOutGroup(**{name: getattr(row, name) for name in LeftOutGroup.model_fields})
            for row in release.left_out_of(cell)
        ],
        drivers=[
            DriverAnswer(
                choice=row.factor,
                **{
                    name: getattr(row, name)
                    for name in DriverAnswer.model_fields
                    if name != "choice"
                },
            )
            for row in factors
        ],
    )


def _contribution(view: View, part: FrozenContribution) -> ContributionAnswer:
    own = {"factors", "link", "points"}
    return ContributionAnswer(
        **{
            name: getattr(part, name) for name in ContributionAnswer.model_fields if name not in own
        },
        points=view.release.shown_points(part),
        factors=[FactorOfWeight(name=name, value=value) for name, value in part.factors],
        link=_record_link(view, part),
    )


def _record_link(view: View, part: FrozenContribution) -> str:
    match part.item_kind:
        case ItemKind.STATEMENT:
            return view.link(f"{STATEMENTS_PATH}/{path_part(part.item)}")
        case ItemKind.MEASURE:
            return view.link(f"{MEASURES_PATH}/{path_part(part.item)}")
        case ItemKind.OBSERVATION:
            return view.link(OBSERVATIONS_PATH, id=part.item)
