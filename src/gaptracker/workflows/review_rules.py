"""When a submission needs a second reviewer because of what it can do to a score.

Intake, section 1.2: where "the country score would move by more than the configured step". Before
anybody has coded an item nobody knows its rung, so the most it can do is what counts: one item
among n that weigh the same moves a reading of 0 to 100 points by at most 100 / (n + 1).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from gaptracker.domain.methodology import Methodology
from gaptracker.domain.ownership import submission_of
from gaptracker.intake.submissions import Content
from gaptracker.records.mapping import CODINGS, MEASURES, OBSERVATIONS, STATEMENTS
from gaptracker.records.unit_of_work import UnitOfWork

WHOLE_SCALE = 100.0
CODERS_NEEDED = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewRules:
    """How far one reviewer's acceptance may move a reading.

    Attributes:
        step_points: Beyond it a second reviewer is needed; at 100 never.
        rule_themes: The themes on which the codebook places statements, by their rule.
        indicator_themes: The themes in which an indicator is used.
    """

    step_points: float = WHOLE_SCALE
    rule_themes: Mapping[str, frozenset[str]] = field(default_factory=dict)
    indicator_themes: Mapping[str, frozenset[str]] = field(default_factory=dict)


def review_rules(methodology: Methodology, step_points: float) -> ReviewRules:
    """Return the rules for a step, with what the methodology says of themes."""
    codebook, themes = methodology.codebook, defaultdict[str, set[str]](set)
    for placed in (codebook.roll_calls, codebook.joint_statements):
        for rule, found in placed.items():
            themes[rule] |= {each.theme for each in found}
    for (asked, _), answer in codebook.recommendations.items():
        themes[asked].add(answer.theme)
    return ReviewRules(
        step_points=step_points,
        rule_themes={rule: frozenset(found) for rule, found in themes.items()},
        indicator_themes={
            name: frozenset(each.uses) for name, each in methodology.indicators.items()
        },
    )


def moves_too_far(content: Content, work: UnitOfWork, rules: ReviewRules) -> bool:
    """Say whether a submission could move a reading by more than the step, were it published.

    Items that nobody has coded yet, and figures of an indicator beside others of it, are not
    counted among the n: fewer known items mean more caution. A correction changes what others
    hold, so it always needs a second reviewer.

    Args:
        content: What is reviewed.
        work: An open unit of work; reading is enough.
        rules: The step.
    """
    if rules.step_points >= WHOLE_SCALE:
        return False
    new: dict[tuple[bool, str, str], set[str]] = defaultdict(set)
    for item in content["items"]:
        if item["kind"] == "correction":
            return True
        said = item["kind"] == "statement"
        for theme in _themes(item, rules):
            new[said, item["actor"], theme].add(item.get("indicator") or item["ref"])
    return any(
        WHOLE_SCALE * len(parts) / (len(parts) + _standing(side, parts, work, rules))
        > rules.step_points
        for side, parts in new.items()
    )


def _themes(item: Content, rules: ReviewRules) -> Iterable[str]:
    """Return the themes on which an item counts; an indicator that nothing uses counts nowhere."""
    if item["kind"] == "observation":
        return rules.indicator_themes.get(item["indicator"], frozenset())
    return (item["theme"],)


def _standing(
    side: tuple[bool, str, str], new: Iterable[str], work: UnitOfWork, rules: ReviewRules
) -> int:
    """Count the items on a side of an actor and theme that count for it now."""
    said, actor, theme = side
    load = work.evidence.load_having
    if said:
        statements = load(STATEMENTS, "actor", [actor])
        by_rule = {
            each.id
            for each in statements
            if theme in rules.rule_themes.get(str(each.rule), frozenset())
        }
        return len(by_rule | _coded([each.id for each in statements], theme, work))
    measures = [each.id for each in load(MEASURES, "actor", [actor])]
    indicators = {
        each.indicator
        for each in load(OBSERVATIONS, "actor", [actor])
        if theme in rules.indicator_themes.get(each.indicator, frozenset())
    }
    return len(_coded(measures, theme, work)) + len(indicators - set(new))


def _coded(items: list[str], theme: str, work: UnitOfWork) -> set[str]:
    """Return those of some items that were coded on a theme, those of submissions by two."""
    coders: dict[str, int] = defaultdict(int)
    for coding in work.evidence.load_having(CODINGS, "item", items):
        coders[coding.item] += coding.theme == theme
    return {
        item
        for item, count in coders.items()
        if count >= (1 if submission_of(item) is None else CODERS_NEEDED)
    }
