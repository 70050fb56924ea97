"""A pack tells an assessed actor all that will be said of it, and its form is one we take."""

import csv
import io
import os
import signal
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from gaptracker.publish.frozen import load_release
from gaptracker.publish.pack.contents import PackOrder, build_pack
from gaptracker.publish.pack.write import pack_files, write_pack
from tests.annotation_world import Annotated
from tests.api_world import open_store
from tests.pages_world import LANGUAGES, open_hostile

FILES = ["cells.csv", "pack.html", "pack.md", "pairs.csv", "reply.toml"]
WINDOW = ("--from", "2026-12-01", "--window-days", "45")


@pytest.fixture
def world(tmp_path: Path) -> Annotated:
    return Annotated(folder=tmp_path)


def order(language: str = "en", actor: str = "MEX") -> PackOrder:
    return PackOrder(actor=actor, language=language, first=date(2026, 12, 1), days=30)


def test_a_pack_is_a_folder_of_five_files_and_the_same_twice(world: Annotated) -> None:
    for name in ("one", "two"):
        out = str(world.folder / name)
        told = world.typed("report", "pack", "mex", "--lang", "es", *WINDOW, "--out", out)
        assert [Path(line).name for line in told.split()] == FILES
    for name in FILES:
        first = (world.folder / "one" / name).read_bytes()
        assert first == (world.folder / "two" / name).read_bytes()
    text = (world.folder / "one" / "pack.md").read_text(encoding="utf-8")
    assert "del 1 de diciembre de 2026 al 14 de enero de 2027 (45 días)" in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_holds_every_pair_with_both_sources_and_every_cell(
    world: Annotated, language: str
) -> None:
    release = load_release(world.store)
    files = pack_files(release, order(language))
    page, text = files["pack.html"].decode(), files["pack.md"].decode()
    pairs = release.pairs_of("MEX").rows()
    assert pairs
    for pair in pairs:
        assert pair.id in page
        assert f"`{pair.id}`" in text
        statement = release.statements.get(pair.statement)
        assert statement is not None
        assert release.sources[statement.source].title in page
    assert "<script" not in page
    assert "http-equiv" not in page
    assert 'rel="stylesheet"' not in page, "the style is inside"
    rows = list(csv.DictReader(io.StringIO(files["cells.csv"].decode(), newline="")))
    assert len(rows) == len(release.cells_of("MEX"))
    assert len(list(csv.reader(io.StringIO(files["pairs.csv"].decode())))) == len(pairs) + 1


def test_every_figure_and_verdict_is_the_release_s(world: Annotated) -> None:
    release = load_release(world.store)
    pack = build_pack(release, order())
    graded = {
        f"{cell.theme}/{cell.year}": cell
        for cell in release.cells_of("MEX").rows()
        if cell.grade.value != "D"
    }
    assert pack.cells
    for told in pack.cells:
        cell = graded[told.name]
        assert cell.gap is not None
        assert f"{cell.gap:+.0f}".replace("-", "\N{MINUS SIGN}") in told.sentence
        newer = [name for name in graded if name.startswith(f"{cell.theme}/") and name > told.name]
        assert not newer


def test_the_form_once_filled_in_is_a_reply_that_we_take(world: Annotated) -> None:
    out = world.folder / "pack"
    world.typed("report", "pack", "MEX", "--lang", "pt", *WINDOW, "--out", str(out))
    form = out / "reply.toml"
    refused = world.type("reply", "add", "MEX", "--file", str(form))
    assert refused.exit_code == 4
    assert "4 problems found" in refused.stderr, "who, office, language and text are to be filled"

    filled = form.read_text(encoding="utf-8")
    for empty, given in (
        ('who = ""', 'who = "A. Ruiz"'),
        ('office = ""', 'office = "Foreign ministry"'),
        ('language = ""', 'language = "pt"'),
        ("text = '''\n", "text = '''\nA resposta.\n"),
        ("cells = []\n", 'cells = [{theme = "death_penalty", year = 2022}]\n'),
    ):
        assert filled.count(empty) == 1
        filled = filled.replace(empty, given)
    form.write_text(filled, encoding="utf-8")
    world.typed("reply", "add", "MEX", "--file", str(form))

    (kept,) = world.beside()["replies"]
    assert kept["reply"]["text"] == "A resposta.\n"
    assert kept["reply"]["release"] == world.newer
    assert kept["reply"]["cells"] == [{"actor": "MEX", "theme": "death_penalty", "year": 2022}]


def test_an_actor_of_whom_nothing_is_known_is_told_so(world: Annotated) -> None:
    files = pack_files(load_release(world.store), order(actor="UNODC"))
    text = files["pack.md"].decode()
    assert "No figure: too little of this actor is on record here." in text
    assert "No pair of words and deeds is on record here." in text
    assert files["pairs.csv"].count(b"\r\n") == 1


@pytest.mark.hostile(id="pack-bad-order")
@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("MXE",), 3, "did you mean MEX"),
        (("MEX", "--release", "2020-01-01-00000000"), 3, "No release is called"),
        (("MEX", "--from", "tomorrow"), 2, "is no day"),
        (("MEX", "--window-days", "0"), 2, "--window-days"),
        (("MEX", "--lang", "fr"), 2, "--lang"),
    ],
)
def test_an_order_that_cannot_be_is_refused_and_nothing_written(
    world: Annotated, words: tuple[str, ...], code: int, told: str
) -> None:
    out = world.folder / "pack"
    result = world.type("report", "pack", *words, "--out", str(out))
    assert result.exit_code == code, result.output
    assert told in result.stderr
    assert not out.exists()


@pytest.mark.hostile(id="pack-folder-in-use")
def test_a_folder_that_holds_something_is_left_alone(world: Annotated) -> None:
    kept = world.folder / "pack" / "letter.txt"
    kept.parent.mkdir()
    kept.write_text("mine", encoding="utf-8")
    result = world.type("report", "pack", "MEX", "--out", str(kept.parent))
    assert result.exit_code == 4
    assert kept.read_text(encoding="utf-8") == "mine"
    assert list(kept.parent.iterdir()) == [kept]


@pytest.mark.hostile(id="pack-hostile-texts")
@pytest.mark.parametrize("language", LANGUAGES)
def test_hostile_names_and_texts_stay_texts(tmp_path: Path, language: str) -> None:
    world = open_hostile(tmp_path)
    files = pack_files(load_release(open_store(world.folder)), order(language))
    page, text = files["pack.html"].decode(), files["pack.md"].decode()
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "javascript:" not in page
    assert "<" not in text.replace("\\<", "").replace("](<http", ""), "no HTML in Markdown"
    assert not [line for line in text.split("\n") if line.count("\u202e") != line.count("\u202c")]


# Loads a release and then writes a pack, while no file may become larger than it is told.
WRITING = """
import resource, signal, sys
from datetime import date
from pathlib import Path
from gaptracker.publish.frozen import load_release
from gaptracker.publish.pack.contents import PackOrder
from gaptracker.publish.pack.write import write_pack
from gaptracker.records.release_store import ReleaseStore

release = load_release(ReleaseStore(sys.argv[1]))
order = PackOrder(actor="MEX", language="en", first=date(2026, 12, 1), days=30)
signal.signal(signal.SIGXFSZ, signal.Handlers[sys.argv[4]])
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]), int(sys.argv[3])))
write_pack(release, order, Path(sys.argv[2]))
"""


@pytest.mark.hostile(id="pack-cut-short")
@pytest.mark.parametrize("killed", [True, False], ids=["killed", "no-more-room"])
def test_what_ends_in_the_middle_of_a_file_leaves_no_pack(world: Annotated, killed: bool) -> None:
    release = load_release(world.store)
    files = pack_files(release, order())
    out = world.folder / "packs" / "MEX"
    # Every file but the largest can be written; in the middle of that one it ends.
    most = max(map(len, files.values())) - 1
    result = subprocess.run(
        [
            *(sys.executable, "-c", WRITING, world.store.url, str(out), str(most)),
            "SIG_DFL" if killed else "SIG_IGN",
        ],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == (-signal.SIGXFSZ if killed else 1), result.stderr
    assert killed or "File too large" in result.stderr
    assert out.parent.exists(), "it had begun to write"
    assert not out.exists()
    write_pack(release, order(), out)
    assert {each.name: each.read_bytes() for each in out.iterdir()} == files
