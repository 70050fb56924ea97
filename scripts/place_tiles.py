"""Give each state its place on the map of tiles: `publish/charts/tiles.csv` from `capitals.csv`.

The rule: a capital's longitude and latitude are read off onto a grid of 30 columns and 18 rows,
by straight lines between the points in `COLUMNS` and `ROWS`, which give crowded parts of the world
more room and empty ones less. Then each state gets a tile of its own so that the sum of the squared
distances between tiles and places is the least there is. One column is left free as the Atlantic:
the Americas lie west of it and nobody else does. Run it after a change of `capitals.csv`:

    python -m scripts.place_tiles
"""

import csv
import io
from pathlib import Path

import numpy as np
from scipy.optimize import linear_sum_assignment

CHARTS = Path(__file__).parent.parent / "src" / "gaptracker" / "publish" / "charts"
CAPITALS, TILES = CHARTS / "capitals.csv", CHARTS / "tiles.csv"
WIDTH, HEIGHT, ATLANTIC = 30, 18, 8
# Degrees east, and the column there; degrees north, and the row.
COLUMNS = {
    -180.0: -3.0,
    -100.0: 0.0,
    -58.0: 7.0,
    -25.0: 9.0,
    -8.0: 10.0,
    32.0: 18.0,
    60.0: 20.5,
    110.0: 24.5,
    125.0: 26.0,
    150.0: 27.5,
    190.0: 29.0,
}
ROWS = {-45.0: 18.0, 0.0: 14.0, 35.0: 7.0, 50.0: 2.6, 65.0: 0.0}
FORBIDDEN = 1e6


def place_tiles(capitals: str) -> str:
    """Return the table of tiles from the table of capitals; both as CSV.

    Args:
        capitals: Columns `code`, `region`, `latitude` and `longitude`, in degrees.
    """
    states = list(csv.DictReader(io.StringIO(capitals)))
    tiles = [(column, row) for row in range(HEIGHT) for column in range(WIDTH)]
    costs = np.array([[_cost(state, *tile) for tile in tiles] for state in states])
    chosen = linear_sum_assignment(costs)[1]
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(("code", "region", "column", "row"))
    for state, tile in zip(states, chosen, strict=True):
        writer.writerow((state["code"], state["region"], *tiles[tile]))
    return written.getvalue()


def _cost(state: dict[str, str], column: int, row: int) -> float:
    """Return the squared distance of a tile from a state's place."""
    american = state["region"] == "americas"
    if column == ATLANTIC or american != (column < ATLANTIC):
        return FORBIDDEN
    longitude, latitude = float(state["longitude"]), float(state["latitude"])
    if state["region"] == "oceania" and longitude < 0:
        longitude += 360  # beyond the date line, not back at the map's other edge
    across = float(np.interp(longitude, list(COLUMNS), list(COLUMNS.values())))
    down = float(np.interp(latitude, list(ROWS), list(ROWS.values())))
    return (across - column) ** 2 + (down - row) ** 2


if __name__ == "__main__":
    TILES.write_text(place_tiles(CAPITALS.read_text("utf-8")), "utf-8")
