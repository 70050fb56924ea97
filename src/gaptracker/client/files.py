"""Files to send: read once for their digest, streamed from disk whenever they are sent."""

import base64
import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from gaptracker.client.errors import FileProblem

CHUNK_BYTES = 64 * 1024
MEDIA_TYPES = {
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".webp": "image/webp",
    ".txt": "text/plain",
    ".csv": "text/csv",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".warc": "application/warc",
    ".gz": "application/gzip",
}
EXPECTED = "attachments_expected"
UNSAFE_IN_NAME = re.compile(r"[^A-Za-z0-9._ -]")

# `Any` because a submission is JSON of every shape; the server checks it.
Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingFile:
    """A file with what its bytes are."""

    path: Path
    media_type: str
    size: int
    sha256: str

    @classmethod
    def read(cls, path: Path) -> "OutgoingFile":
        """Measure and hash a file.

        Raises:
            FileProblem: If it cannot be read, is empty, or has an ending that is not taken.
        """
        media_type = MEDIA_TYPES.get(path.suffix.lower())
        if media_type is None:
            taken = " ".join(sorted(MEDIA_TYPES))
            raise FileProblem(f"{path.name}: its ending is not taken; expected one of {taken}")
        digest, size = hashlib.sha256(), 0
        try:
            for chunk in _chunks(path):
                digest.update(chunk)
                size += len(chunk)
        except OSError as error:
            raise FileProblem(f"{path.name}: cannot be read ({error.strerror})") from error
        if size == 0:
            raise FileProblem(f"{path.name}: is empty")
        return cls(path=path, media_type=media_type, size=size, sha256=digest.hexdigest())

    def chunks(self) -> Iterator[bytes]:
        """Give the bytes from the beginning.

        Raises:
            FileProblem: If the file has another length than when it was read.
        """
        sent = 0
        for chunk in _chunks(self.path):
            sent += len(chunk)
            if sent > self.size:
                raise self._changed()
            yield chunk
        if sent != self.size:
            raise self._changed()

    def headers(self) -> dict[str, str]:
        """Return what describes the file to the server."""
        plain = UNSAFE_IN_NAME.sub("_", self.path.name)
        digest = base64.b64encode(bytes.fromhex(self.sha256)).decode()
        return {
            "Content-Type": self.media_type,
            "Content-Length": str(self.size),
            "Content-Disposition": (
                f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(self.path.name, '')}"
            ),
            "Repr-Digest": f"sha-256=:{digest}:",
        }

    def announcement(self, ref: str) -> Json:
        """Return the entry of `attachments_expected` that announces the file."""
        return {
            "ref": ref,
            "filename": self.path.name,
            "media_type": self.media_type,
            "size": self.size,
            "sha256": self.sha256,
        }

    def _changed(self) -> FileProblem:
        return FileProblem(f"{self.path.name}: was changed while it was sent; send it again")


def announce(document: Json, paths: Iterable[Path]) -> tuple[Json, dict[str, OutgoingFile]]:
    """Return a document that announces files, and each file by its reference.

    A file whose name is announced already has to be the one that is described; any other is added
    at the end.

    Raises:
        FileProblem: If a file is not what is announced, or two have one name.
    """
    known = document.get(EXPECTED, [])
    entries: list[Json] = [dict(each) for each in known if isinstance(each, Mapping)]
    by_name = {each.get("filename"): each for each in entries}
    files: dict[str, OutgoingFile] = {}
    for path in sorted(paths):
        found = OutgoingFile.read(path)
        entry = by_name.get(path.name)
        if entry is None:
            entry = found.announcement(_free_ref(entries))
            entries.append(entry)
            by_name[path.name] = entry
        elif entry.get("ref") in files:
            raise FileProblem(f"{path.name}: two files have this name; rename one")
        _check_announced(found, entry)
        files[str(entry.get("ref"))] = found
    return ({**document, EXPECTED: entries} if entries else document), files


def _check_announced(found: OutgoingFile, entry: Json) -> None:
    said = entry.get("sha256"), entry.get("size")
    if said != (found.sha256, found.size):
        msg = (
            f"{found.path.name}: is not the file that the document announces (its SHA-256 is "
            f"{found.sha256}, its size {found.size}); correct {EXPECTED}, or bring the right file"
        )
        raise FileProblem(msg)


def _free_ref(entries: Iterable[Json]) -> str:
    taken = {each.get("ref") for each in entries}
    return next(ref for number in range(1, 1_000) if (ref := f"file{number}") not in taken)


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            yield chunk
