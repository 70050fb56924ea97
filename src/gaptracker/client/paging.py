"""Rows of an answer, page after page, all of one release."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Generic, NoReturn, TypeVar, overload

import polars as pl

from gaptracker.client.answers import member
from gaptracker.client.connection import Reply
from gaptracker.client.errors import Document, UnexpectedAnswer
from gaptracker.client.frames import frame_of, pandas_of
from gaptracker.client.read_rows import read_row
from gaptracker.client.rows import Meta, Row

Kind = TypeVar("Kind", bound=Row)
NEXT = re.compile(r'<([^<>]*)>\s*;[^,<]*\brel="?next"?')


class Rows(Sequence[Kind], Generic[Kind]):
    """The rows that a question has, fetched when they are looked at and kept from then on.

    Every row is of one release, also if a newer one appears between two pages.
    """

    def __init__(self, kind: type[Kind], get: Callable[[str], Reply], first: str) -> None:
        """Ask for nothing yet.

        Args:
            kind: What each row is.
            get: Sends for an address until it is answered.
            first: Address of the first page, from `/v1` on.
        """
        self._kind = kind
        self._get = get
        self._next: str | None = first
        self._documents: list[Document] = []
        self._meta: Meta | None = None
        self._total = 0

    def __repr__(self) -> str:
        """Say what it is without asking for anything."""
        state = f"{len(self._documents)} fetched" if self._meta else "nothing fetched yet"
        return f"<Rows of {self._kind.__name__}, {state}>"

    def __len__(self) -> int:
        """Return the number of rows on all pages; asks for the first page only."""
        _ = self.meta
        return self._total

    def __iter__(self) -> Iterator[Kind]:
        """Give every row, in the order that was asked for."""
        for document in self._each():
            yield read_row(self._kind, document)

    @overload
    def __getitem__(self, place: int) -> Kind: ...
    @overload
    def __getitem__(self, place: slice) -> list[Kind]: ...
    def __getitem__(self, place: int | slice) -> Kind | list[Kind]:
        """Return a row, or some, by place; fetches the pages up to the last of them."""
        places = range(len(self))[place]
        if isinstance(places, int):
            self._fetch_until(places + 1)
            return read_row(self._kind, self._documents[places])
        self._fetch_until(max(places, default=-1) + 1)
        return [read_row(self._kind, self._documents[each]) for each in places]

    @property
    def meta(self) -> Meta:
        """Which figures these are: release, methodology, day, notice."""
        return self._meta or self._fetch()

    @property
    def release(self) -> str:
        """Id of the release that all rows are of."""
        return self.meta.release

    def to_dicts(self) -> list[dict[str, Any]]:  # `Any`: JSON of every shape
        """Return all rows as the API gave them: every member, days as text."""
        return [dict(document) for document in self._each()]

    def to_polars(self) -> pl.DataFrame:
        """Return all rows as a table.

        Columns are those of the API's CSV: members of members follow their name (`links_self`).
        Types are those of the release's Parquet files.
        """
        return frame_of(self._kind, list(self))

    def to_pandas(self) -> Any:  # noqa: ANN401  pandas need not be there, nor its types
        """Return all rows as a pandas table, with days as `datetime64`.

        Raises:
            PandasMissing: If pandas is not installed.
        """
        return pandas_of(self.to_polars())

    def _each(self) -> Iterator[Document]:
        place = 0
        while place < len(self):
            self._fetch_until(place + 1)
            yield self._documents[place]
            place += 1

    def _fetch_until(self, rows: int) -> None:
        while len(self._documents) < rows:
            self._fetch()

    def _fetch(self) -> Meta:
        """Fetch the next page; returns what it says of itself.

        Raises:
            UnexpectedAnswer: If it does not go on where the page before ended.
        """
        if self._next is None:
            raise AssertionError("the last page has been fetched, and all rows with it")
        reply = self._get(self._next)
        page = reply.document()
        data = member(page, "data", list)
        about = member(page, "meta", dict)
        found = read_row(Meta, about)
        total = member(about, "total", int) if "total" in about else len(data)
        if self._meta is None:
            self._meta, self._total = found, total
        if (found.release, total) != (self._meta.release, self._total):
            self._refuse(f"a page is of {found.release}, those before of {self._meta.release}")
        self._documents.extend(_object(each) for each in data)
        self._next = following_address(reply.headers)
        whole, last = len(self._documents) == self._total, self._next is None
        if whole != last or not (data or last):
            self._refuse(f"its pages hold other rows than the {self._total} that were told")
        return found

    def _refuse(self, why: str) -> NoReturn:
        raise UnexpectedAnswer(f"the answer cannot be whole: {why}; ask again")


def following_address(headers: Mapping[str, str]) -> str | None:
    """Return where the next page is; None on the last.

    Args:
        headers: With names in lower case.

    Raises:
        UnexpectedAnswer: If it is on another server, or no address of the API.

    Examples:
        >>> following_address({"link": '</v1/gaps?cursor=x>; rel="next"'})
        '/v1/gaps?cursor=x'
    """
    found = NEXT.search(headers.get("link", ""))
    if found is None:
        return None
    if not found[1].startswith("/v1/"):
        raise UnexpectedAnswer("the next page is said to be on another server; it is not followed")
    return found[1]


def _object(found: object) -> Document:
    if isinstance(found, Mapping):
        return found
    raise UnexpectedAnswer("a row is no object; is this another API? Update the client")
