"""What the columns of the tables of positions and alliances mean."""

from gaptracker.domain.vocabulary import Side, Standing
from gaptracker.release.definitions import (
    NUMBER,
    POINTS,
    PROBABILITY,
    SHARE,
    Definition,
    TableDefinition,
)
from gaptracker.release.figure_definitions import ACTOR, THEME, YEAR

LIKENESS = "similarity, 0 (opposite ends on every theme) to 1 (the same points)"
SIDE = Definition(text="Whether words or deeds are held together.", values=Side)
ACTOR_A = Definition(text="Code of the actor that comes first in the order of codes.")
ACTOR_B = Definition(text="Code of the other actor.")
N_THEMES = Definition(text="Themes on which both are known.", unit=NUMBER)
TOGETHER = "Share of runs, over draws and resolutions, in which"

POSITIONS = TableDefinition(
    title="Positions: where words stand on themes that have no deeds",
    text=(
        "One row for each actor, theme of positions only and year in which it spoke. Where words "
        "stand on all other themes, the table gaps says."
    ),
    key=("actor", "theme", "year"),
    refers={},
    columns={
        "actor": ACTOR,
        "theme": THEME,
        "year": YEAR,
        "says": Definition(
            text="R: where the actor's words stand on the theme's ladder.", unit=POINTS
        ),
        "says_low": Definition(
            text="Lower end of the 90% interval of says; not cut at the ends of the scale.",
            unit="points",
        ),
        "says_high": Definition(text="Upper end of the 90% interval of says.", unit="points"),
        "mixed_message_points": Definition(
            text="A: the spread of the words among themselves.", unit="points, 0 to 100"
        ),
        "n_statements": Definition(text="Statements that count.", unit=NUMBER),
        "n_eff_says": Definition(text="Effective number of statements by weight.", unit=NUMBER),
    },
)

SIMILARITIES = TableDefinition(
    title="Similarities: how alike two actors are, in words and in deeds",
    text=(
        "One row for each side, year and two actors that are known on enough common themes: "
        "1 less the mean distance between their points, as a share of the scale. Two actors "
        "without a row were not compared, which says nothing about them."
    ),
    key=("side", "year", "actor_a", "actor_b"),
    refers={},
    columns={
        "side": SIDE,
        "year": YEAR,
        "actor_a": ACTOR_A,
        "actor_b": ACTOR_B,
        "n_themes": N_THEMES,
        "similarity": Definition(text="How alike the two are.", unit=LIKENESS),
        "similarity_low": Definition(
            text="Lower end of the 90% interval of similarity.", unit=LIKENESS
        ),
        "similarity_high": Definition(
            text=(
                "Upper end of the 90% interval, never below similarity itself: chance only adds "
                "to a distance."
            ),
            unit=LIKENESS,
        ),
        "p_alike": Definition(
            text="Probability that the two stand on average no more than one rung apart.",
            unit=PROBABILITY,
        ),
        "together_share": Definition(text=f"{TOGETHER} both fall into one community.", unit=SHARE),
    },
)

SIMILARITY_CHANGES = TableDefinition(
    title="Changes: who came nearer, and who moved apart",
    text=(
        "One row for each side, pair and two years between which the draws show a change, both "
        "years on the same themes. Of pairs without a row no change can be told."
    ),
    key=("side", "year", "since", "actor_a", "actor_b"),
    refers={},
    columns={
        "side": SIDE,
        "year": Definition(text="The later year.", unit="calendar year"),
        "since": Definition(text="The earlier year.", unit="calendar year"),
        "actor_a": ACTOR_A,
        "actor_b": ACTOR_B,
        "n_themes": N_THEMES,
        "change": Definition(
            text="Similarity in the later year less that in the earlier one; plus means nearer.",
            unit="similarity, -1 to 1",
        ),
        "p_closer": Definition(
            text="Probability that the two are nearer in the later year.", unit=PROBABILITY
        ),
    },
)

COMMUNITIES = TableDefinition(
    title="Communities: groups whose members all stand together",
    text=(
        "One row for each side, year and member of a group in which every two fall into one "
        "community in enough of the runs. That an actor is in no group says nothing about it."
    ),
    key=("side", "year", "community", "actor"),
    refers={},
    columns={
        "side": SIDE,
        "year": YEAR,
        "community": Definition(text="Code of the group's first member, which names the group."),
        "actor": Definition(text="Code of the member."),
        "n_members": Definition(text="Members of the group.", unit=NUMBER),
        "together_share": Definition(
            text=f"{TOGETHER} the member stands with that other of the group it does least.",
            unit=SHARE,
        ),
    },
)

ALIKE_APART = TableDefinition(
    title="Who speaks alike and acts apart",
    text=(
        "One row for each year and two actors whose words stand on average no more than one rung "
        "apart and whose deeds do, both borne out by the draws. Words and deeds are each held "
        "together on the themes on which both actors are known."
    ),
    key=("year", "actor_a", "actor_b"),
    refers={},
    columns={
        "year": YEAR,
        "actor_a": ACTOR_A,
        "actor_b": ACTOR_B,
        "words_similarity": Definition(text="How alike their words are.", unit=LIKENESS),
        "deeds_similarity": Definition(text="How alike their deeds are.", unit=LIKENESS),
        "p_words_alike": Definition(
            text="Probability that their words are no more than one rung apart.", unit=PROBABILITY
        ),
        "p_deeds_apart": Definition(
            text="Probability that their deeds are more than one rung apart.", unit=PROBABILITY
        ),
        "n_themes_words": Definition(text="Themes on which both spoke.", unit=NUMBER),
        "n_themes_deeds": Definition(text="Themes on which deeds of both are known.", unit=NUMBER),
        "standing": Definition(
            text="How firmly the draws bear out both: demonstrated from 0.90, likely from 0.75.",
            values=Standing,
        ),
    },
)
