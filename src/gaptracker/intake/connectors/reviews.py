"""Answers in the Universal Periodic Review, staged: which matter, when, and under which id."""

import csv
import hashlib
import re
from collections import defaultdict
from dataclasses import dataclass

from gaptracker.domain.sources import Source
from gaptracker.domain.syncing import IssueKind
from gaptracker.domain.time import PartialDate
from gaptracker.domain.vocabulary import Response, Specificity
from gaptracker.intake.common_texts import Answered, answer_statement
from gaptracker.intake.connectors.base import Arrived, Known, Staging
from gaptracker.intake.connectors.known_texts import known_sources
from gaptracker.intake.reference_files import packaged_reference
from gaptracker.intake.upr_asks import ask_of

# The year in which each session of the working group was held, from the first on.
SESSION_YEARS = (
    *(2008,) * 3,
    *(2009,) * 3,
    *(2010,) * 3,
    *(2011,) * 3,
    *(2012,) * 2,
    *(2013,) * 3,
    *(2014,) * 3,
    *(2015,) * 3,
    *(2016,) * 3,
    *(2017,) * 2,
    *(2018,) * 3,
    *(2019,) * 3,
    *(2020,) * 2,
    *(2021,) * 3,
    *(2022,) * 2,
    *(2023,) * 3,
    *(2024,) * 3,
    *(2025,) * 3,
    *(2026,) * 3,
)
_DEATH_PENALTY = re.compile(
    r"death[- ]penalt|death[- ]sentenc|capital (?:punishment|sentence)|death row|"
    r"\b(?:executions? of|(?:abolish|stop|halt|end|suspend)\w* (?:\w+ ){0,3}executions?)\b|"
    r"(?:second|2nd|first two|both|two) (?:\w+ )?optional protocols? (?:\w+ ){0,3}(?:iccpr|"
    r"international covenant on civil)|second (?:additional|facultative) protocol|op-? ?2\b|"
    r"iccpr[- ]op-? ?2",
    re.IGNORECASE,
)
_DRUGS = re.compile(r"\bdrug|narcotic|\bnarco", re.IGNORECASE)
ISSUE = "death penalty"
INDEX_SOURCE = "ohchr-uhri"
Key = tuple[str, str, str | None, str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A recommendation as a source words it."""

    where: str
    to: str
    by: str
    text: str
    response: str
    issues: str
    session: str
    action: str

    @property
    def about_death_penalty(self) -> bool:
        """Say whether the source's labels or the words speak of the death penalty."""
        return ISSUE in self.issues.casefold() or bool(_DEATH_PENALTY.search(self.text))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Held:
    id: str
    specificity: Specificity


class Reviews:
    """Stages the answers that one source tells."""

    def __init__(self, staging: Staging, known: Known, source: str, arrived: Arrived) -> None:
        """Begin with what the reference data hold; the source is staged at once."""
        self.staging = staging
        self.known = known
        self._source = source
        self._held = _held_by_reference()
        staging.sources[source] = known_sources().get(source) or _index_source(arrived)

    def is_of_interest(self, asked: Asked) -> bool:
        """Say whether a recommendation speaks of the death penalty or drugs; count it if not."""
        if asked.about_death_penalty or _DRUGS.search(asked.text):
            return True
        self.staging.leave("recommendation on something else")
        return False

    def stage(
        self,
        asked: Asked,
        states: tuple[str, str | None],
        response: Response,
        specificity: Specificity | None,
    ) -> None:
        """Stage one answer of the first of two states to a recommendation by the second."""
        actor, by = states
        year = year_of(asked.session)
        if year is None:
            self.staging.refuse(
                IssueKind.VALUE_OUT_OF_RANGE,
                asked.where,
                f"session {asked.session!r} came; expected 1 to {len(SESSION_YEARS)}",
            )
            return
        session = asked.session.zfill(2)
        ask = ask_of(asked.text, asked.about_death_penalty)
        held = self._take((session, actor, by, ask, response), specificity)
        name = held.id if held else _name(session, actor, by, asked.text)
        statement = answer_statement(
            Answered(
                id=name,
                actor=actor,
                session=session,
                said_on=PartialDate(year=year),
                ask=ask,
                response=response,
                source=self._source,
                recommended_by=by,
                specificity=specificity or (held.specificity if held else None),
            )
        )
        before = self.staging.statements.setdefault(name, statement)
        if before is statement:
            return
        if before == statement:
            self.staging.leave("repeated row")
        else:
            self.staging.refuse(
                IssueKind.DUPLICATE,
                asked.where,
                f"the same recommendation came with two answers, {before.answer} and "
                f"{response}; the first is kept",
            )

    def _take(self, key: Key, specificity: Specificity | None) -> _Held | None:
        """Take the first answer of the reference data that says the same, and not yet taken."""
        waiting = self._held[key]
        fitting = [each for each in waiting if specificity in {None, each.specificity}]
        if not fitting:
            return None
        waiting.remove(fitting[0])
        return fitting[0]


def year_of(session: str) -> int | None:
    """Return the year of a session of the working group; None if there was none of this number.

    Examples:
        >>> year_of("1"), year_of("20"), year_of("36"), year_of("99")
        (2008, 2014, 2020, None)
    """
    if not (session.isascii() and session.isdigit() and 1 <= int(session) <= len(SESSION_YEARS)):
        return None
    return SESSION_YEARS[int(session) - 1]


def _name(session: str, actor: str, by: str | None, text: str) -> str:
    """Return an id that stays when other rows come or go."""
    words = " ".join(text.casefold().split()).rstrip(".; ")
    digest = hashlib.sha256(f"{by}|{words}".encode()).hexdigest()[:10]
    return f"UPR-{session}-{actor}-{by or actor}-{digest}"


def _held_by_reference() -> defaultdict[Key, list[_Held]]:
    text = (packaged_reference() / "recommendations.csv").read_text("utf-8")
    held: defaultdict[Key, list[_Held]] = defaultdict(list)
    for row in csv.DictReader(text.splitlines()):
        key = (
            row["upr_session"],
            row["actor"],
            row["recommended_by"] or None,
            row["ask"],
            row["response"],
        )
        held[key].append(_Held(id=row["id"], specificity=Specificity(row["specificity"])))
    return held


def _index_source(arrived: Arrived) -> Source:
    return Source(
        id=INDEX_SOURCE,
        title="Universal Human Rights Index: recommendations of the Universal Periodic Review",
        publisher="Office of the United Nations High Commissioner for Human Rights",
        # UPR Info's group: both are made from the same reports of the working group.
        group="upr",
        grade=1,
        record_of_act=True,
        kind="review_record",
        licence="Terms of use of the United Nations; facts only",
        citation="OHCHR, Universal Human Rights Index, https://uhri.ohchr.org",
        retrieved_on=arrived.snapshot.fetched_at.date(),
        url="https://uhri.ohchr.org",
    )
