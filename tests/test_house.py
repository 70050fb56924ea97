"""The rules of the house that no linter knows: layout, size, words and what may not be written."""

import ast
import importlib.metadata
import re
import socket
import subprocess
import sys
import tomllib
from itertools import chain
from pathlib import Path

import pytest
import pytest_socket
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from sqlalchemy import create_engine, text

import gaptracker

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "gaptracker"

MOST_LINES = 400
SHAPELESS_NAMES = {"utils", "util", "helpers", "helper", "common", "misc", "manager"}

# Split so that this file does not hold what it forbids.
INDEX_HOSTS = tuple(
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("files", "pythonhosted", "org"),
        ("registry", "npmjs", "org"),
        ("deb", "debian", "org"),
    )
)
INDEX_OPTIONS = tuple(f"--{name}" for name in ("index-url", "extra-index-url", "find-links"))
# A path that begins at the root of one person's or one robot's machine.
MACHINE_PATH = re.compile(r"(?<![\w.~-])/(?:work|farm|root|home|Users)/")
LOCKED = re.compile(r"^(?P<name>[\w.-]+)(?:\[[\w,-]+\])?==(?P<version>[\w.+!-]+)")


def tracked_files() -> list[Path]:
    """Every file that is, or on the next `git add` would be, in the repository."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    return [path for name in listing.split("\0") if name and (path := ROOT / name).is_file()]


def python_files() -> list[Path]:
    return [path for path in tracked_files() if path.suffix == ".py"]


def text_of(path: Path) -> str | None:
    """A file's text, or None for one that is not text."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return None


def imported_modules(path: Path) -> set[str]:
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    plain = chain.from_iterable(
        (alias.name for alias in node.names) for node in nodes if isinstance(node, ast.Import)
    )
    named = (node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module)
    return {*plain, *named}


def locked_versions(name: str) -> dict[str, set[str]]:
    """Normalised names in a lock, each with its versions (more than one where markers differ)."""
    versions: dict[str, set[str]] = {}
    for line in (ROOT / "requirements" / name).read_text(encoding="utf-8").splitlines():
        if found := LOCKED.match(line):
            versions.setdefault(canonicalize_name(found["name"]), set()).add(found["version"])
    return versions


def project_table() -> dict[str, object]:
    table: dict[str, object] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))[
        "project"
    ]
    return table


def test_no_python_file_is_longer_than_a_reader_can_hold() -> None:
    lengths = {
        path.relative_to(ROOT).as_posix(): len(path.read_text(encoding="utf-8").splitlines())
        for path in python_files()
    }
    too_long = {
        name: lines
        for name, lines in lengths.items()
        if lines > MOST_LINES and not name.startswith("migrations/versions/")
    }
    assert not too_long, "split these where a second reason to change begins"


def test_no_module_has_a_name_that_says_nothing() -> None:
    parts = {
        part for path in python_files() for part in path.relative_to(ROOT).with_suffix("").parts
    }
    assert not parts & SHAPELESS_NAMES


def test_every_package_under_src_is_declared() -> None:
    folders = {path.parent for path in PACKAGE.rglob("*.py")}
    assert not [folder for folder in folders if not (folder / "__init__.py").is_file()]


def test_no_file_names_a_package_index_or_a_path_of_one_machine() -> None:
    found = []
    for path in tracked_files():
        for number, line in enumerate((text_of(path) or "").splitlines(), start=1):
            if any(word in line for word in (*INDEX_HOSTS, *INDEX_OPTIONS)):
                found.append(f"{path.relative_to(ROOT)}:{number}: names a package index")
            if MACHINE_PATH.search(line):
                found.append(f"{path.relative_to(ROOT)}:{number}: a path of one machine")
    assert not found


def test_nothing_is_left_unfinished_in_the_package() -> None:
    marks = re.compile(r"\b(?:TODO|FIXME|XXX|NotImplementedError)\b")
    assert not [
        f"{path.relative_to(ROOT)}:{number}"
        for path in PACKAGE.rglob("*.py")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if marks.search(line)
    ]


def test_the_ban_on_the_clock_has_no_exceptions_outside_main() -> None:
    exception = re.compile(r"noqa:.*\b(?:TID251|DTZ\d+)")
    assert not [
        path.relative_to(ROOT).as_posix()
        for path in PACKAGE.rglob("*.py")
        if PACKAGE / "main" not in path.parents and exception.search(path.read_text("utf-8"))
    ]


def test_the_domain_knows_the_standard_library_only() -> None:
    allowed = sys.stdlib_module_names
    foreign = {
        f"{path.name} imports {module}"
        for path in (PACKAGE / "domain").rglob("*.py")
        for module in imported_modules(path)
        if module.split(".")[0] not in allowed and not module.startswith("gaptracker.domain")
    }
    assert not foreign


@pytest.mark.parametrize("name", ["run.txt", "extras.txt", "dev.txt", "mutation.txt"])
def test_locks_hold_hashes_and_no_address(name: str) -> None:
    lock = (ROOT / "requirements" / name).read_text(encoding="utf-8")
    entries = re.split(r"\n(?=[\w])", lock.strip())
    assert "://" not in lock
    assert all(LOCKED.match(entry) and "--hash=sha256:" in entry for entry in entries)


def test_run_lock_satisfies_every_declared_dependency() -> None:
    locked = locked_versions("run.txt")
    declared = project_table()["dependencies"]
    assert isinstance(declared, list)
    for requirement in map(Requirement, declared):
        versions = locked[canonicalize_name(requirement.name)]
        assert all(requirement.specifier.contains(version) for version in versions), requirement


def test_the_lock_pins_the_extras_that_packages_ask_of_each_other() -> None:
    # Without them pip looks for `coverage[toml]` beyond the pin `coverage==…`, finds a newer
    # release and refuses it for want of a hash: from that day no environment could be made.
    lock = (ROOT / "requirements" / "dev.txt").read_text(encoding="utf-8")
    pinned = {
        canonicalize_name(found["name"]): set(filter(None, (found["extras"] or "").split(",")))
        for found in re.finditer(r"^(?P<name>[\w.-]+)(?:\[(?P<extras>[\w,-]+)\])?==", lock, re.M)
    }
    installed = {canonicalize_name(each.name): each for each in importlib.metadata.distributions()}
    asked = [
        (name, requirement)
        for name in pinned.keys() & installed.keys()
        for requirement in map(Requirement, installed[name].requires or ())
        if requirement.extras and (not requirement.marker or requirement.marker.evaluate())
    ]
    assert asked, "coverage[toml] at least is asked for by pytest-cov"
    assert not [
        f"{name} asks for {requirement}"
        for name, requirement in asked
        if not requirement.extras <= pinned.get(canonicalize_name(requirement.name), set())
    ]


@pytest.mark.parametrize("name", ["extras.txt", "dev.txt", "mutation.txt"])
def test_other_locks_only_add_to_the_run_lock(name: str) -> None:
    wider = locked_versions(name)
    run = locked_versions("run.txt")
    assert {package: wider.get(package) for package in run} == run


def test_version_is_the_declared_one() -> None:
    assert gaptracker.__version__ == project_table()["version"]
    assert importlib.metadata.version("gaptracker") == gaptracker.__version__


@pytest.mark.filterwarnings("ignore:A test tried to use socket")
def test_sockets_to_the_outside_are_blocked() -> None:
    # An address reserved for documentation (RFC 5737): even unblocked, nothing would answer.
    with (
        socket.socket() as outgoing,
        pytest.raises(pytest_socket.SocketConnectBlockedError),
    ):
        outgoing.connect(("192.0.2.1", 443))


def test_sockets_to_the_loopback_are_open() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname(), timeout=5).close()


def test_each_test_gets_an_empty_database_of_its_own(empty_database_url: str) -> None:
    engine = create_engine(empty_database_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE mark (id INTEGER PRIMARY KEY)"))
        assert connection.scalar(text("SELECT count(*) FROM mark")) == 0
    engine.dispose()


def test_postgres_is_recent_enough(empty_postgres_url: str) -> None:
    engine = create_engine(empty_postgres_url)
    with engine.connect() as connection:
        assert int(connection.scalar(text("SHOW server_version_num")) or 0) >= 15_00_00
    engine.dispose()
