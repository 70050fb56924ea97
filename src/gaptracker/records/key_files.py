"""Private keys in files: made once, readable by their owner alone."""

import os
from base64 import b64decode, b64encode
from collections.abc import Callable
from pathlib import Path

from gaptracker.custody.chunk_box import ChunkBox
from gaptracker.custody.content_box import KEY_BYTES, ContentBox
from gaptracker.custody.signed_notes import LogKey
from gaptracker.domain.errors import KeyUnreadable

OWNER_ONLY = 0o600
CONTENT_PREFIX = "PRIVATE+CONTENT+"


def log_key_of(file: Path, name: str) -> LogKey:
    """Read the log's private key, or make one where there is no file.

    Two processes that start at once end with the same key: only one of them can make the file.

    Args:
        file: Where the key is.
        name: The name under which a new one signs.

    Raises:
        KeyUnreadable: If the file holds no key, or one of another name.
    """
    make_once(file, lambda: LogKey.generate(name).encode())
    found = LogKey.parse(file.read_text("utf-8").strip())
    if found.verifier.name != name:
        raise KeyUnreadable(
            f"the key in {file} signs as {found.verifier.name}, and GAPTRACKER_LOG_NAME is {name}; "
            "set the name that belongs to the key, or name another file"
        )
    return found


def content_box_of(file: Path, random: Callable[[int], bytes]) -> ContentBox:
    """Read the content key, or make one where there is no file.

    Without it everything in submissions that is not public is lost: keep a copy, apart from
    the backups of the database.

    Raises:
        KeyUnreadable: If the file holds no key.
    """
    return ContentBox(_content_key(file, random), random)


def chunk_box_of(file: Path, random: Callable[[int], bytes]) -> ChunkBox:
    """Read the content key, under which files are closed, too; make one where there is no file.

    Raises:
        KeyUnreadable: If the file holds no key.
    """
    return ChunkBox(_content_key(file, random), random)


def _content_key(file: Path, random: Callable[[int], bytes]) -> bytes:
    make_once(file, lambda: CONTENT_PREFIX + b64encode(random(KEY_BYTES)).decode())
    text = file.read_text("utf-8").strip()
    try:
        return b64decode(text.removeprefix(CONTENT_PREFIX), validate=True)
    except ValueError as error:
        raise KeyUnreadable(f"{file} holds no content key; name the right file") from error


def make_once(file: Path, make: Callable[[], str]) -> None:
    """Write a new key to a file that nobody else can read, unless the file is there."""
    if file.exists():
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    partial = file.with_name(f"{file.name}.{os.getpid()}.partial")
    with open(partial, "x", opener=_private) as out:
        out.write(make() + "\n")
        out.flush()
        os.fsync(out.fileno())
    try:
        os.link(partial, file)
    except FileExistsError:
        pass
    finally:
        partial.unlink()


def write_private(file: Path, text: str) -> None:
    """Write a private key to a new file that nobody else can read.

    Raises:
        FileExistsError: If the file is there: a key is never overwritten.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    with open(file, "x", opener=_private) as out:
        out.write(text + "\n")
        out.flush()
        os.fsync(out.fileno())


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, OWNER_ONLY)
