"""The General Debate corpus: who spoke in which session, and whether drugs were spoken of.

The corpus is a `UNGDC_1946-2024.tar.gz` on the Harvard Dataverse, one text a speech, named
`MEX_78_2023.txt`, with a Macintosh's `._` files between them; a zip, the Dataverse's own zip around
the tar, or (offline) a folder of texts do as well. A state that spoke in a session had the
opportunity to speak of each theme, and a state that did not speak had none:

- found silent on every theme if no paragraph is on drug policy; on the death penalty only if it is
  not named either;
- found taken where a paragraph on drugs has words of the theme, by the packaged terms;
- left open, and counted, where drugs are spoken of without the theme's words: coders decide.

A machine found that by words, so it counts for nothing until a person has read the speech whole.
That words occur is no position either: nothing here is a statement or a coding. The paragraphs are
staged as proposals for coders.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gaptracker.domain.proposals import Document
from gaptracker.domain.records import Opportunity
from gaptracker.domain.syncing import Guard, IssueKind, Severity, SourceId
from gaptracker.domain.time import PartialDate
from gaptracker.domain.vocabulary import Instrument, OpportunityOutcome
from gaptracker.intake.connectors.base import (
    MEBIBYTE,
    Arrived,
    Fetch,
    Known,
    Publisher,
    Resource,
    SourceUnreadable,
    Staging,
)
from gaptracker.intake.connectors.json_body import read_json
from gaptracker.intake.connectors.known_texts import known_sources
from gaptracker.intake.connectors.leading import what_leads
from gaptracker.intake.connectors.proposing import proposals_of
from gaptracker.intake.connectors.speech_archive import NoSpeech, Speech, speeches
from gaptracker.intake.connectors.state_names import is_former_state
from gaptracker.intake.speech_finder import Candidate, packaged_finder

DATAVERSE = "https://dataverse.harvard.edu/api"
DATASET = f"{DATAVERSE}/datasets/:persistentId/?persistentId=doi:10.7910/DVN/0TJX8Y"
LIST, CORPUS = "dataset", "corpus"
SOURCE = "ungdc-1946-2024"
_TABLE = re.compile(r"UNGDC_1946-(\d{4})\.(?:tar\.gz|tgz|zip)$")
_PACKED = (b"\x1f\x8b", b"PK")
# The first session was held in 1946; session and year go together but for what was put off.
SESSION_OFFSET = 1945
# Cells are scored from 2000 on; silence before that is not counted.
FIRST_YEAR = 2000
# From 2000 on 180 to 196 speak in every session: with fewer texts it is not the whole session.
WHOLE_SESSION = 150
DOCUMENTS = "UNGA-GD-"
_DOCUMENT = re.compile(r"UNGA-GD-(\d{4})-([A-Z][A-Z0-9-]*)")
BODIES = {"EU": "EUU", "EUR": "EUU"}
# Speeches are held in the last two weeks of September.
MONTH = 9


class UnGeneralDebate:
    """The connector of the General Debate corpus."""

    about = Publisher(
        source=SourceId.UN_GENERAL_DEBATE,
        title="United Nations General Debate Corpus",
        publisher="Baturo, Dasandi and Mikhaylov, Harvard Dataverse",
        homepage="https://doi.org/10.7910/DVN/0TJX8Y",
        licence="CC0-1.0 as stated by re-users; the speeches are public records",
        republish="sentences with speaker, session and paragraph; whole texts by the corpus alone",
        indicators=(),
        # 10,956 texts up to 2024, and about 195 more each year.
        guard=Guard(rows=10_000, actors=190, years=(1946, 2100)),
        seconds_between_requests=2.0,
    )

    def collect(self, fetch: Fetch, since: int | None) -> Sequence[Arrived]:
        """Fetch the data set's list of files and the newest corpus; offline, what is there."""
        del since
        listed = what_leads(fetch, LIST, DATASET, begins=b"{")
        if listed is None:
            return [fetch(_corpus(self.about.homepage))]
        return [listed, fetch(_corpus(_newest(listed)))]

    def read(self, arrived: Sequence[Arrived], known: Known) -> Staging:
        """Mark whole sessions as opportunities of the states that spoke."""
        staging = Staging(source=SourceId.UN_GENERAL_DEBATE)
        staging.sources[SOURCE] = known_sources()[SOURCE]
        (corpus,) = (each for each in arrived if each.snapshot.resource == CORPUS)
        sessions: defaultdict[int, dict[str, _Spoken]] = defaultdict(dict)
        for spoken in _all_spoken(corpus, staging, known):
            held = sessions[spoken.year].setdefault(spoken.actor, spoken)
            if held is not spoken:
                staging.refuse(
                    IssueKind.DUPLICATE,
                    spoken.where,
                    f"{spoken.actor} came twice in {spoken.year}; the first text is kept",
                )
        for year, speakers in sorted(sessions.items()):
            if len(speakers) < WHOLE_SESSION:
                staging.note(
                    IssueKind.COUNT_DIFFERS,
                    f"{corpus.where} {year}",
                    f"{len(speakers)} speeches came; expected at least {WHOLE_SESSION} of a whole "
                    "session: it is not marked as opportunities",
                    severity=Severity.WARNING,
                    group="partial",
                )
                continue
            for spoken in speakers.values():
                _mark(spoken, staging, known)
        for speakers in sessions.values():
            for spoken in speakers.values():
                found = proposals_of(spoken.found, document_of(spoken.actor, spoken.year))
                staging.proposals.update((each.id, each) for each in found)
        return staging


@dataclass(frozen=True, slots=True, kw_only=True)
class _Spoken:
    """What is kept of a speech once it was searched."""

    where: str
    actor: str
    year: int
    found: tuple[Candidate, ...]

    @property
    def on_drugs(self) -> bool:
        return any(candidate.is_on_drugs for candidate in self.found)

    @property
    def themes(self) -> frozenset[str]:
        return frozenset(theme for candidate in self.found for theme in candidate.themes)


def document_of(actor: str, year: int) -> Document:
    """Return a speech as the document of statements, as the reference data name it.

    The corpus gives the English text of the record, and in its texts nobody's office.
    """
    return Document(
        id=f"{DOCUMENTS}{year}-{actor}",
        origin=SourceId.UN_GENERAL_DEBATE,
        source=SOURCE,
        actor=actor,
        forum="UNGA General Debate",
        said_on=PartialDate(year=year, month=MONTH),
        instrument=Instrument.NATIONAL_STATEMENT,
        language="en",
    )


def chance_of(actor: str, year: int, theme: str, outcome: OpportunityOutcome) -> Opportunity:
    """Return the opportunity to speak of a theme that a speech was."""
    return Opportunity(
        id=f"general-debate-{year}-{actor}-{theme}",
        actor=actor,
        theme=theme,
        session=f"UNGA-GD-{year}",
        held_on=PartialDate(year=year, month=MONTH),
        outcome=outcome,
    )


def speech_named(document: str) -> tuple[str, int] | None:
    """Return actor and year of a speech by its document's id; None if it names none.

    Examples:
        >>> speech_named("UNGA-GD-2013-ARG"), speech_named("import-1")
        (('ARG', 2013), None)
    """
    said = _DOCUMENT.fullmatch(document)
    return (said[2], int(said[1])) if said else None


def _corpus(url: str) -> Resource:
    return Resource(
        name=CORPUS,
        url=url,
        offline=(
            "UNGDC*.tar.gz",
            "UNGDC*.tgz",
            "UNGDC*.zip",
            "*0TJX8Y*.zip",
            "dataverse_files.zip",
        ),
        packs="[A-Z][A-Z]*_*_[0-9][0-9][0-9][0-9].txt",
        most_bytes=512 * MEBIBYTE,
        begins=_PACKED,
    )


def _newest(listed: Arrived) -> str:
    """Return the address of the newest corpus among the data set's files."""
    found = read_json(listed)
    try:
        files = [entry["dataFile"] for entry in found["data"]["latestVersion"]["files"]]
        dated = [
            (int(said[1]), str(file["id"]))
            for file in files
            if (said := _TABLE.search(str(file["filename"])))
        ]
    except (KeyError, TypeError):
        dated = []
    if not dated:
        raise SourceUnreadable(
            IssueKind.SHAPE_UNKNOWN,
            listed.where,
            f"{str(found)[:120]} came; expected data.latestVersion.files with a "
            "UNGDC_1946-YYYY.tar.gz",
        )
    return f"{DATAVERSE}/access/datafile/{max(dated)[1]}"


def _all_spoken(corpus: Arrived, staging: Staging, known: Known) -> Iterator[_Spoken]:
    """Yield what was said from the first scored year on, by actors that are known."""
    for speech in speeches(corpus):
        if isinstance(speech, NoSpeech):
            _pass_over(speech, staging)
            continue
        staging.rows_read += 1
        actor = _actor(speech)
        if speech.year != speech.session + SESSION_OFFSET or speech.year > known.today.year:
            staging.refuse(
                IssueKind.VALUE_OUT_OF_RANGE,
                speech.where,
                f"session {speech.session} of {speech.year} came; expected that of "
                f"{speech.session + SESSION_OFFSET}, and no later than today",
            )
        elif speech.year < FIRST_YEAR:
            staging.leave(f"speech before {FIRST_YEAR}")
        elif actor not in known.actors:
            if is_former_state(actor):
                staging.leave("speech of a state that is no more")
            else:
                staging.refuse(
                    IssueKind.ACTOR_UNKNOWN,
                    speech.where,
                    f"country {speech.country!r} came; expected an ISO 3166 code",
                )
        else:
            yield from _searched(speech, actor, staging)


def _searched(speech: Speech, actor: str, staging: Staging) -> Iterator[_Spoken]:
    text, is_utf8 = _text(speech.content)
    if not is_utf8:
        staging.note(
            IssueKind.SHAPE_UNKNOWN,
            speech.where,
            "the text is not UTF-8; it was read as windows-1252",
            group="encoding",
        )
    if not text.strip():
        staging.refuse(IssueKind.ROW_REFUSED, speech.where, "an empty text came")
        return
    found = packaged_finder().search(text)
    yield _Spoken(where=speech.where, actor=actor, year=speech.year, found=found)


def _mark(spoken: _Spoken, staging: Staging, known: Known) -> None:
    """Mark a speech as an opportunity to speak of each theme, where that can be told."""
    for theme in packaged_finder().themes:
        if theme not in known.methodology.themes:
            continue
        taken = theme in spoken.themes
        if not taken and spoken.on_drugs:
            staging.left_over["theme left open: drugs were spoken of without its words"] += 1
            continue
        outcome = OpportunityOutcome.FOUND_TAKEN if taken else OpportunityOutcome.FOUND_SILENT
        chance = chance_of(spoken.actor, spoken.year, theme, outcome)
        staging.opportunities[chance.id] = chance


def _pass_over(found: NoSpeech, staging: Staging) -> None:
    if found.too_long:
        staging.rows_read += 1
        staging.refuse(IssueKind.ROW_REFUSED, found.where, "the text is longer than any speech is")
    else:
        staging.left_over["file that is no speech"] += 1


def _actor(speech: Speech) -> str:
    return BODIES.get(speech.country, speech.country)


def _text(content: bytes) -> tuple[str, bool]:
    """Return a text, and whether it was UTF-8; a few older ones are not."""
    try:
        return content.decode("utf-8-sig"), True
    except UnicodeDecodeError:
        return content.decode("windows-1252", errors="replace"), False
