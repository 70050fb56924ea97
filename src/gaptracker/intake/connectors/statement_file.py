"""A file of statements that people made: one paragraph is a statement, a longer text is searched.

The form is that of `intake/statement_form.py`. Statements wait for coders on the theme that the
row names; of a longer text the paragraphs on drug policy become proposals, which are nobody's
words until a coder has looked at them.
"""

import glob
import hashlib
from collections.abc import Sequence
from pathlib import Path

from gaptracker.domain.proposals import CodingRequest
from gaptracker.domain.sources import Source
from gaptracker.domain.syncing import Guard, IssueKind, Severity, SourceId
from gaptracker.intake.connectors.base import (
    BY_HAND,
    Arrived,
    Fetch,
    Known,
    Publisher,
    Resource,
    SourceUnreadable,
    Staging,
)
from gaptracker.intake.connectors.proposing import LANGUAGES_SEARCHED, proposals_in
from gaptracker.intake.connectors.statement_cells import Cells, RowRefused, Said
from gaptracker.intake.connectors.statement_rows import MOST_BYTES, read_statement_rows
from gaptracker.intake.submission_known import known_of
from gaptracker.intake.submission_origins import Submitter, origin_of, origins_of
from gaptracker.intake.submission_terms import Reliability

RESOURCE = "statements"
NOT_STATED = "not stated"
# Who reads pages that have no publisher of their own is one origin.
IMPORTER = Submitter(group="imported_statements")
LINK_DIGITS = 16
# Each is told; whoever has more of them has one fault in all.
MOST_BAD_ROWS = 1_000


class StatementFile:
    """The connector of one file."""

    about = Publisher(
        source=SourceId.STATEMENTS,
        title="Statements from a file",
        publisher="whoever made the file",
        homepage=BY_HAND,
        licence="as each row says",
        republish="short excerpts, each with its source",
        indicators=(),
        guard=Guard(rows=1, actors=0, years=(1945, 2100), changed_share=1.0, vanished_share=1.0),
        by_hand=True,
        partial=True,
    )

    def __init__(self, path: Path, *, skip_bad_rows: bool = False) -> None:
        """Read this file; unless bad rows are skipped, one of them stops it all."""
        self._path = path
        self._skip_bad_rows = skip_bad_rows

    def collect(self, fetch: Fetch, since: int | None) -> Sequence[Arrived]:
        """Take the file.

        Raises:
            SourceUnreadable: If it is larger than any file of statements.
        """
        del since
        size = self._path.stat().st_size
        if size > MOST_BYTES:
            raise SourceUnreadable(
                IssueKind.SHAPE_UNKNOWN,
                self._path.name,
                f"{size:,} bytes came; expected at most {MOST_BYTES:,}: cut it into several",
            )
        name = self._path.name
        file = Resource(name=RESOURCE, url=f"{BY_HAND}{name}", offline=(glob.escape(name),))
        return [fetch(file)]

    def read(self, arrived: Sequence[Arrived], known: Known) -> Staging:
        """Stage statements and proposals."""
        staging = Staging(source=SourceId.STATEMENTS)
        (file,) = arrived
        reading = _Reading(staging, known)
        for row in read_statement_rows(file, self._path.name, staging):
            try:
                reading.stage(Cells(row, reading.names, known))
            except RowRefused as refused:
                # Each row is mended by hand, so each is named.
                staging.refuse(refused.kind, row.where, str(refused), group=row.where)
            if staging.rows_refused >= MOST_BAD_ROWS:
                staging.note(
                    IssueKind.ROW_REFUSED,
                    row.where,
                    f"{MOST_BAD_ROWS:,} rows cannot be used: the rest was not read; see whether "
                    "the file is in the form of `gaptracker statements template`",
                    severity=Severity.STOP,
                    group="many",
                )
                break
        if staging.rows_refused and not self._skip_bad_rows:
            staging.note(
                IssueKind.ROW_REFUSED,
                self._path.name,
                f"{staging.rows_refused:,} of {staging.rows_read:,} rows cannot be used: mend "
                "them, or leave them out with --skip-bad-rows",
                severity=Severity.STOP,
                group="all",
            )
        return staging


class _Reading:
    """What is known of the rows before."""

    def __init__(self, staging: Staging, known: Known) -> None:
        self.names = known_of(
            known.methodology, known.actors.values(), records={}, today=known.today
        )
        self._staging = staging
        self._origins = origins_of(
            each for each in known.sources() if not each.id.startswith("import-")
        )
        self._rows: dict[str, Said] = {}

    def stage(self, cells: Cells) -> None:
        """Stage one row.

        Raises:
            RowRefused: If it cannot be used; nothing of it is then staged.
        """
        said = cells.said()
        before = self._rows.get(said.id)
        if before == said:
            self._staging.leave("repeated row")
            return
        if before is not None:
            raise RowRefused(
                IssueKind.DUPLICATE, f"id {said.id!r} came before, with other words; rename one"
            )
        source = self._source(said)
        held = self._staging.sources.get(source.id, source)
        if held != source:
            raise RowRefused(
                IssueKind.DUPLICATE,
                f"link {said.link} came before with another title, publisher, kind, day or "
                f"licence ({held.title!r}); make them equal",
            )
        if said.is_statement:
            statement = said.statement(source.id)
            self._staging.statements[statement.id] = statement
            self._staging.asked[CodingRequest(item=statement.id, theme=said.theme)] = None
        else:
            self._propose(said, source)
        self._rows[said.id] = said
        self._staging.sources[source.id] = source

    def _propose(self, said: Said, source: Source) -> None:
        if said.language not in LANGUAGES_SEARCHED:
            raise RowRefused(
                IssueKind.CATEGORY_UNKNOWN,
                f"a text of {len(said.text):,} characters in {said.language!r} came; longer texts "
                f"are searched in {', '.join(LANGUAGES_SEARCHED)} alone: give each paragraph on "
                "drug policy as a row of its own",
            )
        found = list(proposals_in(said.text, said.document(source.id)))
        if not found:
            self._staging.left_over["text without a paragraph on drug policy"] += 1
        for proposal in found:
            self._staging.proposals[proposal.id] = proposal

    def _source(self, said: Said) -> Source:
        origin = origin_of(
            {
                "url": said.link,
                "kind": said.source_kind.value,
                "publisher": said.publisher,
                "reliability": Reliability.A.value,
            },
            IMPORTER,
            self._origins,
        )
        return Source(
            id=f"import-{hashlib.sha256(said.link.encode()).hexdigest()[:LINK_DIGITS]}",
            title=said.title,
            publisher=said.publisher,
            group=origin.group,
            grade=origin.grade,
            record_of_act=origin.record_of_act,
            kind=said.source_kind.value,
            licence=said.licence or NOT_STATED,
            citation=f"{said.publisher}, {said.title}, {said.link}",
            retrieved_on=said.read_on,
            url=said.link,
        )
