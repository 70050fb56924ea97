"""The evidence under one actor's cells, put together again from a frozen release."""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock

import polars as pl

from gaptracker.domain.actors import Actor
from gaptracker.domain.evidence import Evidence
from gaptracker.domain.records import Coding
from gaptracker.domain.vocabulary import ActorKind, CoderKind
from gaptracker.publish.documents import (
    CALIBRATION_FILE,
    Belonging,
    read_belonging,
    read_confusions,
)
from gaptracker.publish.frozen import FrozenRelease
from gaptracker.publish.records import measure_of, observation_of, statement_of
from gaptracker.publish.tables import Table
from gaptracker.records.release_store import ReleaseStore
from gaptracker.release.documents import ACTORS_FILE
from gaptracker.release.record_tables import CODINGS

RELEASES_KEPT = 2

Confusions = Mapping[str, tuple[tuple[float, ...], ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What stands around the records of a release: who belongs to whom, and coders' errors."""

    belonging: Belonging
    confusions: Confusions


class FrozenSurroundings:
    """The surroundings of the last few releases that were asked for, verified when read."""

    def __init__(self, store: ReleaseStore) -> None:
        """Begin with nothing read.

        Args:
            store: Where releases are kept.
        """
        self._store = store
        self._kept: OrderedDict[str, Surroundings] = OrderedDict()
        self._lock = Lock()

    def of(self, release: FrozenRelease) -> Surroundings:
        """Return what stands around a release's records; blocks while it reads.

        Raises:
            ReleaseCorrupt: If a byte differs from what was frozen.
        """
        key = release.content_sha256
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        files = self._store.read(release.entry, only=(ACTORS_FILE, CALIBRATION_FILE)).files
        found = Surroundings(
            belonging=read_belonging(files[ACTORS_FILE]),
            confusions=(
                read_confusions(files[CALIBRATION_FILE]) if CALIBRATION_FILE in files else {}
            ),
        )
        with self._lock:
            self._kept[key] = found
            while len(self._kept) > RELEASES_KEPT:
                self._kept.popitem(last=False)
        return found


def evidence_of(release: FrozenRelease, belonging: Belonging, actor: str) -> Evidence:
    """Return all that one actor's cells were computed from but its chances to speak.

    Those a release holds as counts only, with each cell. Statements are the actor's own and those
    of who may speak for it: its organs, and the unions it belongs to.

    Args:
        release: The release.
        belonging: Its memberships and competences.
        actor: The actor's code.
    """
    memberships = tuple(each for each in belonging.memberships if each.member == actor)
    speakers = _speakers(release.actors, actor, {each.group for each in memberships})
    said = release.statements.frame.filter(pl.col("actor").is_in(list(speakers)))
    statements = tuple(statement_of(row) for row in said.iter_rows(named=True))
    measures, observations = (
        table.frame.filter(pl.col("actor") == actor).iter_rows(named=True)
        for table in (release.measures, release.counted_observations)
    )
    built = [measure_of(row) for row in measures]
    return Evidence(
        as_of=release.manifest.as_of,
        actors={code: release.actors[code] for code in sorted(speakers)},
        sources=release.sources,
        statements=statements,
        measures=tuple(built),
        observations=tuple(observation_of(row) for row in observations),
        codings=_codings(
            release, [*(each.id for each in statements), *(each.id for each in built)]
        ),
        opportunities=(),
        memberships=memberships,
        competences=tuple(each for each in belonging.competences if each.actor in speakers),
        populations=(),
    )


def _speakers(actors: Mapping[str, Actor], actor: str, groups: set[str]) -> set[str]:
    organs = {
        code
        for code, each in actors.items()
        if each.kind is ActorKind.ORGAN and each.parent == actor
    }
    return {actor, *organs, *(group for group in groups if group in actors)}


def _codings(release: FrozenRelease, items: list[str]) -> tuple[Coding, ...]:
    """Return the stored codings; those by rule are made anew, as the methodology makes them."""
    rows = release.frames[CODINGS.name].filter(
        pl.col("item").is_in(items), pl.col("coder_kind") != CoderKind.RULE.value
    )
    return tuple(Table(frame=rows, row_type=Coding).rows())
