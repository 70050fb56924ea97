"""The addresses of pages, pictures and citations: what answers and pages lead to."""

from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import quote, quote_plus

CELLS_PAGE = "/cells"
PAIRS_PAGE = "/pairs"
RELEASES_PAGE = "/releases"
REPLIES_PAGE = "/replies"
CHARTS_PAGE = "/charts"
EMBEDS = "/embed"
OEMBED_PATH = "/oembed"
CHARTS_PATH = "/v1/charts"
CITE_PATH = "/v1/cite"
COMPARE_PATH = "/v1/compare"
REPLIES_PATH = "/v1/replies"
ERRATA_PATH = "/v1/errata"


def address(path: str, parameters: Mapping[str, object]) -> str:
    """Return a relative address; parameters that are None are left out.

    Examples:
        >>> address("/v1/gaps", {"actor": "MEX", "theme": None, "year": 2022})
        '/v1/gaps?actor=MEX&year=2022'
    """
    given = "&".join(
        f"{_written(name)}={_written(str(value))}"
        for name, value in parameters.items()
        if value is not None
    )
    return f"{path}?{given}" if given else path


# A page of a thousand rows writes the same few hundred names again and again.
@lru_cache(maxsize=10_000)
def _written(text: str) -> str:
    """Return a text as it stands in a query."""
    return quote_plus(text)


@lru_cache(maxsize=10_000)
def path_part(name: str) -> str:
    """Return a name as one part of a path.

    Examples:
        >>> path_part("A/RES 1")
        'A%2FRES%201'
    """
    return quote(name, safe="")


def cell_page(actor: str, theme: str, year: int, **parameters: object) -> str:
    """Return the address of a cell's page.

    Examples:
        >>> cell_page("MEX", "cannabis", 2022, release="2026-08-16-1f0c33ab")
        '/cells/MEX/cannabis/2022?release=2026-08-16-1f0c33ab'
    """
    return address(f"{CELLS_PAGE}/{path_part(actor)}/{path_part(theme)}/{year}", parameters)


def pair_page(name: str, **parameters: object) -> str:
    """Return the address of a pair's page."""
    return address(f"{PAIRS_PAGE}/{path_part(name)}", parameters)


def picture(chart: str, form: str, **parameters: object) -> str:
    """Return the address of a chart's picture.

    Examples:
        >>> picture("over_years", "svg", actor="MEX", theme="cannabis")
        '/v1/charts/over_years.svg?actor=MEX&theme=cannabis'
    """
    return address(f"{CHARTS_PATH}/{chart}.{form}", parameters)
