"""Answers of one release, kept whole: headers in memory, bodies in a file that only we see."""

import threading
from collections.abc import Iterable
from dataclasses import dataclass

from gaptracker.publish.api.etags import LATEST_CACHE, PINNED_CACHE
from gaptracker.publish.api.shelf import Standing
from gaptracker.publish.scratch import ScratchFile, Stretch

# Beyond this nothing more is kept, and the application answers.
MOST_BYTES = 2 << 30
OK = 200

Headers = list[tuple[bytes, bytes]]
# Headers that an answer without a body has, too; the others say what the body is.
WITHOUT_BODY = frozenset(
    {
        b"access-control-allow-origin",
        b"access-control-expose-headers",
        b"content-language",
        b"content-security-policy",
        b"gaptracker-as-of",
        b"gaptracker-methodology",
        b"gaptracker-provisional",
        b"gaptracker-release",
        b"vary",
        b"x-content-type-options",
    }
)
OF_THE_REQUEST = frozenset({b"x-request-id", b"cache-control"})
LIFETIMES = {
    False: b"cache-control: %b\r\n" % LATEST_CACHE.encode(),
    True: b"cache-control: %b\r\n" % PINNED_CACHE.encode(),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How an answer looks: all that headers decide of its bytes.

    `encoding` is the content coding that the reader likes best, None for plain bytes;
    `takes_plain` is false for a reader who refuses these.
    """

    form: str
    language: str
    encoding: str | None
    takes_plain: bool


PLAINEST = Manner(form="json", language="en", encoding=None, takes_plain=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptAnswer:
    """One answer, without the headers that a request decides.

    Headers are kept as HTTP/1.1 writes them, each with the end of its line: `lines` those of the
    answer, `bodiless` those of a 304. `plain_etag` is the tag of the same answer unpacked.
    """

    lines: bytes
    bodiless: bytes
    plain_etag: str
    body: Stretch


class KeptAnswers:
    """The answers of one standing of the shelf."""

    def __init__(self, standing: Standing) -> None:
        """Begin with none."""
        self.standing = standing
        self._answers: dict[tuple[str, Manner], KeptAnswer] = {}
        self._places: dict[str, Stretch] = {}
        self._file = ScratchFile()
        self._lock = threading.Lock()
        self._same: dict[bytes, bytes] = {}

    def __len__(self) -> int:
        """Return how many answers there are."""
        return len(self._answers)

    def serves(self, standing: Standing) -> bool:
        """Say whether these are answers of what stands on the shelf."""
        mine = self.standing
        return mine.current is standing.current and mine.published is standing.published

    def find(self, key: tuple[str, Manner]) -> KeptAnswer | None:
        """Return the answer of an address in one manner, None if it is not kept."""
        return self._answers.get(key)

    @property
    def size_bytes(self) -> int:
        """Return how much the bodies weigh, each kept once."""
        return self._file.size_bytes

    def keep(
        self, key: tuple[str, Manner], headers: Iterable[tuple[bytes, bytes]], body: bytes
    ) -> None:
        """Keep an answer that has a strong entity tag, if there is room."""
        named = [header for header in headers if header[0] not in OF_THE_REQUEST]
        etag = dict(named).get(b"etag", b"").decode("latin-1")
        if not etag.startswith('"') or self._file.size_bytes + len(body) > MOST_BYTES:
            return
        encoding = dict(named).get(b"content-encoding", b"").decode("latin-1")
        with self._lock:
            if etag not in self._places:
                start = self._file.append(body)
                self._places[etag] = Stretch(file=self._file, start=start, stop=start + len(body))
        self._answers[key] = KeptAnswer(
            lines=self._written(named),
            bodiless=self._written(header for header in named if header[0] in WITHOUT_BODY),
            plain_etag=etag.removesuffix(f'-{encoding}"') + '"' if encoding else etag,
            body=self._places[etag],
        )

    def _written(self, headers: Iterable[tuple[bytes, bytes]]) -> bytes:
        """Return headers as lines; those that many answers have alike are held once."""
        lines = b"".join(b"%b: %b\r\n" % header for header in headers)
        return self._same.setdefault(lines, lines)


def headers_in(lines: bytes) -> Headers:
    r"""Return the headers that lines hold.

    Examples:
        >>> headers_in(b'vary: Accept\r\netag: "1f0c"\r\n')
        [(b'vary', b'Accept'), (b'etag', b'"1f0c"')]
    """
    found = []
    for line in lines.splitlines():
        name, _, value = line.partition(b": ")
        found.append((name, value))
    return found
