"""A file of a release, fetched in as many pieces as the line needs, and checked whole."""

import hashlib
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from gaptracker.client.connection import READ, Call, Connection, Stream, refusal_of
from gaptracker.client.errors import BadConnection, FileProblem, NotTrusted
from gaptracker.client.retries import Retries

SUM_LINE = re.compile(r"([0-9a-f]{64}) [ *]([^/\\\x00-\x1f]+)")
WHOLE, PART, BEYOND = 200, 206, 416
CHUNK_BYTES = 1024 * 1024
# Enough of the digest that the part of another release's file is never gone on with.
DIGITS_IN_NAME = 12
TRIES_OF_WHOLE_FILE = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A file to fetch: from where, what its bytes have to be, and where to put it."""

    address: str
    sha256: str
    target: Path

    @property
    def part(self) -> Path:
        """Where it is kept until all of it has come."""
        return self.target.with_name(f"{self.target.name}.{self.sha256[:DIGITS_IN_NAME]}.part")


def parse_sums(body: bytes) -> dict[str, str]:
    """Read `SHA256SUMS`: the hash of each file by its name.

    Examples:
        >>> parse_sums(b"00" * 32 + b"  gaps.csv") == {"gaps.csv": "00" * 32}
        True
    """
    lines = body.decode("utf-8", "replace").splitlines()
    found = (SUM_LINE.fullmatch(line) for line in lines)
    return {match[2]: match[1] for match in found if match}


def fetch_file(connection: Connection, wanted: Wanted, retries: Retries) -> Path:
    """Fetch a file, unless it is there already.

    Raises:
        FileProblem: If what came is not the file, fetched anew, too; or it cannot be written.
        BadConnection: If the line broke too often without a byte in between.
    """
    try:
        if wanted.target.is_file() and _sha256_of(wanted.target) == wanted.sha256:
            return wanted.target
        for _ in range(TRIES_OF_WHOLE_FILE):
            _fetch_all(connection, wanted, retries)
            if _sha256_of(wanted.part) == wanted.sha256:
                wanted.part.replace(wanted.target)
                return wanted.target
            wanted.part.unlink()
    except OSError as error:
        raise FileProblem(f"{wanted.target} cannot be written: {error.strerror}") from error
    raise FileProblem(
        f"{wanted.target.name}: the bytes that came are not those that SHA256SUMS names; nothing "
        "was kept. Something in between changes them, or the server's copy is damaged"
    )


def _fetch_all(connection: Connection, wanted: Wanted, retries: Retries) -> None:
    """Fetch until the answer has ended as it should; only failures without progress count."""
    failures = 0
    while True:
        before = _size_of(wanted.part)
        try:
            if _fetch_more(connection, wanted, retries, failures + 1):
                return
        except NotTrusted:
            raise
        except BadConnection:
            failures = failures + 1 if _size_of(wanted.part) <= before else 1
            if failures >= retries.attempts:
                raise
            retries.sleep(retries.back_off(failures))
        else:
            failures += 1


def _fetch_more(connection: Connection, wanted: Wanted, retries: Retries, attempt: int) -> bool:
    """Ask for what is missing; says whether the file has come to its end."""
    here = _size_of(wanted.part)
    headers = {"Accept": "*/*", "Accept-Encoding": "identity"}
    if here:
        headers |= {"Range": f"bytes={here}-", "If-Range": f'"{wanted.sha256}"'}
    with connection.open(Call(method=READ, path=wanted.address, headers=headers)) as stream:
        if stream.status == BEYOND and here:
            return True  # all is there; the digest will say whether it is right
        if stream.status not in {WHOLE, PART}:
            reply = stream.whole()
            if attempt < retries.attempts and connection.waits(reply, attempt, reading=True):
                return False
            raise refusal_of(reply, unsure=False)
        with wanted.part.open("ab" if goes_on(stream, here) else "wb") as file:
            for chunk in stream.chunks:
                file.write(chunk)
    return True


def goes_on(stream: Stream, here: int) -> bool:
    """Say whether an answer begins where the part that is here ends."""
    return stream.status == PART and stream.headers.get("content-range", "").startswith(
        f"bytes {here}-"
    )


def _size_of(path: Path) -> int:
    with suppress(FileNotFoundError):
        return path.stat().st_size
    return 0


def _sha256_of(path: Path) -> str:
    digest = hashlib.sha256()
    for chunk in _chunks(path):
        digest.update(chunk)
    return digest.hexdigest()


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            yield chunk
