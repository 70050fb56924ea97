"""What each cell is computed from, as a hash: equal hashes, equal cells."""

import hashlib
from collections.abc import Iterator, Sequence
from datetime import date

from gaptracker.domain.methodology import Methodology
from gaptracker.release.documents import write_line
from gaptracker.scoring.dossier import Dossier
from gaptracker.scoring.run import day_of_year


def hash_cell_inputs(
    dossier: Dossier, years: Sequence[int], data_as_of: date, methodology: Methodology
) -> dict[int, str]:
    """Return a hash over all that each year's cell may depend on, by year.

    A cell sees nothing of what came after its day, so the items are hashed in the order of the
    days on which they come into sight: a new statement changes the hashes of its own year and
    of later ones, and no other. The newest year's covers what lies ahead as well.

    Args:
        dossier: The evidence on the actor and theme.
        years: The years, in any order.
        data_as_of: The day up to which the data speak.
        methodology: The rules.

    Returns:
        SHA-256 in hexadecimal, over the methodology's hash and random series, actor, theme,
        year, the cell's day, and every item in sight on that day with its source.

    References:
        Methodology 1.0.0, section 10.
    """
    head = (methodology.sha256, methodology.draws.random_series, dossier.actor, dossier.theme)
    digest = hashlib.sha256(write_line(head))
    items = sorted((day, write_line(item)) for day, item in _items(dossier))
    found, taken = {}, 0
    for year in sorted(years):
        as_of = day_of_year(year, data_as_of)
        while taken < len(items) and items[taken][0] <= as_of:
            digest.update(items[taken][1])
            taken += 1
        own = digest.copy()
        own.update(f"\n{year} {as_of}".encode())
        if as_of == data_as_of:
            # What lies ahead moves no cell, but pairs that wait for it: the newest cell stands
            # for all of the dossier.
            for _, item in items[taken:]:
                own.update(item)
        found[year] = own.hexdigest()
    return found


def _items(dossier: Dossier) -> Iterator[tuple[date, object]]:
    """Yield every item with the first day on which a cell may see it."""
    for said in dossier.statements:
        yield said.said_on, said
    for placed in dossier.measures:
        start = placed.measure.in_force.start
        yield start.latest() if start else date.min, placed
    for name, series in dossier.observations.items():
        for value in series:
            yield value.period_end, (name, value)
    for chance in dossier.opportunities:
        yield chance.held_on.latest(), chance
