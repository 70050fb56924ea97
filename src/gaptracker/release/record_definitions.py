"""What the columns of the tables of evidence mean."""

from gaptracker.domain.vocabulary import (
    CoderKind,
    Instrument,
    ItemKind,
    Layer,
    MeasureKind,
    Mode,
    ObservationStatus,
    Office,
    Specificity,
    Withheld,
)
from gaptracker.release.definitions import DATE, PARTIAL_DATE, Definition, TableDefinition

SOURCE = Definition(text="Id of the source, in the table sources.")
LOCATOR = Definition(text="Where in the source: page, paragraph, row.")

STATEMENTS = TableDefinition(
    title="Statements: what was said on record",
    text="One row for each statement that the release rests on.",
    key=("id",),
    refers={"source": "sources"},
    columns={
        "id": Definition(text="Id of the statement; it outlives releases."),
        "actor": Definition(text="Code of who spoke."),
        "speaker": Definition(text="Person or body that spoke, as the source names it."),
        "office": Definition(text="In which office.", values=Office),
        "forum": Definition(text="Where it was said."),
        "said_on": Definition(text="When it was said.", unit=PARTIAL_DATE),
        "mode": Definition(text="What the statement does.", values=Mode),
        "instrument": Definition(text="The form in which it was made.", values=Instrument),
        "language": Definition(text="Language of the excerpt, ISO 639."),
        "excerpt": Definition(text="The words, verbatim."),
        "paraphrase": Definition(text="What was said, in own words."),
        "document": Definition(text="The record it stands in; a coder's errors are shared there."),
        "act": Definition(text="The act itself: reported twice, it counts once."),
        "series": Definition(
            text="The text that returns, as a resolution tabled every other year."
        ),
        "due_on": Definition(text="By when a pledge is to be kept.", unit=PARTIAL_DATE),
        "withdrawn_on": Definition(text="When it was taken back.", unit=PARTIAL_DATE),
        "solicited": Definition(text="A recommendation or a vote put the question."),
        "rule": Definition(text="The rule of the codebook that places it on the ladder."),
        "answer": Definition(text="What the rule looks at: the vote cast, the response given."),
        "specificity": Definition(text="How definite the words are.", values=Specificity),
        "source": SOURCE,
        "locator": LOCATOR,
    },
)

MEASURES = TableDefinition(
    title="Measures: documented domestic acts and practices",
    text="One row for each measure that the release rests on.",
    key=("id",),
    refers={"source": "sources"},
    columns={
        "id": Definition(text="Id of the measure; it outlives releases."),
        "actor": Definition(text="Code of whose act or practice it is."),
        "layer": Definition(text="Law, or what is done.", values=Layer),
        "kind": Definition(text="Its legal or practical form.", values=MeasureKind),
        "title": Definition(text="What it is called."),
        "issuer": Definition(text="Who issued it."),
        "in_force_from": Definition(text="Since when it holds.", unit=PARTIAL_DATE),
        "in_force_to": Definition(text="Until when; missing while it holds.", unit=PARTIAL_DATE),
        "territory": Definition(text="Where it holds, if not everywhere."),
        "source": SOURCE,
        "locator": LOCATOR,
        "note": Definition(text="What a reader has to know of it."),
    },
)

OBSERVATIONS = TableDefinition(
    title="Observations: values of indicators",
    text="One row for each indicator's value, of one actor and period.",
    key=("id",),
    refers={"source": "sources"},
    columns={
        "id": Definition(text="Id of the observation; it outlives releases."),
        "actor": Definition(text="Code of whom it was observed of."),
        "indicator": Definition(text="Id of the indicator; each is a row of definitions.csv."),
        "period": Definition(text="When it was so.", unit=PARTIAL_DATE),
        "value": Definition(
            text=(
                "The value; missing where there is a category, where the government keeps the "
                "figure secret (status), and where it may not be shown (withheld)."
            ),
            unit="that of the indicator, in definitions.csv",
        ),
        "category": Definition(text="The category of an indicator that has no number."),
        "lower": Definition(text="Lower end, as published.", unit="that of the indicator"),
        "upper": Definition(text="Upper end, as published.", unit="that of the indicator"),
        "status": Definition(
            text="Published, or kept secret by the government.", values=ObservationStatus
        ),
        "source": SOURCE,
        "note": Definition(text="What a reader has to know of it."),
    },
    shown={
        "withheld": Definition(
            text=(
                "Why value, category, both ends and note are not shown, though they count: the "
                "licence of the source, which has them; missing where nothing is kept back."
            ),
            values=Withheld,
        ),
    },
)

CODINGS = TableDefinition(
    title="Codings: the rung that a coder gave an item, with the reason",
    text="One row for each item, theme and coder; machines are named as such.",
    key=("item_kind", "item", "theme", "coder"),
    refers={},
    columns={
        "item": Definition(text="Id of the statement or measure."),
        "item_kind": Definition(text="In which table the item stands.", values=ItemKind),
        "theme": Definition(text="Id of the area of policy."),
        "coder": Definition(text="Who coded: a pseudonym, a machine, or a rule."),
        "coder_kind": Definition(text="What sort of coder that is.", values=CoderKind),
        "rung": Definition(
            text="Step of the theme's ladder, 0 the most coercive.", unit="rung, 0 to 4"
        ),
        "specificity": Definition(text="How definite the item is.", values=Specificity),
        "rationale": Definition(text="Why this rung."),
        "original_code": Definition(text="The code under which the position came, if any."),
    },
)

SOURCES = TableDefinition(
    title="Sources: where each record comes from, under which licence",
    text="One row for each published document or data set that the release rests on.",
    key=("id",),
    refers={},
    columns={
        "id": Definition(text="Id of the source."),
        "title": Definition(text="What it is called."),
        "publisher": Definition(text="Who published it."),
        "group": Definition(text="Its independent origin: sources of one group count as one."),
        "grade": Definition(text="Reliability, 1 the best.", unit="grade, 1 to 5"),
        "record_of_act": Definition(text="It is the record of the act itself, as a roll call."),
        "kind": Definition(text="What sort of publication it is."),
        "url": Definition(text="Where it was found."),
        "licence": Definition(text="Under which its records may be used."),
        "citation": Definition(text="How to cite it."),
        "published_on": Definition(text="When it was published.", unit=PARTIAL_DATE),
        "retrieved_on": Definition(text="When it was read.", unit=DATE),
    },
)
