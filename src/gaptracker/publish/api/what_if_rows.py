"""Figures under other choices as the API shows them, and how the choices are read."""

import math
from dataclasses import fields

from gaptracker.domain.analysis import PointsRange
from gaptracker.domain.choices import Aggregation
from gaptracker.domain.errors import InvalidValue, UnknownName
from gaptracker.publish.api.cells import cell_address
from gaptracker.publish.api.codes import ErrorCode
from gaptracker.publish.api.deps import View
from gaptracker.publish.api.errors import Fault, clip
from gaptracker.publish.api.filters import Findings, require_known_names, split_list
from gaptracker.publish.api.queries import WhatIfQuery
from gaptracker.publish.api.schemas_what_if import (
    WeightRange,
    WhatIfAnswerData,
    WhatIfFigures,
    WhatIfParameters,
    WhatIfRanges,
)
from gaptracker.publish.cell_record import cell_record
from gaptracker.publish.rows import FrozenCell
from gaptracker.publish.sentences.not_official import not_official_sentence
from gaptracker.workflows.what_if import (
    NEVER,
    OtherCell,
    OtherChoices,
    methodology_choices,
    read_half_life,
    read_weight,
    spacing_names,
)


def read_choices(view: View, query: WhatIfQuery, found: Findings) -> OtherChoices:
    """Return the choices that a query asks for; what it leaves out stays the methodology's.

    Args:
        view: What the request wants to see.
        query: Its parameters.
        found: Where faults are put.
    """
    rules = view.release.methodology
    own = methodology_choices(rules)
    half_life, spacing = own.half_life_years, own.spacing
    if query.half_life is not None:
        try:
            half_life = read_half_life(query.half_life)
        except InvalidValue as error:
            found.faults.append(_fault("half_life", query.half_life, error))
    if query.spacing is not None:
        spacing = query.spacing
        known = dict.fromkeys(spacing_names(rules), ())
        require_known_names((spacing,), "spacing", ErrorCode.SPACING_UNKNOWN, known, found)
    return OtherChoices(
        half_life_years=half_life,
        aggregation=Aggregation(query.aggregation) if query.aggregation else own.aggregation,
        spacing=spacing,
        solicited=own.solicited if query.solicited is None else query.solicited == "true",
        weights=_weights(view, query, found),
    )


def _weights(view: View, query: WhatIfQuery, found: Findings) -> dict[str, float]:
    """Return the weights of a query, each once; all that is wrong with them is found."""
    weights: dict[str, float] = {}
    given = split_list("weights", query.weights, found) if query.weights is not None else []
    for text in given:
        try:
            name, number = read_weight(text, view.release.methodology)
        except UnknownName as error:
            found.faults.append(_fault("weights", text, error, error.nearest))
        except InvalidValue as error:
            found.faults.append(_fault("weights", text, error))
        else:
            if name in weights:
                twice = InvalidValue(f"{name} came twice; expected every weight once")
                found.faults.append(_fault("weights", text, twice))
            weights[name] = number
    return dict(sorted(weights.items()))


def _fault(
    parameter: str, given: str, error: Exception, nearest: tuple[str, ...] | None = None
) -> Fault:
    said = str(error)
    return Fault(
        parameter=parameter,
        place="query",
        code=ErrorCode.VALUE_INVALID if nearest is None else ErrorCode.WEIGHT_UNKNOWN,
        detail=f"{parameter} is {clip(said)}",
        given=clip(given),
        expected=said.rpartition("expected ")[2] if "expected " in said else None,
        nearest=tuple(nearest or ()),
    )


def build_what_if(
    view: View, frozen: FrozenCell, choices: OtherChoices, found: OtherCell
) -> WhatIfAnswerData:
    """Return a cell under other choices, beside the published one.

    Args:
        view: What the request wants to see.
        frozen: The cell as the release has it.
        choices: The choices.
        found: What came of them.
    """
    release = view.release
    own = methodology_choices(release.methodology)
    names = WhatIfFigures.model_fields
    return WhatIfAnswerData(
        official=False,
        notice=not_official_sentence(release.id, view.language),
        actor=frozen.actor,
        actor_name=view.name_of(release.actors[frozen.actor].names),
        theme=frozen.theme,
        theme_name=view.name_of(release.themes[frozen.theme].name),
        year=frozen.year,
        parameters=_parameters(choices),
        changed=_changed(choices, own),
        what_if=WhatIfFigures(**cell_record(found.cell)),
        published=WhatIfFigures(**{name: getattr(frozen, name) for name in names}),
        published_parameters=_parameters(own),
        ranges=WhatIfRanges(
            all_weights=_range(found.all_weights),
            bounded_weights=_range(found.bounded_weights),
            weight_spread=release.methodology.choices.weight_spread,
        ),
        link=cell_address(view, frozen.actor, frozen.theme, frozen.year),
    )


def _parameters(choices: OtherChoices) -> WhatIfParameters:
    never = math.isinf(choices.half_life_years)
    return WhatIfParameters(
        half_life=NEVER if never else choices.half_life_years,
        aggregation=choices.aggregation,
        spacing=choices.spacing,
        solicited=choices.solicited,
        weights=dict(choices.weights),
    )


def _changed(choices: OtherChoices, own: OtherChoices) -> list[str]:
    named = {"half_life_years": "half_life"}
    return [
        named.get(each.name, each.name)
        for each in fields(choices)
        if getattr(choices, each.name) != getattr(own, each.name)
    ]


def _range(given: PointsRange | None) -> WeightRange | None:
    return None if given is None else WeightRange(low=given.low, high=given.high)
