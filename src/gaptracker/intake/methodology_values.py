"""From the checked shapes of the methodology files to the domain's values."""

from gaptracker.domain.methodology import (
    AllianceRule,
    Codebook,
    DeedFactors,
    DrawSettings,
    FederationRule,
    Goalposts,
    GradeRule,
    Indicator,
    IndicatorUse,
    JointStatementRule,
    LabelRule,
    Placement,
    RecommendationRule,
    Reference,
    RollCallRule,
    Rung,
    Theme,
    WordFactors,
)
from gaptracker.domain.vocabulary import Grade, Lag, Response, VoteCast
from gaptracker.intake.methodology_numbers import NumbersFile
from gaptracker.intake.methodology_shapes import (
    CodebookFile,
    IndicatorShape,
    PlacementShape,
    ReferenceShape,
    RollCallShape,
    ThemeFile,
    Translated,
)


def theme_value(file: ThemeFile) -> Theme:
    """Return a theme with its ladder."""
    return Theme(
        id=file.id,
        order=file.order,
        has_deeds=file.has_deeds,
        descriptive=file.descriptive,
        name=_texts(file.name),
        question=_texts(file.question),
        note=_texts(file.note),
        references=file.references,
        rungs=tuple(
            Rung(
                rung=rung.rung,
                title=_texts(rung.title),
                description=_texts(rung.description),
                example_statements=rung.example_statements,
                example_deeds=rung.example_deeds,
            )
            for rung in file.rung
        ),
    )


def indicator_value(shape: IndicatorShape) -> Indicator:
    """Return an indicator with its goalposts."""
    return Indicator(
        id=shape.id,
        name=_texts(shape.name),
        unit=shape.unit,
        layer=shape.layer,
        lag=shape.lag,
        goalposts=Goalposts(
            scale=shape.scale,
            worst=shape.g0,
            best=shape.g1,
            categories={row.category: row.points for row in shape.categories}
            if shape.categories
            else None,
            steps=tuple((row.bound, row.points) for row in shape.steps or ()),
        ),
        maximum_age_years=shape.maximum_age_years,
        references=shape.references,
        caution=shape.caution,
        uses={
            theme: IndicatorUse(weight=use.weight, critical=use.critical, reason=use.reason)
            for theme, use in shape.themes.items()
        },
    )


def reference_value(shape: ReferenceShape) -> Reference:
    """Return a reference, its citation written out."""
    return Reference(
        key=shape.key,
        citation=f"{shape.publisher} ({shape.year}). {shape.title.rstrip('.')}.",
        url=shape.url,
    )


def codebook_value(file: CodebookFile) -> Codebook:
    """Return the codebook; a roll call or joint statement may have a rule for several themes."""
    absent = Placement(rung=None, reason=file.absent_reason)
    roll_calls: dict[str, tuple[RollCallRule, ...]] = {}
    for shape in file.roll_call:
        for name in shape.ids:
            rule = _roll_call(name, shape, absent)
            roll_calls[name] = (*roll_calls.get(name, ()), rule)
    statements: dict[str, tuple[JointStatementRule, ...]] = {}
    for joint in file.joint_statement:
        statement = JointStatementRule(
            joint_statement=joint.id,
            theme=joint.theme,
            placement=Placement(rung=joint.rung, reason=joint.reason),
        )
        statements[joint.id] = (*statements.get(joint.id, ()), statement)
    recommendations: dict[tuple[str, Response], RecommendationRule] = {}
    for answered in file.recommendation:
        for response, placement in answered.answers().items():
            recommendations[answered.ask, response] = RecommendationRule(
                ask=answered.ask,
                response=response,
                theme=answered.theme,
                placement=_placement(placement),
            )
    return Codebook(
        roll_calls=roll_calls,
        joint_statements=statements,
        recommendations=recommendations,
        not_coded=dict(file.not_coded),
    )


def word_factors(file: NumbersFile) -> WordFactors:
    """Return what sets a statement's weight."""
    return WordFactors(
        instrument=dict(file.factors.instrument),
        office=dict(file.factors.office),
        specificity=dict(file.factors.specificity),
        half_life_years=file.words.half_life_years,
        instruments_without_decay=frozenset(file.words.instruments_without_decay),
        repeats_share=file.words.repeats_share,
        pledge_due_months=file.words.pledge_due_months_assumed,
    )


def deed_factors(file: NumbersFile) -> DeedFactors:
    """Return what sets a deed's weight, life and cap."""
    weights = {int(grade): weight for grade, weight in file.deeds.source_grade_weights.items()}
    return DeedFactors(
        source_grade_weights=weights,
        measure_weight=file.deeds.measure_weight,
        maximum_age_years=file.deeds.maximum_age_years,
        flag_age_years=file.deeds.flag_age_years,
        critical_cap_points=file.deeds.critical_cap_points,
    )


def lag_months(file: NumbersFile) -> dict[Lag, int]:
    """Return the months that each kind of deed is given."""
    return {
        Lag.EXECUTIVE_ACT: file.lags_months.executive_act,
        Lag.STATUTE: file.lags_months.statute,
        Lag.MEASURED_STOCK: file.lags_months.measured_stock,
    }


def draw_settings(file: NumbersFile) -> DrawSettings:
    """Return the prior and size of the draws."""
    return DrawSettings(
        draws=file.draws.draws,
        prior_strength=file.draws.nu0,
        prior_points=file.draws.s0_points,
        interval=file.draws.interval,
        coder_right_probability=file.coding.coder_right_probability,
        random_series=file.draws.random_series,
    )


def grade_rules(file: NumbersFile) -> tuple[GradeRule, ...]:
    """Return the rules of grades A, B and C, the most demanding first."""
    rules = ((Grade.A, file.grades.A), (Grade.B, file.grades.B), (Grade.C, file.grades.C))
    return tuple(
        GradeRule(
            grade=grade,
            effective_size=rule.n_eff,
            groups=rule.groups,
            newest_deed_months=rule.newest_deed_months,
        )
        for grade, rule in rules
    )


def label_rule(file: NumbersFile) -> LabelRule:
    """Return the thresholds of the labels, of comparisons and of movement."""
    return LabelRule(
        mixed_points=file.labels.mixed_points,
        demonstrable_points=file.labels.demonstrable_points,
        demonstrated=file.labels.demonstrated,
        likely=file.labels.likely,
        comparison=file.comparison.order_probability,
        moved_points=file.pairs.moved_points,
    )


def federation_rule(file: NumbersFile) -> FederationRule:
    """Return what readings across units, recipients and agencies ask for."""
    return FederationRule(
        covered_share=file.federations.covered_share,
        unit_indicator_share=file.federations.unit_indicator_share,
        coherence_group=file.coherence.group,
        coherence_agencies=file.coherence.agencies,
        flow_covered_share=file.abroad.covered_share,
    )


def alliance_rule(file: NumbersFile) -> AllianceRule:
    """Return what two actors have to share before they are called alike, or a group."""
    return AllianceRule(
        themes=file.alliances.themes,
        theme_weights=dict(file.alliances.theme_weights),
        alike=file.alliances.alike_similarity,
        draws=file.alliances.draws,
        community_draws=file.alliances.community_draws,
        resolutions=file.alliances.resolutions,
        together_share=file.alliances.together_share,
    )


def _texts(texts: Translated) -> dict[str, str]:
    return {"en": texts.en, "es": texts.es, "pt": texts.pt}


def _placement(shape: PlacementShape) -> Placement:
    rung = None if shape.rung == "not_coded" else shape.rung
    return Placement(rung=rung, reason=shape.reason)


def _roll_call(name: str, shape: RollCallShape, absent: Placement) -> RollCallRule:
    votes = {vote: _placement(placement) for vote, placement in shape.votes().items()}
    return RollCallRule(
        roll_call=name,
        theme=shape.theme,
        series=shape.series,
        votes={**votes, VoteCast.ABSENT: absent},
        sponsorship=_placement(shape.sponsored),
    )
