"""A data folder with records and two releases, and the commands that lay replies beside them."""

import atexit
import json
import shutil
import tempfile
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from typer.testing import CliRunner, Result

from gaptracker.main.cli import build_app
from gaptracker.publish.frozen import load_release
from gaptracker.records.release_store import ReleaseStore
from tests.cli_world import cut, fill_database, without_last_vote

TEXT = "El Gobierno agradece la cifra.\n\nLa reforma de 2023 no figura en ella."
SIGNED = ("--who", "A. Ruiz", "--office", "Foreign ministry", "--language", "es")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Made:
    folder: Path
    older: str
    newer: str


@cache
def _made() -> _Made:
    """Cut two releases and fill a database, in a folder that goes with the process."""
    folder = Path(tempfile.mkdtemp(prefix="gaptracker-annotated-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    older = cut(folder, evidence=without_last_vote()).entry.id
    newer = cut(folder).entry.id
    fill_database(folder)
    return _Made(folder=folder, older=older, newer=newer)


@dataclass(slots=True, kw_only=True)
class Annotated:
    """A data folder, and what is typed in it."""

    folder: Path
    database_url: str = ""
    older: str = field(init=False)
    newer: str = field(init=False)

    def __post_init__(self) -> None:
        """Take a copy of the releases and the database, which are made once in a process."""
        made = _made()
        shutil.copytree(made.folder, self.folder, dirs_exist_ok=True)
        self.older, self.newer = made.older, made.newer
        (self.folder / "letter.txt").write_text(TEXT, encoding="utf-8")

    @property
    def letter(self) -> str:
        """A file with the text of a reply."""
        return str(self.folder / "letter.txt")

    @property
    def store(self) -> ReleaseStore:
        """The release store."""
        return ReleaseStore((self.folder / "releases").as_posix())

    def pair(self, actor: str = "MEX") -> str:
        """The id of a pair of an actor."""
        return str(load_release(self.store).pairs_of(actor).rows()[0].id)

    def type(self, *words: str) -> Result:
        """Type a command."""
        environment = {"GAPTRACKER_DATA_DIR": str(self.folder), "COLUMNS": "80"}
        if self.database_url:
            environment["GAPTRACKER_DATABASE_URL"] = self.database_url
        return CliRunner(env=environment).invoke(build_app(), list(words))

    def typed(self, *words: str) -> str:
        """Type a command that has to succeed; return the data that it writes."""
        result = self.type(*words)
        assert result.exit_code == 0, result.output
        return result.stdout

    def reply(self, *more: str, actor: str = "MEX") -> str:
        """Add a reply; return its id."""
        return self.typed("reply", "add", actor, "--file", self.letter, *SIGNED, *more).strip()

    def erratum(self, *more: str, release: str | None = None) -> str:
        """Publish an erratum; return its id."""
        words = ("--said", "No vote.", "--right", "A vote.", "--because", "A row was lost.")
        found = self.typed("correction", "add", "--release", release or self.newer, *words, *more)
        return found.strip()

    def replies(self) -> Any:  # noqa: ANN401  JSON
        """The replies on record."""
        return json.loads(self.typed("reply", "list", "--format", "json"))

    def beside(self) -> Any:  # noqa: ANN401  JSON
        """The document that lies beside the releases."""
        head = self.store.annotations.head()
        assert head is not None
        return json.loads(self.store.annotations.read(head.sha256))
