"""Recommendations of the Universal Periodic Review: the facts, not the texts."""

from collections import Counter

from gaptracker.intake.upr_asks import ask_of
from scripts.build_reference.build import Build

COLUMNS = (
    "kind",
    "upr_session",
    "year",
    "to_iso3",
    "to",
    "from_iso3",
    "from",
    "response",
    "action_1to5",
    "issue",
    "about_drugs",
    "about_death_penalty",
    "text",
)
RESPONSES = {"Accepted": "accepted", "Noted": "noted", "Voluntary Pledge": "pledged"}
# Categories of action after McMahon (2012): 5 names a definite act, 1 asks to share or seek help.
SPECIFICITY = {
    "5": "specific",
    "4": "general",
    "3": "considering",
    "2": "continuing",
    "1": "continuing",
}
ON_DEATH_PENALTY = {
    "abolish",
    "moratorium",
    "ratify_op2",
    "restrict_most_serious",
    "reduce_crimes",
    "exclude_drug_offences",
    "commute",
    "no_juveniles",
    "transparency",
    "maintain_abolition",
    "retain",
}


def add_recommendations(build: Build) -> None:
    """Add who recommended what kind of thing to whom, when, and how it was answered."""
    numbers: Counter[tuple[str, str]] = Counter()
    for row in build.raw_rows("rhetoric/upr-drug-deathpenalty-recommendations.csv", COLUMNS):
        build.is_actor(row, "to_iso3")
        build.is_actor(row, "from_iso3")
        actor, session = row.text("to_iso3"), row.text("upr_session").zfill(2)
        numbers[session, actor] += 1
        ask = ask_of(row.text("text"), row.choice("about_death_penalty", ("0", "1")) == "1")
        build.output.add(
            "recommendations.csv",
            id=f"UPR-{session}-{actor}-{numbers[session, actor]:03d}",
            actor=actor,
            recommended_by=row.text("from_iso3"),
            upr_session=session,
            date=str(row.year()),
            theme=_theme_of(ask),
            ask=ask,
            specificity=SPECIFICITY[row.choice("action_1to5", tuple(SPECIFICITY))],
            response=RESPONSES[row.choice("response", tuple(RESPONSES))],
            source="upr-info",
        )
    build.output.leave_out(
        "recommendations.csv",
        "the texts of the recommendations",
        "The copy carries no licence; a connector may fetch them. What is carried are facts: who, "
        "to whom, when, which kind of demand, which answer.",
    )
    build.output.leave_out(
        "recommendations.csv",
        "sessions 21 and later (2015 on)",
        "Not in the copy that was read.",
    )


def _theme_of(ask: str) -> str:
    if ask in ON_DEATH_PENALTY:
        return "death_penalty"
    return "human_rights" if ask == "human_rights_in_drug_control" else ""
