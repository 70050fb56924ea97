"""Read all that a scoring run needs from the records."""

from gaptracker.domain.errors import NothingToScore
from gaptracker.domain.evidence import Evidence
from gaptracker.records.mapping import (
    ACTORS,
    CODINGS,
    COMPETENCES,
    FLOWS,
    MEASURES,
    MEMBERSHIPS,
    OBSERVATIONS,
    OPPORTUNITIES,
    POPULATIONS,
    SOURCES,
    STATEMENTS,
)
from gaptracker.records.unit_of_work import UnitOfWork


def read_evidence(work: UnitOfWork) -> Evidence:
    """Read the current evidence; what was withdrawn is left out.

    Args:
        work: An open unit of work. Give it `read_only=True`, so that all kinds are read from
            one state of the database.

    Returns:
        The evidence, everything in order of its key by code point, whatever the database: equal
        evidence is equal byte for byte.

    Raises:
        NothingToScore: If nothing was ever loaded.
    """
    dataset = work.datasets.load_current()
    if dataset is None:
        raise NothingToScore("the database holds no evidence; run `gaptracker load-reference`")
    load_all = work.evidence.load_all
    return Evidence(
        as_of=dataset.as_of,
        actors={actor.code: actor for actor in load_all(ACTORS)},
        sources={source.id: source for source in load_all(SOURCES)},
        statements=load_all(STATEMENTS),
        measures=load_all(MEASURES),
        observations=load_all(OBSERVATIONS),
        codings=load_all(CODINGS),
        opportunities=load_all(OPPORTUNITIES),
        memberships=load_all(MEMBERSHIPS),
        competences=load_all(COMPETENCES),
        populations=load_all(POPULATIONS),
        flows=load_all(FLOWS),
    )
