"""The words in a reference folder: votes, signatures, answers, statements, opportunities."""

from collections.abc import Iterator

from gaptracker.domain.errors import InvalidValue
from gaptracker.domain.records import Opportunity, Statement
from gaptracker.domain.vocabulary import (
    Instrument,
    Mode,
    Office,
    OpportunityOutcome,
    Response,
    Specificity,
    VoteCast,
)
from gaptracker.intake.common_texts import (
    ASKED,
    Answered,
    CommonText,
    answer_statement,
    signature_statement,
    slug,
    vote_name,
    vote_opportunity,
    vote_statement,
)
from gaptracker.intake.reference_draft import Draft
from gaptracker.intake.reference_rows import Row

LEADS = "lead"


def read_votes(draft: Draft) -> tuple[list[Statement], list[Opportunity]]:
    """Return a statement for every vote cast, and an opportunity for every vote possible."""
    texts = _texts(draft, "roll_calls.csv")
    statements, opportunities, seen = [], [], set[str]()
    for row in draft.rows("votes.csv"):
        text = texts.get(row.known("roll_call", texts, "roll call"))
        actor = draft.actor(row)
        vote = row.required("vote", VoteCast)
        name = vote_name(text, actor) if text else f"-{actor}"
        if text is None or vote is None or not draft.unique(row, name, seen):
            continue
        if text.theme is not None:
            opportunities.append(vote_opportunity(text, actor, vote))
        if vote is not VoteCast.ABSENT:
            statements.append(vote_statement(text, actor, vote))
    return statements, opportunities


def read_signatures(draft: Draft) -> Iterator[Statement]:
    """Yield a statement for every signature under a joint statement."""
    texts = _texts(draft, "joint_statements.csv")
    seen: set[str] = set()
    for row in draft.rows("signatories.csv"):
        text = texts.get(row.known("joint_statement", texts, "joint statement"))
        actor, role = draft.actor(row), row.text("role")
        name = f"joint-{slug(text.id) if text else ''}-{actor}"
        if text is not None and draft.unique(row, name, seen):
            yield signature_statement(text, actor, leads=role == LEADS)


def read_answers(draft: Draft) -> Iterator[Statement]:
    """Yield a statement for every answer to a recommendation of the Universal Periodic Review."""
    seen: set[str] = set()
    for row in draft.rows("recommendations.csv"):
        name, actor = row.text("id"), draft.actor(row)
        response = row.required("response", Response)
        said_on = row.partial("date")
        ask = row.known("ask", ASKED, "kind of recommendation")
        session = row.text("upr_session")
        source = draft.source(row)
        specificity = row.choice("specificity", Specificity)
        if response is None or said_on is None or not draft.unique(row, name, seen):
            continue
        yield answer_statement(
            Answered(
                id=name,
                actor=actor,
                session=session,
                said_on=said_on,
                ask=ask,
                response=response,
                source=source,
                recommended_by=row.optional("recommended_by"),
                specificity=specificity,
            )
        )


def read_statements(draft: Draft) -> Iterator[Statement]:
    """Yield the statements that were coded one by one."""
    seen: set[str] = set()
    for row in draft.rows("statements.csv"):
        statement = draft.build(row, _statement)
        if statement is not None and draft.unique(row, statement.id, seen):
            yield statement


def _statement(draft: Draft, row: Row) -> Statement:
    said_on, mode = row.partial("date"), row.required("mode", Mode)
    instrument, office = row.required("instrument", Instrument), row.required("office", Office)
    if said_on is None or mode is None or instrument is None or office is None:
        raise InvalidValue("a statement lacks its date, mode, instrument or office")
    return Statement(
        id=row.text("id"),
        actor=draft.actor(row),
        forum=row.text("forum"),
        said_on=said_on,
        mode=mode,
        instrument=instrument,
        office=office,
        source=draft.source(row),
        document=row.text("document"),
        act=row.text("act"),
        paraphrase=row.text("paraphrase"),
        speaker=row.optional("speaker"),
        language=row.optional("language"),
        excerpt=row.optional("excerpt"),
        series=row.optional("series"),
        due_on=row.partial("due"),
        solicited=row.flag("solicited"),
        locator=row.optional("locator"),
    )


def read_opportunities(draft: Draft) -> Iterator[Opportunity]:
    """Yield the opportunities of sessions that were coded whole."""
    seen: set[str] = set()
    for row in draft.rows("opportunities.csv"):
        name, held_on = row.text("id"), row.partial("date")
        outcome = row.required("outcome", OpportunityOutcome)
        actor, theme, session = draft.actor(row), draft.theme(row), row.text("session")
        if held_on and outcome and draft.unique(row, name, seen):
            yield Opportunity(
                id=name, actor=actor, theme=theme, session=session, held_on=held_on, outcome=outcome
            )


def _texts(draft: Draft, file: str) -> dict[str, CommonText]:
    texts: dict[str, CommonText] = {}
    seen: set[str] = set()
    for row in draft.rows(file):
        name, said_on = row.text("id"), row.partial("date")
        roll_call = "series" in row.cells
        theme = row.optional("opportunity_theme") if roll_call else None
        if theme is not None:
            draft.theme(row, "opportunity_theme")
        source = draft.source(row)
        if said_on is not None and draft.unique(row, name, seen):
            texts[name] = CommonText(
                id=name,
                title=row.text("title"),
                forum=row.text("forum"),
                said_on=said_on,
                source=source,
                series=row.optional("series") if roll_call else None,
                theme=theme,
                act=None if roll_call else row.optional("act"),
            )
    return texts
