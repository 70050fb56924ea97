"""What a reply or an erratum is about, held against the release that it speaks of."""

from collections.abc import Iterable, Iterator, Sequence

from gaptracker.domain.annotations import CellRef
from gaptracker.domain.errors import UnknownName
from gaptracker.publish.frozen import FrozenRelease
from gaptracker.publish.nearest import require_known
from gaptracker.workflows.annotations import Subjects


def subjects_in(
    release: FrozenRelease,
    *,
    cells: Iterable[CellRef] = (),
    pairs: Sequence[str] = (),
    records: Sequence[str] = (),
    actor: str | None = None,
) -> Subjects:
    """Return what is named, each once, with the cells in which pairs and records stand.

    Args:
        release: The release.
        cells: Cells by actor, theme and year.
        pairs: Pairs by their ids.
        records: Statements, measures and observations by their ids.
        actor: Whose pairs they have to be; anybody's if None.

    Raises:
        UnknownName: If the release has no such cell, pair or record; it names the nearest.
    """
    found = {_cell(release, cell) for cell in cells}
    for name in pairs:
        found.update(_cells_of_pair(release, name, actor))
    for name in records:
        found.update(_cells_of_record(release, name))
    return Subjects(
        release=release.id,
        cells=tuple(sorted(found)),
        pairs=tuple(sorted(set(pairs))),
        records=tuple(sorted(set(records))),
    )


def _cell(release: FrozenRelease, cell: CellRef) -> CellRef:
    known = release.cell(release.actor(cell.actor).code, release.theme(cell.theme).id, cell.year)
    return CellRef(actor=known.actor, theme=known.theme, year=known.year)


def _cells_of_pair(release: FrozenRelease, name: str, actor: str | None) -> Iterator[CellRef]:
    rows = release.pairs_called(name).where(actor=actor).rows()
    if not rows:
        owned = release.pairs_of(actor) if actor else release.pairs.table
        known: dict[str, tuple[str, ...]] = dict.fromkeys(owned.column("id").unique().sort(), ())
        kind = f"pair of {actor}" if actor else "pair"
        require_known(kind, name, known)
    for row in rows:
        if row.year in release.years:
            yield CellRef(actor=row.actor, theme=row.theme, year=row.year)


def _cells_of_record(release: FrozenRelease, name: str) -> Iterator[CellRef]:
    if release.statements.get(name) is None and release.deed(name) is None:
        raise UnknownName(
            "statement, measure or observation",
            name,
            expected=f"the id of one in release {release.id}, as pairs and contributions name it",
        )
    for row in release.contributions.table.where(item=name).rows():
        yield CellRef(actor=row.actor, theme=row.theme, year=row.year)
