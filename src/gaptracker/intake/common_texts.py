"""Statements and opportunities made of votes, signatures and answers, wherever they were read.

The reference data and the connectors make them here, so that the same vote is the same record,
with the same id, whoever brought it.
"""

from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True, kw_only=True)
class CommonText:
    """A text that actors voted on or signed.

    `theme` is the one on which a vote was an opportunity; `act` that of a body's own statement,
    with which whoever signed has aligned.
    """

    id: str
    title: str
    forum: str
    said_on: PartialDate
    source: str
    series: str | None = None
    theme: str | None = None
    act: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """One answer to one recommendation of the Universal Periodic Review."""

    id: str
    actor: str
    session: str
    said_on: PartialDate
    ask: str
    response: Response
    source: str
    recommended_by: str | None = None
    specificity: Specificity | None = None


def vote_name(text: CommonText, actor: str) -> str:
    """Return by what a vote is known: part of the ids of its statement and its opportunity."""
    return f"{slug(text.id)}-{actor}"


def vote_statement(text: CommonText, actor: str, vote: VoteCast) -> Statement:
    """Return what a vote says; an absent member says nothing.

    Raises:
        KeyError: If the member was absent.
    """
    name = f"vote-{vote_name(text, actor)}"
    return Statement(
        id=name,
        actor=actor,
        forum=text.forum,
        said_on=text.said_on,
        mode=Mode.VOTE,
        instrument=Instrument.VOTE,
        office=Office.VOTE,
        source=text.source,
        document=name,
        act=name,
        paraphrase=f"{VOTED[vote]} {text.id}: {text.title}",
        series=text.series,
        solicited=True,
        rule=text.id,
        answer=vote,
    )


def vote_opportunity(text: CommonText, actor: str, vote: VoteCast) -> Opportunity:
    """Return the chance that a roll call was, used or let pass."""
    absent = vote is VoteCast.ABSENT
    return Opportunity(
        id=f"roll-call-{vote_name(text, actor)}",
        actor=actor,
        theme=str(text.theme),
        session=text.id,
        held_on=text.said_on,
        outcome=OpportunityOutcome.SILENT if absent else OpportunityOutcome.TAKEN,
    )


def signature_statement(text: CommonText, actor: str, *, leads: bool) -> Statement:
    """Return what a signature under a joint statement says.

    A text that a body read out has the act of the body's own statement: whoever signed it has
    aligned with that, and it counts once for a member.
    """
    name = f"joint-{slug(text.id)}-{actor}"
    return Statement(
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
        paraphrase=f"{'Led' if leads else 'Joined'}: {text.title}",
        rule=text.id,
        answer="signed",
    )


def answer_statement(answered: Answered) -> Statement:
    """Return what an answer in the Universal Periodic Review says.

    All answers in one review are one act: the same answer to several states counts once.
    """
    mode, instrument, verb = ANSWERED[answered.response]
    pledged = answered.response is Response.PLEDGED
    by = answered.recommended_by
    asked_by = "" if pledged or by is None else f" a recommendation by {by}"
    review = f"UPR-{answered.session}-{answered.actor}"
    return Statement(
        id=answered.id,
        actor=answered.actor,
        forum=f"Universal Periodic Review, session {answered.session}",
        said_on=answered.said_on,
        mode=mode,
        instrument=instrument,
        office=Office.ACCREDITED_DELEGATE,
        source=answered.source,
        document=review,
        act=review,
        paraphrase=f"{verb}{asked_by} {ASKED.get(answered.ask, answered.ask)}",
        solicited=not pledged,
        rule=answered.ask,
        answer=answered.response,
        specificity=answered.specificity,
    )


def slug(name: str) -> str:
    """Return a name that can stand in an address."""
    return name.replace("/", "-")
