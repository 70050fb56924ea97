"""Codings of words that have changed since: coders judged what stood there then.

What a coder reads of an item is its face. Codings made at the desk are taken back when the face
of their item changes, and stay in the history.
"""

from collections.abc import Iterable, Mapping

from gaptracker.domain.ownership import MEMBER_PREFIX
from gaptracker.domain.records import Measure, Statement
from gaptracker.records.mapping import CODINGS, MEASURES, STATEMENTS
from gaptracker.records.revisions import RevisionStamp
from gaptracker.records.unit_of_work import UnitOfWork

# Names and texts, in the order in which a coder reads them.
Face = tuple[tuple[str, str], ...]


def statement_face(statement: Statement) -> Face:
    """Return what a coder reads of a statement; what is missing is left out."""
    return _given(
        actor=statement.actor,
        said_on=statement.said_on,
        forum=statement.forum,
        speaker=statement.speaker,
        office=statement.office,
        mode=statement.mode,
        instrument=statement.instrument,
        language=statement.language,
        paraphrase=statement.paraphrase,
        excerpt=statement.excerpt,
        due_on=statement.due_on,
    )


def measure_face(measure: Measure) -> Face:
    """Return what a coder reads of a measure; what is missing is left out."""
    return _given(
        actor=measure.actor,
        in_force_from=measure.in_force.start,
        in_force_to=measure.in_force.end,
        layer=measure.layer,
        kind=measure.kind,
        issuer=measure.issuer,
        territory=measure.territory,
        title=measure.title,
        note=measure.note,
    )


def faces_of(statements: Iterable[Statement], measures: Iterable[Measure]) -> dict[str, Face]:
    """Return the face of each item, by id; a statement and a measure of one id are not told apart.

    Ids of both kinds come from one name space: a submission's refs, the reference data's ids.
    """
    faces = {statement.id: statement_face(statement) for statement in statements}
    return faces | {measure.id: measure_face(measure) for measure in measures}


def faces_on_record(work: UnitOfWork, prefix: str) -> dict[str, Face]:
    """Return the last recorded face of each item whose id begins so, withdrawn ones too."""
    statements = work.evidence.load_beginning(STATEMENTS, prefix)
    measures = work.evidence.load_beginning(MEASURES, prefix)
    return faces_of((each.value for each in statements), (each.value for each in measures))


def items_coded_at_the_desk(work: UnitOfWork) -> frozenset[str]:
    """Return the ids of all items with a standing coding by a member."""
    codings = work.evidence.load_beginning(CODINGS, MEMBER_PREFIX, column="coder")
    return frozenset(each.value.item for each in codings if each.stands)


def changed_faces(before: Mapping[str, Face], after: Mapping[str, Face]) -> frozenset[str]:
    """Return the items that are gone, or say something else."""
    return frozenset(name for name, face in before.items() if after.get(name) != face)


def withdraw_outdated(work: UnitOfWork, items: Iterable[str], *, stamp: RevisionStamp) -> int:
    """Take back the codings that members made of these items, and return how many there were."""
    names = frozenset(items)
    if not names:
        return 0
    codings = work.evidence.load_beginning(CODINGS, MEMBER_PREFIX, column="coder")
    outdated = [CODINGS.id_of(each.value) for each in codings if each.value.item in names]
    return work.evidence.withdraw(CODINGS, outdated, stamp=stamp)


def _given(**parts: object) -> Face:
    return tuple((name, str(part)) for name, part in parts.items() if part is not None)
