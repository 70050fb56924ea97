"""What was sent from a folder, written down before it is sent: a second run doubles nothing.

The file `.gaptracker-sent.json` beside the files holds a random secret and, for each server and
file, the idempotency key, the digest and what the server made of it. Keys are made from the secret
and the bytes to be sent: a process that was killed between writing and sending, or two at the same
time, arrive at the same keys. The secret keeps a key from telling what was sent under it, which a
bare hash would tell to whoever can guess the content.

The file names what was sent and to where. Whoever deletes the evidence from a device deletes it,
too.
"""

import hmac
import json
import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from gaptracker.client.errors import FileProblem

SENT_FILE = ".gaptracker-sent.json"
VERSION = 1
SECRET_BYTES = 32
KEY_DIGITS = 40
OWNER_ONLY = 0o600

# `Any` because it is JSON; `_read` checks what it relies on.
Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class SentFile:
    """One file of the folder, and how far its sending has come.

    Attributes:
        key: The idempotency key, written down before it is used.
        digest: Keyed hash of what was sent; another one means that the file was changed since.
        client_ref: Under which it is known, also when the key is forgotten after seven days.
        id: Of the submission or job, once the server has answered.
        state: Its state when it was last heard of.
        done: Whether everything that was asked for is done.
    """

    key: str
    digest: str
    client_ref: str | None = None
    id: str | None = None
    state: str | None = None
    done: bool = False


class SentLog:
    """The file in one folder, for one server."""

    def __init__(self, folder: Path, server: str) -> None:
        """Open it, or begin it.

        Args:
            folder: Where the files are.
            server: The address of the server: keys for one are of no use to another.

        Raises:
            FileProblem: If it cannot be read or written.
        """
        self.path = folder / SENT_FILE
        self._server = server
        if not self.path.exists():
            self._begin()
        self._secret = bytes.fromhex(self._read()["secret"])

    def key_of(self, *parts: bytes) -> str:
        """Return the idempotency key of something to be sent: always the same for the same."""
        text = b"\n".join((b"key", self._server.encode(), *parts))
        return hmac.digest(self._secret, text, "sha256").hex()[:KEY_DIGITS]

    def digest_of(self, *parts: bytes) -> str:
        """Return a hash that tells whether a file was changed, and nothing to anybody else."""
        return hmac.digest(self._secret, b"\n".join((b"digest", *parts)), "sha256").hex()

    def find(self, name: str) -> SentFile | None:
        """Return what is known of a file; None if it was never sent to this server."""
        entry = self._here(self._read())["files"].get(name)
        if entry is None:
            return None
        try:
            return SentFile(**entry)
        except TypeError as error:
            raise self._damaged() from error

    def write_ahead(self, name: str, entry: SentFile) -> SentFile:
        """Write down what is about to be done, or was done; it is on the disk when this returns."""
        document = self._read()
        self._here(document)["files"][name] = asdict(entry)
        self._replace(document)
        return entry

    def change(self, name: str, entry: SentFile, **changes: object) -> SentFile:
        """Write down an entry with some fields changed."""
        return self.write_ahead(name, replace(entry, **changes))  # type: ignore[arg-type] # fields of the entry

    @property
    def log_key(self) -> str | None:
        """The server's log key as it was when first seen."""
        found = self._here(self._read()).get("log_key")
        return found if isinstance(found, str) else None

    def pin_log_key(self, key: str) -> None:
        """Keep the log's key, against which every later receipt is checked."""
        document = self._read()
        self._here(document)["log_key"] = key
        self._replace(document)

    def _here(self, document: Json) -> Json:
        servers: Json = document["servers"]
        here: Json = servers.setdefault(self._server, {"files": {}})
        return here

    def _begin(self) -> None:
        document = {
            "version": VERSION,
            "note": "What gaptracker sent from this folder; without it files may be sent twice.",
            "secret": secrets.token_hex(SECRET_BYTES),
            "servers": {},
        }
        written = self._written(document)
        # Whoever comes second finds the first one's file, and takes its secret.
        try:
            os.link(written, self.path)
        except FileExistsError:
            pass
        except OSError:  # a memory stick's file system knows no links
            if not self.path.exists():
                written.replace(self.path)
        written.unlink(missing_ok=True)
        _sync_folder(self.path.parent)

    def _replace(self, document: Json) -> None:
        self._written(document).replace(self.path)
        _sync_folder(self.path.parent)

    def _written(self, document: Mapping[str, object]) -> Path:
        written = self.path.with_name(f"{SENT_FILE}.{secrets.token_hex(8)}")
        descriptor = os.open(written, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(document, file, indent=1, ensure_ascii=False)
            file.flush()
            os.fsync(file.fileno())
        return written

    def _read(self) -> Json:
        try:
            document: Json = json.loads(self.path.read_text("utf-8"))
            if (
                document["version"] == VERSION
                and len(bytes.fromhex(document["secret"])) == SECRET_BYTES
                and isinstance(document["servers"], dict)
            ):
                return document
        except (ValueError, KeyError, TypeError) as error:
            raise self._damaged() from error
        raise self._damaged()

    def _damaged(self) -> FileProblem:
        return FileProblem(
            f"{self.path} is damaged, or of another version. Without it files may be sent twice: "
            "bring it back, or look at what has arrived before you move it away"
        )


def _sync_folder(folder: Path) -> None:
    """Make a folder's new names survive a power cut, where the system can."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
