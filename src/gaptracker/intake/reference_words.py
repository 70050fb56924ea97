"""The words in a reference folder: votes, signatures, answers, statements, opportunities."""

from collections.abc import Iterator
from dataclasses import dataclass

from gaptracker.domain.errors import InvalidValue
from gaptracker.domain.records import Opportunity, Statement
from gaptracker.domain.time import PartialDate
from gaptracker.domain.vocabulary import (
    Instrument,
    Mode,
    Office,
    OpportunityOutcome,
    Response,
    Specificity,
    VoteCast,
)
from gaptracker.intake.reference_draft import Draft
from gaptracker.intake.reference_rows import Row

VOTED = {
    VoteCast.YES: "Voted in favour of",
    VoteCast.NO: "Voted against",
    VoteCast.ABSTAIN: "Abstained on",
}
ANSWERED = {
    Response.ACCEPTED: (Mode.PLEDGE, Instrument.ACCEPTED_RECOMMENDATION, "Accepted"),
    Response.PLEDGED: (Mode.PLEDGE, Instrument.FORMAL_PLEDGE, "Pledged, on its own account,"),
    Response.NOTED: (Mode.REFUSAL, Instrument.EXPLANATION_OF_POSITION, "Noted"),
}
ASKED = {
    "abolish": "to abolish the death penalty",
    "moratorium": "to suspend executions",
    "ratify_op2": "to join the treaty that abolishes the death penalty",
    "restrict_most_serious": "to restrict the death penalty to the most serious crimes",
    "reduce_crimes": "to reduce the number of capital crimes",
    "exclude_drug_offences": "to exclude drug offences from the death penalty",
    "commute": "to commute death sentences",
    "no_juveniles": "to spare people under 18 from the death penalty",
    "transparency": "to publish figures on the death penalty",
    "maintain_abolition": "to keep the death penalty abolished",
    "retain": "to keep the death penalty",
    "drug_enforcement": "to act against drug trafficking",
    "drug_treatment": "to act on drug use and treatment",
    "human_rights_in_drug_control": "to respect human rights in drug control",
    "other": "on the death penalty or drugs, in mixed terms",
}
LEADS = "lead"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Text:
    """A text that actors voted on or signed."""

    id: str
    title: str
    forum: str
    said_on: PartialDate
    source: str
    series: str | None = None
    theme: str | None = None
    act: str | None = None


def read_votes(draft: Draft) -> tuple[list[Statement], list[Opportunity]]:
    """Return a statement for every vote cast, and an opportunity for every vote possible."""
    texts = _texts(draft, "roll_calls.csv")
    statements, opportunities, seen = [], [], set[str]()
    for row in draft.rows("votes.csv"):
        text = texts.get(row.known("roll_call", texts, "roll call"))
        actor = draft.actor(row)
        vote = row.required("vote", VoteCast)
        name = f"{_slug(text.id) if text else ''}-{actor}"
        if text is None or vote is None or not draft.unique(row, name, seen):
            continue
        if text.theme is not None:
            opportunities.append(_opportunity(text, actor, vote, name))
        if vote is not VoteCast.ABSENT:
            statements.append(_vote(text, actor, vote, name))
    return statements, opportunities


def read_signatures(draft: Draft) -> Iterator[Statement]:
    """Yield a statement for every signature under a joint statement.

    A text that a body read out has the act of the body's own statement: whoever signed it has
    aligned with that, and it counts once for a member.
    """
    texts = _texts(draft, "joint_statements.csv")
    seen: set[str] = set()
    for row in draft.rows("signatories.csv"):
        text = texts.get(row.known("joint_statement", texts, "joint statement"))
        actor, role = draft.actor(row), row.text("role")
        name = f"joint-{_slug(text.id) if text else ''}-{actor}"
        if text is None or not draft.unique(row, name, seen):
            continue
        yield Statement(
            id=name,
            actor=actor,
            forum=text.forum,
            said_on=text.said_on,
            mode=Mode.ADVOCACY,
            instrument=Instrument.JOINT_STATEMENT,
            office=Office.ACCREDITED_DELEGATE,
            source=text.source,
            document=name,
            act=text.act or name,
            paraphrase=f"{'Led' if role == LEADS else 'Signed'}: {text.title}",
            rule=text.id,
            answer="signed",
        )


def read_answers(draft: Draft) -> Iterator[Statement]:
    """Yield a statement for every answer to a recommendation of the Universal Periodic Review.

    All answers in one review are one act: the same answer to several states counts once.
    """
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
        mode, instrument, verb = ANSWERED[response]
        by = row.optional("recommended_by")
        asked_by = (
            "" if response is Response.PLEDGED or by is None else f" a recommendation by {by}"
        )
        review = f"UPR-{session}-{actor}"
        yield Statement(
            id=name,
            actor=actor,
            forum=f"Universal Periodic Review, session {session}",
            said_on=said_on,
            mode=mode,
            instrument=instrument,
            office=Office.ACCREDITED_DELEGATE,
            source=source,
            document=review,
            act=review,
            paraphrase=f"{verb}{asked_by} {ASKED.get(ask, ask)}",
            solicited=response is not Response.PLEDGED,
            rule=ask,
            answer=response,
            specificity=specificity,
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


def _texts(draft: Draft, file: str) -> dict[str, _Text]:
    texts: dict[str, _Text] = {}
    seen: set[str] = set()
    for row in draft.rows(file):
        name, said_on = row.text("id"), row.partial("date")
        roll_call = "series" in row.cells
        theme = row.optional("opportunity_theme") if roll_call else None
        if theme is not None:
            draft.theme(row, "opportunity_theme")
        source = draft.source(row)
        if said_on is not None and draft.unique(row, name, seen):
            texts[name] = _Text(
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


def _vote(text: _Text, actor: str, vote: VoteCast, name: str) -> Statement:
    return Statement(
        id=f"vote-{name}",
        actor=actor,
        forum=text.forum,
        said_on=text.said_on,
        mode=Mode.VOTE,
        instrument=Instrument.VOTE,
        office=Office.VOTE,
        source=text.source,
        document=f"vote-{name}",
        act=f"vote-{name}",
        paraphrase=f"{VOTED[vote]} {text.id}: {text.title}",
        series=text.series,
        solicited=True,
        rule=text.id,
        answer=vote,
    )


def _opportunity(text: _Text, actor: str, vote: VoteCast, name: str) -> Opportunity:
    absent = vote is VoteCast.ABSENT
    return Opportunity(
        id=f"roll-call-{name}",
        actor=actor,
        theme=str(text.theme),
        session=text.id,
        held_on=text.said_on,
        outcome=OpportunityOutcome.SILENT if absent else OpportunityOutcome.TAKEN,
    )


def _slug(name: str) -> str:
    """Return a name that can stand in an address."""
    return name.replace("/", "-")
