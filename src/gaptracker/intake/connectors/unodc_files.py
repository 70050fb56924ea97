"""Where UNODC's portal keeps a workbook: its path carries a month, and moves with each release."""

import re
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

from gaptracker.domain.syncing import IssueKind
from gaptracker.intake.connectors.base import MEBIBYTE, Arrived, Fetch, Resource, SourceUnreadable
from gaptracker.intake.connectors.json_body import read_json

PORTAL = "https://data.unodc.org"
BASE_NAME = "data_cts_prisons_and_prisoners"
WORKBOOK = "prisons"
PAGE_RESOURCE = "page"
PAGE = f"{PORTAL}/datareport/prison-held"
_CONDITION = "filter[fn][condition]"
INDEX = f"{PORTAL}/jsonapi/file/file?" + "&".join(
    f"{quote(f'{_CONDITION}[{name}]', safe='')}={value}"
    for name, value in (("path", "filename"), ("operator", "CONTAINS"), ("value", BASE_NAME))
)
MOST_WORKBOOK_BYTES = 256 * MEBIBYTE
# So many addresses of the page are tried; its links may be stale.
MOST_PROBES = 6
_LINK = re.compile(rf'href\s*=\s*["\']([^"\']*/{BASE_NAME}(?:_\d+)?\.xlsx)["\']', re.IGNORECASE)
_MONTH = re.compile(r"/(\d{4}-\d{2})/")
_COPY = re.compile(r"(_\d+)?\.xlsx$", re.IGNORECASE)


def fetch_workbook(fetch: Fetch) -> Sequence[Arrived]:
    """Fetch the newest workbook, with what said where it is.

    The portal's index of files is asked first; where that gives no answer, the page that links to
    the workbook: newest month first, and of one month the re-issue (`_0`) before the first.

    Raises:
        SourceUnreadable: If neither leads to a workbook.
    """
    try:
        index = fetch(
            Resource(name="index", url=INDEX, offline=(), begins=(b"{",), only_leads=True)
        )
        return [index, fetch(_workbook(newest_in_index(index)))]
    except SourceUnreadable as error:
        if error.issue.kind is IssueKind.FILE_MISSING:
            # A folder of downloads: nobody needs the index there.
            return [fetch(_workbook(PAGE))]
        first = error
    page = fetch(
        Resource(name=PAGE_RESOURCE, url=PAGE, offline=(), begins=(b"<",), only_leads=True)
    )
    for address in links_of_page(page)[:MOST_PROBES]:
        try:
            return [page, fetch(_workbook(address))]
        except SourceUnreadable as error:
            first = error
    raise first


def newest_in_index(index: Arrived) -> str:
    """Return the address of the newest file of exactly this name.

    Raises:
        SourceUnreadable: If there is none, or the index has another shape.
    """
    found = read_json(index)
    try:
        files = [each["attributes"] for each in found["data"]]
        named = [each for each in files if each["filename"] == f"{BASE_NAME}.xlsx"]
        newest = max(named, key=_changed, default=None)
        address = None if newest is None else urljoin(PORTAL, newest["uri"]["url"])
    except (KeyError, TypeError) as error:
        raise SourceUnreadable(
            IssueKind.SHAPE_UNKNOWN,
            index.where,
            f"{str(found)[:120]} came; expected files with filename, changed and uri.url",
        ) from error
    if address is None:
        raise SourceUnreadable(
            IssueKind.EMPTY_ANSWER, index.where, f"the index has no file {BASE_NAME}.xlsx"
        )
    return _own(address, index)


def links_of_page(page: Arrived) -> list[str]:
    """Return the addresses to try, the likeliest first.

    Raises:
        SourceUnreadable: If the page links to no workbook of this name.
    """
    text = page.read().decode("utf-8", errors="replace")
    linked = {_own(urljoin(PAGE, link), page) for link in _LINK.findall(text)}
    if not linked:
        raise SourceUnreadable(
            IssueKind.SHAPE_UNKNOWN,
            page.where,
            f"the page links to no {BASE_NAME}.xlsx: see whether UNODC renamed the file",
        )
    found = {name: None for link in sorted(linked, key=_month, reverse=True) for name in _kin(link)}
    return list(found)


def _kin(link: str) -> Iterator[str]:
    """Yield the re-issue of a file first, then the file as it is linked."""
    yield _COPY.sub("_0.xlsx", link)
    yield link


def _month(link: str) -> tuple[str, str]:
    found = _MONTH.search(link)
    return (found[1] if found else "", link)


# `Any`: a file's attributes as the index gives them.
def _changed(attributes: Any) -> str:  # noqa: ANN401
    return str(attributes["changed"])


def _own(address: str, arrived: Arrived) -> str:
    """Return an address if it is the portal's own."""
    if urlsplit(address)[:2] != urlsplit(PORTAL)[:2]:
        raise SourceUnreadable(
            IssueKind.SHAPE_UNKNOWN,
            arrived.where,
            f"the workbook is said to be at {address[:120]}; expected an address of {PORTAL}",
        )
    return address


def _workbook(url: str) -> Resource:
    return Resource(
        name=WORKBOOK,
        url=url,
        offline=(f"{BASE_NAME}*.xlsx",),
        most_bytes=MOST_WORKBOOK_BYTES,
        begins=(b"PK",),
    )
