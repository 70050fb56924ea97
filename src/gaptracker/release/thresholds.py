"""The bounds set for the reference run. Data of another size takes `INVARIANTS` alone."""

from gaptracker.release import counts
from gaptracker.release.checks import INVARIANTS, BoundKind, Check

# The General Assembly's moratorium votes put almost every member's words on record, and a roll
# call together with the status of the death penalty in law reaches grade C. Fewer than this means
# that votes or statuses were lost on the way, not that states fell silent.
STATES_ON_DEATH_PENALTY = 150

# Votes on extrajudicial executions, beside indicators that are coded for some 170 states.
STATES_ON_HUMAN_RIGHTS = 140

# Positions on cannabis regulation are rare on record; the cases of the 2016 report and the
# states that legalised are among these.
STATES_ON_CANNABIS = 12

# The report's cases of soldiers in drug control; words on it are rarer still.
STATES_ON_MILITARISATION = 6

# Years for which these counts were set: the last with a vote on both texts.
FULL_YEAR = 2022

# The methodology holds machine coded cells to grade C, so that many of them cost nothing but the
# better grade; when most of what is shown rests on them, people have to code next.
MOST_MACHINE_CODED_SHARE = 0.5

# Values between three and five years old still count, flagged. More than a third of them means
# that a source stopped, and that the release shows the past.
MOST_OLD_DEEDS_SHARE = 1 / 3

# The prior alone makes intervals wide, so that two thirds of the graded cells of the first
# reference run could not be told apart from no gap. Past three quarters a source was lost.
MOST_INDETERMINATE_SHARE = 0.75

# Law stands in for practice where nothing is observed; past half, "does" mostly means "enacts".
MOST_LAW_ONLY_SHARE = 0.5

REFERENCE_CHECKS: tuple[Check, ...] = (
    *INVARIANTS,
    *(
        Check(name=name, kind=BoundKind.FLOOR, bound=bound, measure=measure, reason=reason)
        for name, bound, measure, reason in (
            (
                f"graded_states_death_penalty_{FULL_YEAR}",
                STATES_ON_DEATH_PENALTY,
                counts.graded_states("death_penalty", FULL_YEAR),
                "moratorium votes and death penalty status cover almost every state",
            ),
            (
                f"graded_states_human_rights_{FULL_YEAR}",
                STATES_ON_HUMAN_RIGHTS,
                counts.graded_states("human_rights", FULL_YEAR),
                "votes on extrajudicial executions and coded indicators cover most states",
            ),
            (
                "graded_states_cannabis_newest",
                STATES_ON_CANNABIS,
                counts.graded_states("cannabis"),
                "the cases of the 2016 report and the states that legalised have to be there",
            ),
            (
                "graded_states_militarisation_newest",
                STATES_ON_MILITARISATION,
                counts.graded_states("militarisation"),
                "the cases of the 2016 report have to be there",
            ),
        )
    ),
    *(
        Check(name=name, kind=BoundKind.CEILING, bound=bound, measure=measure, reason=reason)
        for name, bound, measure, reason in (
            (
                "machine_coded_share",
                MOST_MACHINE_CODED_SHARE,
                counts.machine_coded_share,
                "when most graded cells rest on a machine's coding, people have to code next",
            ),
            (
                "old_deeds_share",
                MOST_OLD_DEEDS_SHARE,
                counts.old_deeds_share,
                "many old values mean that a source stopped and the release shows the past",
            ),
            (
                "indeterminate_share",
                MOST_INDETERMINATE_SHARE,
                counts.indeterminate_share,
                "two thirds are expected at the prior's width; more means that evidence was lost",
            ),
            (
                "law_only_share",
                MOST_LAW_ONLY_SHARE,
                counts.law_only_share,
                "past half, practice mostly means law",
            ),
        )
    ),
)
