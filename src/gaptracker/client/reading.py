"""Reading what is published: cells, pairs, releases, actors, themes and whole files; no key."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote, urlencode

from gaptracker.client.answers import member
from gaptracker.client.calls import Calls
from gaptracker.client.downloads import Wanted, fetch_file, parse_sums
from gaptracker.client.errors import FileProblem, shown
from gaptracker.client.paging import Rows
from gaptracker.client.read_rows import read_row
from gaptracker.client.rows import Actor, Cell, Pair, Release, ReleaseDetail, Row, Theme
from gaptracker.client.rows_compared import Checked, Comparison

Kind = TypeVar("Kind", bound=Row)

ROWS_PER_PAGE = 1_000
SUMS_FILE = "SHA256SUMS"

# One, or several; the API takes lists with commas.
Names = str | Iterable[str]
Years = int | Iterable[int]


class Reading(Calls):
    """What anybody may ask."""

    def gaps(  # noqa: PLR0913  one parameter for each filter of the API
        self,
        *,
        actor: Names | None = None,
        theme: Names | None = None,
        year: Years | None = None,
        min_grade: str | None = None,
        label: Names | None = None,
        sort: str | None = None,
        release: str | None = None,
    ) -> Rows[Cell]:
        """Return cells: what actors say, their law, what they do, and the gap.

        Args:
            actor: Codes, as `MEX`; all if None, as everywhere here.
            theme: Ids, as `death_penalty`.
            year: Years.
            min_grade: Weakest grade, C if None; D gives every cell, also those without a gap.
            label: Verdicts, as `words_ahead`.
            sort: A column, with `-` before it for the largest first.
            release: Id of a release; the newest if None.
        """
        asked = {"actor": actor, "theme": theme, "year": year, "min_grade": min_grade}
        return self._rows(
            Cell, "/v1/gaps", {**asked, "label": label, "sort": sort, "release": release}
        )

    def pairs(
        self,
        *,
        actor: Names | None = None,
        theme: Names | None = None,
        year: Years | None = None,
        reading: str | None = None,
        sort: str | None = None,
        release: str | None = None,
    ) -> Rows[Pair]:
        """Return pairs: what was said, what was done, and both sources.

        Args:
            actor: Codes, as `MEX`.
            theme: Ids, as `death_penalty`.
            year: Years.
            reading: `now`, `followed`, `moved` or `pledge`; all if None.
            sort: A column, with `-` before it for the largest first.
            release: Id of a release; the newest if None.
        """
        asked = {"actor": actor, "theme": theme, "year": year, "reading": reading}
        return self._rows(Pair, "/v1/pairs", {**asked, "sort": sort, "release": release})

    def compare(
        self,
        actors: Names,
        theme: str,
        *,
        year: Years | None = None,
        release: Names | None = None,
        figure: str | None = None,
    ) -> Comparison:
        """Tell which figure is the higher, if that can be told: of actors, years or releases.

        Args:
            actors: Two codes or more; or one, with several years or releases.
            theme: Id, as `death_penalty`.
            year: The year, the newest in which most can be compared if None; or several.
            release: Id of a release, the newest if None; or several.
            figure: `gap`, `says` or `practice`; the gap if None.
        """
        asked = {
            "actors": actors,
            "theme": theme,
            "year" if year is None or isinstance(year, int) else "years": year,
            "release" if release is None or isinstance(release, str) else "releases": release,
            "figure": figure,
        }
        return self._one(Comparison, f"/v1/compare{query_of(asked)}")

    def check(self, actor: str, theme: str, year: int, gap: str | float) -> Checked:
        """Tell which releases said a printed figure, and what it is now.

        Args:
            actor: Code, as `MEX`.
            theme: Id, as `death_penalty`.
            year: The year of the figure.
            gap: As it was printed, with its sign and decimals, as `+26.6`.
        """
        asked = {"actor": actor, "theme": theme, "year": year, "gap": gap}
        return self._one(Checked, f"/v1/check{query_of(asked)}")

    def releases(self) -> Rows[Release]:
        """Return all published releases, the newest first."""
        return Rows(Release, self._get, "/v1/releases")

    def release(self, name: str) -> ReleaseDetail:
        """Return one release: counts, checks, hashes and what is behind it.

        Args:
            name: Its id.
        """
        document = self._get(f"/v1/releases/{quote(name, safe='')}").document()
        return read_row(ReleaseDetail, member(document, "data", dict))

    def actors(self, *, kind: str | None = None, release: str | None = None) -> Rows[Actor]:
        """Return who is assessed.

        Args:
            kind: `state`, `subnational`, `supranational`, `organ` or `agency`; all if None.
            release: Id of a release; the newest if None.
        """
        asked = query_of({"kind": kind, "release": release})
        return Rows(Actor, self._get, f"/v1/actors{asked}")

    def themes(self, *, release: str | None = None) -> Rows[Theme]:
        """Return the themes in their order.

        Args:
            release: Id of a release; the newest if None.
        """
        return Rows(Theme, self._get, f"/v1/themes{query_of({'release': release})}")

    def download(self, name: str, to: Path | str = ".", *, release: str | None = None) -> Path:
        """Fetch one file of a release, as `gaps.parquet`, and check its SHA-256.

        A download that broke off goes on where it stopped, also in a later call; a file that is
        there already and right is not fetched again.

        Args:
            name: As `/v1/releases/latest/files` lists it.
            to: A folder, or the path of the file.
            release: Id of a release; the newest if None.

        Returns:
            Where the file is.

        Raises:
            FileProblem: If there is no such file, or what came is not the file twice.
            ProblemRaised: If there is no such release.
        """
        files = f"/v1/releases/{quote(release or self.releases().release, safe='')}/files"
        sums = parse_sums(self._get(f"{files}/{SUMS_FILE}").body)
        if name not in sums:
            raise FileProblem(f"{shown(name)} is no file of it; there are {', '.join(sums)}")
        target = Path(to) / name if Path(to).is_dir() else Path(to)
        wanted = Wanted(address=f"{files}/{quote(name, safe='')}", sha256=sums[name], target=target)
        return fetch_file(self._connection, wanted, self._retries)

    def _one(self, kind: type[Kind], address: str) -> Kind:
        """Read an answer that is one value, with what it says of its release beside it."""
        answer = self._get(address).document()
        return read_row(kind, member(answer, "data", dict) | {"meta": member(answer, "meta", dict)})

    def _rows(self, kind: type[Kind], path: str, asked: Mapping[str, object]) -> Rows[Kind]:
        return Rows(kind, self._get, path + query_of({**asked, "limit": ROWS_PER_PAGE}))


def query_of(asked: Mapping[str, object]) -> str:
    """Write parameters as the query of an address; what is None is left out.

    Examples:
        >>> query_of({"actor": ["MEX", "COL"], "year": range(2020, 2023), "sort": None})
        '?actor=MEX,COL&year=2020,2021,2022'
    """
    given = {name: _written(value) for name, value in asked.items() if value is not None}
    return f"?{urlencode(given, safe=',')}" if given else ""


def _written(value: object) -> str:
    if isinstance(value, Iterable) and not isinstance(value, str):
        return ",".join(str(each) for each in value)
    return str(value)
