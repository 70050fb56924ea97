"""What must be true of every row of a release, each as the share of rows of which it is.

The rules are written here a second time, on the frozen tables and apart from the code that
computed them: a slip would have to be made twice to pass.
"""

import polars as pl

from gaptracker.domain.methodology import LabelRule
from gaptracker.domain.vocabulary import Grade, ItemKind, Label, Reading
from gaptracker.release.analysis_tables import COMPARISON_GRIDS, LEAVE_OUT, METHOD_BANDS
from gaptracker.release.cell_tables import CONTRIBUTIONS, GAPS, PAIRS
from gaptracker.release.record_tables import CODINGS, MEASURES, OBSERVATIONS, SOURCES, STATEMENTS
from gaptracker.release.shares import CELL, TOLERANCE, share_true
from gaptracker.release.tables import LAYOUTS, Tables

LOWEST_POINTS, HIGHEST_POINTS = 0.0, 100.0

PAIR = ("actor", "theme", "reading")
READINGS = ("says", "law", "does", "practice")
REASONS = (
    ("gap", "reason"),
    ("says", "says_reason"),
    ("law", "law_reason"),
    ("does", "does_reason"),
)


def finite_share(tables: Tables) -> float:
    """Return the share of numbers, in all tables, that are neither NaN nor infinite."""
    finite, total = 0, 0
    for layout in LAYOUTS:
        frame = tables[layout]
        columns = [frame[name] for name, kind in frame.schema.items() if kind.is_float()]
        columns += [
            frame[name].explode()
            for name, kind in frame.schema.items()
            if isinstance(kind, pl.List) and kind.inner.is_float()
        ]
        for column in columns:
            finite += int(column.is_finite().sum())
            total += column.len() - column.null_count()
    return finite / total if total else 1.0


def reasoned_share(tables: Tables) -> float:
    """Return the share of cells in which a number is missing exactly where a reason stands."""
    return share_true(
        tables[GAPS],
        *(pl.col(number).is_null() == pl.col(reason).is_not_null() for number, reason in REASONS),
    )


def complete_share(tables: Tables) -> float:
    """Return how nearly there is one cell for each actor, theme and year.

    Returns:
        Cells over those expected or, where there are more, the other way round; 1 if equal.
    """
    expected = len(tables.actors) * len(tables.methodology.scored_themes()) * len(tables.years)
    found = tables[GAPS].select(CELL).n_unique()
    return 1.0 if found == expected else min(found, expected) / max(found, expected)


def unique_share(tables: Tables) -> float:
    """Return the share of rows, in all tables, that no other row has the key of."""
    rows = sum(tables[layout].height for layout in LAYOUTS)
    distinct = sum(tables[layout].select(layout.key).n_unique() for layout in LAYOUTS)
    return distinct / rows if rows else 1.0


def arithmetic_share(tables: Tables) -> float:
    """Return the share of cells in which G = R - P, P is F or else L, and both parts sum to G."""
    parts = pl.col("legislative_points") + pl.col("implementation_points")
    return share_true(
        tables[GAPS],
        _close_or_missing(pl.col("gap"), pl.col("says") - pl.col("practice")),
        pl.col("practice").eq_missing(pl.coalesce("does", "law")),
        pl.col("law_only") == (pl.col("does").is_null() & pl.col("law").is_not_null()),
        parts.is_null() | ((parts - pl.col("gap")).abs() <= TOLERANCE),
    )


def contributions_sum_share(tables: Tables) -> float:
    """Return the share of cells with a gap whose contributions sum to it."""
    return _sums_to_gap(tables, tables[CONTRIBUTIONS])


def pairs_sum_share(tables: Tables) -> float:
    """Return the share of cells with a gap whose pairs of reading `now` sum to it."""
    return _sums_to_gap(tables, tables[PAIRS].filter(pl.col("reading") == Reading.NOW.value))


def pair_names_share(tables: Tables) -> float:
    """Return the share of pairs' names that belong to one actor, theme and reading."""
    names = tables[PAIRS].group_by("id").agg(pl.struct(PAIR).n_unique().alias("pairs"))
    return share_true(names, pl.col("pairs") == 1)


def scale_share(tables: Tables) -> float:
    """Return the share of cells whose points and probabilities lie on their scales."""
    within = pl.col(*READINGS).is_between(LOWEST_POINTS - TOLERANCE, HIGHEST_POINTS + TOLERANCE)
    apart = (pl.col("p_words_ahead"), pl.col("p_deeds_ahead"))
    total = apart[0] + apart[1] + pl.col("p_close")
    odds = pl.col("p_gap_positive", "p_close", *(each.meta.output_name() for each in apart))
    return share_true(
        tables[GAPS],
        pl.all_horizontal(within.fill_null(value=True)),
        pl.all_horizontal(odds.is_between(0, 1).fill_null(value=True)),
        pl.col("gap").is_null() | ((total - 1).abs() <= TOLERANCE),
    )


def interval_share(tables: Tables) -> float:
    """Return the share of cells in which every interval is ordered and holds its points."""
    return share_true(
        tables[GAPS],
        *(
            pl.col(name).is_null()
            & pl.col(f"{name}_low").is_null()
            & pl.col(f"{name}_high").is_null()
            | pl.col(name).is_between(pl.col(f"{name}_low"), pl.col(f"{name}_high"))
            for name in (*READINGS, "gap")
        ),
        pl.col("gap_bound_low").is_null() | (pl.col("gap_bound_low") < pl.col("gap_bound_high")),
    )


def label_share(tables: Tables) -> float:
    """Return the share of cells whose label is the first that the thresholds allow."""
    expected = _expected_label(tables.methodology.labels)
    return share_true(tables[GAPS], pl.col("label") == expected)


def grade_share(tables: Tables) -> float:
    """Return the share of cells whose grade claims no more than their evidence bears.

    Without a gap the grade is D; a cell on which a machine's coding weighs stays below the
    methodology's ceiling. Grades sort as letters do, A first.
    """
    ceiling = tables.methodology.machine_ceiling.value
    return share_true(
        tables[GAPS],
        pl.col("gap").is_not_null() | (pl.col("grade") == Grade.D.value),
        ~pl.col("machine_coded") | (pl.col("grade") >= ceiling),
    )


def resolved_share(tables: Tables) -> float:
    """Return the share of references, in all tables, that lead to a row of this release."""
    statements, sources = tables[STATEMENTS], tables[SOURCES]
    measures, observations = tables[MEASURES], tables[OBSERVATIONS]
    deeds = (
        (ItemKind.STATEMENT, statements),
        (ItemKind.MEASURE, measures),
        (ItemKind.OBSERVATION, observations),
    )
    actors = pl.Series("actor", list(tables.actors), dtype=pl.String)
    references = [
        (tables[PAIRS]["statement"], statements["id"]),
        *((tables[layout]["source"], sources["id"]) for layout in _CITING),
        *((tables[layout]["actor"], actors) for layout in (*_CITING, *_ANALYSED, GAPS, PAIRS)),
    ]
    for kind, items in deeds:
        for layout, column, name in _ITEM_COLUMNS:
            of_kind = tables[layout].filter(pl.col(column) == kind.value)
            references.append((of_kind[name], items["id"]))
    found = sum(int(given.is_in(known.implode()).sum()) for given, known in references)
    total = sum(given.len() for given, _ in references)
    return found / total if total else 1.0


_CITING = (STATEMENTS, MEASURES, OBSERVATIONS, CONTRIBUTIONS)
_ANALYSED = (METHOD_BANDS, COMPARISON_GRIDS, LEAVE_OUT)
_ITEM_COLUMNS = (
    (PAIRS, "deed_kind", "deed"),
    (CONTRIBUTIONS, "item_kind", "item"),
    (CODINGS, "item_kind", "item"),
)


def _close_or_missing(left: pl.Expr, right: pl.Expr) -> pl.Expr:
    """Say whether two numbers are equal but for rounding, or both missing."""
    return (left.is_null() & right.is_null()) | ((left - right).abs() <= TOLERANCE)


def _sums_to_gap(tables: Tables, parts: pl.DataFrame) -> float:
    sums = parts.group_by(CELL).agg(pl.col("contribution_points").sum())
    cells = tables[GAPS].filter(pl.col("gap").is_not_null()).select(*CELL, "gap")
    joined = cells.join(sums, on=CELL, how="left", validate="1:1")
    return share_true(joined, (pl.col("contribution_points") - pl.col("gap")).abs() <= TOLERANCE)


def _expected_label(rule: LabelRule) -> pl.Expr:
    """Write the methodology's list of labels, the first that applies, as one expression."""
    ahead, behind = pl.col("p_words_ahead"), pl.col("p_deeds_ahead")
    mixed = pl.col("mixed_message_points") >= rule.mixed_points - TOLERANCE
    return (
        pl.when(pl.col("grade") == Grade.D.value)
        .then(pl.lit(Label.INSUFFICIENT_EVIDENCE.value))
        .when(mixed)
        .then(pl.lit(Label.MIXED_MESSAGE.value))
        .when(ahead >= rule.demonstrated)
        .then(pl.lit(Label.WORDS_AHEAD.value))
        .when(ahead >= rule.likely)
        .then(pl.lit(Label.WORDS_AHEAD_LIKELY.value))
        .when(behind >= rule.demonstrated)
        .then(pl.lit(Label.DEEDS_AHEAD.value))
        .when(behind >= rule.likely)
        .then(pl.lit(Label.DEEDS_AHEAD_LIKELY.value))
        .when(pl.col("p_close") >= rule.likely)
        .then(pl.lit(Label.NO_DEMONSTRABLE_GAP.value))
        .otherwise(pl.lit(Label.INDETERMINATE.value))
    )
