"""A made-up release as large as wanted, written by the code that writes real ones.

Every cell has all its figures, to sixteen digits, each is of grade C or better and has its
contributions, pairs, bands and grids: no release of that many cells is dearer to serve. Workbooks
and the data package are left out, which no benchmark reads.
"""

import io
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import polars as pl

from gaptracker.domain.actors import Actor
from gaptracker.domain.evidence import Evidence
from gaptracker.domain.methodology import Methodology
from gaptracker.domain.records import Measure, Statement
from gaptracker.domain.sources import Source
from gaptracker.domain.time import PartialDate, Period
from gaptracker.domain.vocabulary import (
    ActorKind,
    Instrument,
    Layer,
    MeasureKind,
    Mode,
    Office,
)
from gaptracker.intake.methodology_files import shipped_methodology
from gaptracker.records.downloads import LISTING_FILE, StagedDownloads, file_sha256
from gaptracker.records.release_store import IndexEntry, KeptWith, ReleaseStore
from gaptracker.release.analysis_tables import COMPARISON_GRIDS, LEAVE_OUT, METHOD_BANDS
from gaptracker.release.cell_tables import CONTRIBUTIONS, GAPS, PAIRS
from gaptracker.release.columns import Layout
from gaptracker.release.csv_text import write_csv
from gaptracker.release.download_tables import marked
from gaptracker.release.freeze import Frozen, ReleaseDraft
from gaptracker.release.heading import heading_of
from gaptracker.release.inputs import describe_inputs
from gaptracker.release.manifest import sha256_of
from gaptracker.workflows.program import describe_program

VERSION = "1.0.0"
YEARS = range(1977, 2027)
AS_OF = date(2026, 12, 31)
SOURCE = "source"
# Rows of each table for one cell.
# `Any`, because each table is read from values of its own type.
A_CELL: dict[Layout[Any], int] = {
    CONTRIBUTIONS: 4,
    PAIRS: 1,
    METHOD_BANDS: 1,
    COMPARISON_GRIDS: 1,
    LEAVE_OUT: 2,
}
GRID_POINTS = 101
STATEMENTS_AN_ACTOR = 10
# What text columns hold; other text is made of the row's number.
WORDS = {
    "grade": ("A", "B", "C"),
    "label": ("words_ahead", "words_ahead_likely", "no_demonstrable_gap", "indeterminate"),
    "reading": ("now", "followed", "moved"),
    "relation": ("same_actor",),
    "outcome": ("alike", "words_ahead"),
    "side": ("words", "deeds"),
    "item_kind": ("statement", "measure"),
    "layer": ("law", "practice"),
    "deed_kind": ("measure",),
    "source": (SOURCE,),
    "source_group": ("one", "two", "three"),
}
RECORDS = {"statement": "statement", "item": "statement", "deed": "measure"}
SHARES = ("p_", "silence", "indicator", "share", "statement_share", "deed_share")
MISSING = ("reason", "says_reason", "law_reason", "does_reason", "note", "due_on")


def keep_made_up(store: ReleaseStore, *, actors: int, seed: int = 1) -> IndexEntry:
    """Write a release of `actors` × 12 themes × 50 years and make it the current one.

    Args:
        store: Where it is kept.
        actors: How many actors; 200 give 120,000 cells.
        seed: Makes other figures, and another release.
    """
    methodology = shipped_methodology(VERSION)
    evidence = _evidence(actors, seed)
    inputs = describe_inputs(evidence, methodology, years=tuple(YEARS), software=describe_program())
    draft = ReleaseDraft(inputs, evidence, methodology)
    random = np.random.default_rng(seed)
    for code in sorted(evidence.actors):
        cells = _cells(code, methodology)
        draft.add_rows({GAPS.name: _gaps(cells, evidence, inputs.release, random)})
        for layout, times in A_CELL.items():
            rows = _rows(layout, pl.concat([cells] * times), random)
            draft.add_rows({layout.name: _sided(rows) if layout is CONTRIBUTIONS else rows})
    frozen = draft.freeze((), ())
    with TemporaryDirectory() as folder:
        staged = _downloads(frozen, Path(folder))
        return store.keep(frozen, (), KeptWith(downloads=staged))


def _cells(code: str, methodology: Methodology) -> pl.DataFrame:
    """Return actor, theme and year of all cells of an actor."""
    themes = [theme.id for theme in methodology.scored_themes()]
    return pl.DataFrame(
        {
            "actor": [code] * (len(themes) * len(YEARS)),
            "theme": np.repeat(themes, len(YEARS)).tolist(),
            "year": list(YEARS) * len(themes),
        },
        schema_overrides={"year": pl.Int32},
    )


def _gaps(
    cells: pl.DataFrame, evidence: Evidence, release: str, random: np.random.Generator
) -> pl.DataFrame:
    rows = _rows(GAPS, cells, random)
    names = {code: actor.names["en"] for code, actor in evidence.actors.items()}
    return rows.with_columns(
        actor_name=pl.col("actor").replace_strict(names),
        release=pl.lit(release),
        methodology=pl.lit(VERSION),
        as_of=pl.date(pl.col("year"), 12, 31),
        inputs_sha256=pl.Series([random.bytes(32).hex() for _ in range(rows.height)]),
    )


def _sided(contributions: pl.DataFrame) -> pl.DataFrame:
    """Let statements be words without a layer, and measures deeds."""
    is_measure = pl.col("item_kind") == "measure"
    item = pl.col("item")
    return contributions.with_columns(
        item=pl.when(is_measure).then(item.str.replace("statement", "measure")).otherwise(item),
        side=pl.when(is_measure).then(pl.lit("deeds")).otherwise(pl.lit("words")),
        layer=pl.when(is_measure).then(pl.col("layer")),
    )


def _rows(layout: Layout[Any], cells: pl.DataFrame, random: np.random.Generator) -> pl.DataFrame:
    """Return rows of a table for some cells, every column filled by its type."""
    size = cells.height
    columns: list[pl.Series] = []
    for name, kind in layout.schema.items():
        if name in cells.columns:
            columns.append(cells[name])
        elif name in MISSING:
            columns.append(pl.Series(name, [None] * size, kind))
        else:
            columns.append(_column(name, kind, cells, random))
    return pl.DataFrame(columns)


def _column(
    name: str, kind: pl.DataType, cells: pl.DataFrame, random: np.random.Generator
) -> pl.Series:
    size = cells.height
    values: Any
    match kind:
        case pl.Float64():
            lowest, highest = (0, 1) if name.startswith(SHARES) else (-100, 100)
            values = random.uniform(lowest, highest, size)
        case pl.Int32():
            values = random.integers(1, 20, size)
        case pl.Boolean():
            values = [False] * size
        case pl.Date():
            values = [AS_OF] * size
        case pl.List() if kind == pl.List(pl.String):
            values = [["one", "two"]] * size
        case pl.List() if kind == pl.List(pl.Float32):
            values = np.sort(random.normal(0, 40, (size, GRID_POINTS)), axis=1).tolist()
        case pl.List():
            values = [[1.0, 0.5]] * size
        case _:
            values = _words(name, cells, random)
    return pl.Series(name, values, kind)


def _words(name: str, cells: pl.DataFrame, random: np.random.Generator) -> list[str]:
    size = cells.height
    if name in WORDS:
        return list(map(str, random.choice(WORDS[name], size)))
    if name in RECORDS:
        numbers = random.integers(STATEMENTS_AN_ACTOR, size=size).tolist()
        actors = cells["actor"].to_list()
        return [
            f"{RECORDS[name]}-{actor}-{number}"
            for actor, number in zip(actors, numbers, strict=True)
        ]
    return [f"{name}-{random.bytes(8).hex()}" for _ in range(size)]


def _evidence(actors: int, seed: int) -> Evidence:
    codes = [f"X{number:04d}" for number in range(actors)]
    numbered = [(code, number) for code in codes for number in range(STATEMENTS_AN_ACTOR)]
    return Evidence(
        as_of=AS_OF,
        actors={code: _actor(code, seed) for code in codes},
        sources={SOURCE: _source()},
        statements=tuple(_statement(code, number) for code, number in numbered),
        measures=tuple(_measure(code, number) for code, number in numbered),
        observations=(),
        codings=(),
        opportunities=(),
        memberships=(),
        competences=(),
        populations=(),
    )


def _actor(code: str, seed: int) -> Actor:
    name = f"Made-up state {code} of the world {seed}"
    return Actor(code=code, kind=ActorKind.STATE, names={"en": name, "es": f"Estado {code}"})


def _source() -> Source:
    return Source(
        id=SOURCE,
        title="Nothing",
        publisher="Nobody",
        group="one",
        grade=1,
        record_of_act=True,
        kind="dataset",
        licence="CC0-1.0",
        citation="Nobody, Nothing",
        retrieved_on=AS_OF,
    )


def _statement(code: str, number: int) -> Statement:
    return Statement(
        id=f"statement-{code}-{number}",
        actor=code,
        forum="A forum",
        said_on=PartialDate.parse("2020-05-01"),
        mode=Mode.VOTE,
        instrument=Instrument.VOTE,
        office=Office.VOTE,
        source=SOURCE,
        document=f"A/RES/{number}",
        act=f"act-{code}-{number}",
        paraphrase="Voted in favour of what was asked of it, in so many words.",
    )


def _measure(code: str, number: int) -> Measure:
    return Measure(
        id=f"measure-{code}-{number}",
        actor=code,
        layer=Layer.LAW,
        kind=MeasureKind.STATUTE,
        title="A statute about something or other",
        in_force=Period(start=PartialDate.parse("2010"), end=None),
        source=SOURCE,
    )


def _downloads(frozen: Frozen, folder: Path) -> StagedDownloads:
    """Write the table of cells as CSV and Parquet, and the list that names their bytes."""
    content = frozen.files[GAPS.file]
    (folder / GAPS.file).write_bytes(content)
    frame = marked(pl.read_parquet(io.BytesIO(content)), heading_of(frozen.manifest))
    (folder / f"{GAPS.name}.csv").write_bytes(write_csv(frame))
    lines = [f"{file_sha256(path)}  {path.name}\n" for path in sorted(folder.iterdir())]
    listing = "".join(lines).encode()
    (folder / LISTING_FILE).write_bytes(listing)
    return StagedDownloads(folder=folder, sha256=sha256_of(listing))
