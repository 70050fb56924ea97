"""What the columns of the tables of figures mean: gaps and pairs."""

from gaptracker.domain.vocabulary import (
    Grade,
    ItemKind,
    Label,
    Outcome,
    Reading,
    Reason,
    Relation,
)
from gaptracker.release.definitions import (
    DATE,
    GAP_POINTS,
    NUMBER,
    POINTS,
    PROBABILITY,
    SHARE,
    SIGNED_POINTS,
    Definition,
    TableDefinition,
)

ACTOR = Definition(text="Code of who is assessed: ISO 3166 or a slug of this project.")
THEME = Definition(text="Id of the area of policy.")
YEAR = Definition(text="The year looked at.", unit="calendar year")


def _reading(name: str, text: str) -> dict[str, Definition]:
    """Return the definitions of a reading and of both ends of its interval."""
    interval = f"the 90% interval of {name}; it is not cut at the ends of the scale."
    return {
        name: Definition(text=text, unit=POINTS),
        f"{name}_low": Definition(text=f"Lower end of {interval}", unit="points"),
        f"{name}_high": Definition(text=f"Upper end of {interval}", unit="points"),
    }


GAPS = TableDefinition(
    title="Cells: what an actor says, its law, what it does, and the gap",
    text=(
        "One row for each actor, theme and year. A number that is missing has its reason in a "
        "column beside it. A gap is no mark for quality: read it with says and practice."
    ),
    key=("actor", "theme", "year"),
    refers={},
    columns={
        "actor": ACTOR,
        "actor_name": Definition(text="Name of the actor in English."),
        "theme": THEME,
        "year": YEAR,
        **_reading("says", "R: where the actor's words stand on the theme's ladder."),
        **_reading("law", "L: where its law stands."),
        **_reading("does", "F: where what it does in practice stands."),
        **_reading("practice", "P: does, or law where only law is on record (law_only)."),
        "gap": Definition(text="G: says minus practice.", unit=GAP_POINTS),
        "gap_low": Definition(text="Lower end of the 90% interval of gap.", unit="points"),
        "gap_high": Definition(text="Upper end of the 90% interval of gap.", unit="points"),
        "p_gap_positive": Definition(text="Pr(G > 0), by however little.", unit=PROBABILITY),
        "p_words_ahead": Definition(
            text="Pr(G > 12.5): words demonstrably ahead.", unit=PROBABILITY
        ),
        "p_deeds_ahead": Definition(
            text="Pr(G < -12.5): deeds demonstrably ahead.", unit=PROBABILITY
        ),
        "p_close": Definition(
            text="Pr(|G| <= 12.5); with p_words_ahead and p_deeds_ahead it sums to 1.",
            unit=PROBABILITY,
        ),
        "mixed_message_points": Definition(
            text="A: the spread of the words among themselves.", unit="points, 0 to 100"
        ),
        "n_statements": Definition(text="Statements that count.", unit=NUMBER),
        "n_deeds": Definition(text="Measures and observations that count.", unit=NUMBER),
        "n_eff_says": Definition(text="Effective number of statements by weight.", unit=NUMBER),
        "n_eff_does": Definition(text="Effective number of deeds by weight.", unit=NUMBER),
        "groups_says": Definition(text="Independent source groups of the words.", unit=NUMBER),
        "groups_does": Definition(text="Independent source groups of the deeds.", unit=NUMBER),
        "silence_rate": Definition(
            text="Opportunities to take a position that passed in silence; missing without any.",
            unit=SHARE,
        ),
        "n_opportunities": Definition(text="Opportunities to take a position.", unit=NUMBER),
        "grade": Definition(text="Strength of the evidence, A the best.", values=Grade),
        "label": Definition(text="The verdict on the gap.", values=Label),
        "reason": Definition(text="Why the gap is missing.", values=Reason),
        "says_reason": Definition(text="Why says is missing.", values=Reason),
        "law_reason": Definition(text="Why law is missing.", values=Reason),
        "does_reason": Definition(text="Why does is missing.", values=Reason),
        "law_only": Definition(text="practice is law, for want of anything else."),
        "capped": Definition(text="A critical indicator (executions, killings) holds does down."),
        "machine_coded": Definition(text="A machine's coding that no person checked weighs in."),
        "legislative_points": Definition(text="says minus law.", unit=SIGNED_POINTS),
        "implementation_points": Definition(
            text="law minus does; with legislative_points it sums to gap.", unit=SIGNED_POINTS
        ),
        "gap_bound_low": Definition(
            text="Least possible gap where no deed is on record.", unit=SIGNED_POINTS
        ),
        "gap_bound_high": Definition(
            text="Greatest possible gap where no deed is on record.", unit=SIGNED_POINTS
        ),
        "indicator_coverage_share": Definition(
            text="Part of the theme's indicator weight that rests on observations.", unit=SHARE
        ),
        "newest_deed_on": Definition(text="Day of the newest deed that counts.", unit=DATE),
        "as_of": Definition(text="Day from which the figures look back.", unit=DATE),
        "release": Definition(text="Id of the release that the row belongs to."),
        "methodology": Definition(text="Version of the rules by which it was made."),
        "inputs_sha256": Definition(
            text="Hash of all that the cell is computed from; where it is equal, so is the cell."
        ),
    },
)

PAIRS = TableDefinition(
    title="Pairs: a statement and a deed held against each other",
    text=(
        "One row for each statement, deed, reading and year. The statement may be that of a "
        "union or an organ that spoke for the actor (relation)."
    ),
    key=("id", "year"),
    refers={"statement": "statements"},
    columns={
        "id": Definition(text="Id of the pair; it outlives releases."),
        "actor": Definition(text="Code of whose deeds the words are held against."),
        "theme": THEME,
        "year": YEAR,
        "reading": Definition(text="The question that the pair answers.", values=Reading),
        "relation": Definition(text="What joins speaker and actor.", values=Relation),
        "statement": Definition(text="Id of the statement, in the table statements."),
        "deed": Definition(
            text="Id of the measure or observation; missing where no deed is on record."
        ),
        "deed_kind": Definition(text="In which table the deed stands.", values=ItemKind),
        "statement_points": Definition(text="Where the words stand.", unit=POINTS),
        "deed_points": Definition(
            text=(
                "Where the deed stands; in whole points where its value is withheld for the "
                "licence of its source."
            ),
            unit=POINTS,
        ),
        "deed_points_before": Definition(
            text="Where deeds stood before, for readings about change; rounded as deed_points.",
            unit=POINTS,
        ),
        "statement_share": Definition(text="Share of the statement in says.", unit=SHARE),
        "deed_share": Definition(text="Share of the deed in practice.", unit=SHARE),
        "contribution_points": Definition(
            text="What the pair contributes to the gap; missing where nothing is attributed.",
            unit=SIGNED_POINTS,
        ),
        "due_on": Definition(text="Day by which a pledge was to be kept.", unit=DATE),
        "outcome": Definition(text="What the pair says under its reading.", values=Outcome),
    },
)
