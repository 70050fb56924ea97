"""Which program computes: its version, its source, and the libraries its numbers pass through."""

import hashlib
import importlib.metadata
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

import gaptracker
from gaptracker.release.inputs import Software

# A change in these may change a number or a byte of a release.
COMPUTING_PACKAGES = ("domain", "intake", "pairing", "release", "scoring")
COMPUTING_WORKFLOWS = (
    "blocks.py",
    "calibrate.py",
    "cell_inputs.py",
    "cut_release.py",
    "pair_evidence.py",
    "reuse.py",
    "score_evidence.py",
)
COMPUTING_LIBRARIES = ("msgspec", "numpy", "polars")


@cache
def describe_program() -> Software:
    """Return what this program is, so that a release can name it.

    Read once for each process: what it has imported does not change when a file does.

    The source of the computing packages is hashed, since a number can change where nobody
    remembered to raise the version; NumPy draws the random numbers and Polars writes the files.
    Python itself is named since its own sums round otherwise from one version to the next.
    """
    libraries = {name: importlib.metadata.version(name) for name in COMPUTING_LIBRARIES}
    return Software(
        version=gaptracker.__version__,
        program_sha256=_source_sha256(),
        libraries={**libraries, "python": ".".join(map(str, sys.version_info[:2]))},
    )


# What makes records of what publishers send: beside the connectors, how they are applied.
READING_WORKFLOWS = (
    "known_errors.py",
    "read_documents.py",
    "sync_changes.py",
    "sync_guards.py",
    "sync_source.py",
)
READ_SUFFIXES = (".py", ".csv", ".toml")


def reader_sha256(root: Traversable | None = None) -> str:
    """Return the SHA-256 over all that reads publishers' data, tables of names and wordings too.

    Another one reads again what arrived before. It is apart from that of `describe_program`: a new
    connector changes no release.

    Args:
        root: The package's folder; this one's if left out.
    """
    root = files(gaptracker) if root is None else root
    found = [
        *_below(root / "intake", "intake"),
        *((f"workflows/{name}", root / "workflows" / name) for name in READING_WORKFLOWS),
    ]
    return _sha256_of(found)


def _below(folder: Traversable, path: str) -> Iterator[tuple[str, Traversable]]:
    for each in folder.iterdir():
        name = f"{path}/{each.name}"
        if each.is_dir():
            yield from _below(each, name)
        elif each.name.endswith(READ_SUFFIXES):
            yield name, each


def _source_sha256() -> str:
    """Return the SHA-256 over the computing packages' source, in hexadecimal."""
    root = files(gaptracker)
    modules = [
        (f"{package}/{module.name}", module)
        for package in COMPUTING_PACKAGES
        for module in (root / package).iterdir()
        if module.name.endswith(".py")
    ]
    modules += [(f"workflows/{name}", root / "workflows" / name) for name in COMPUTING_WORKFLOWS]
    return _sha256_of(modules)


def _sha256_of(modules: Iterable[tuple[str, Traversable]]) -> str:
    digest = hashlib.sha256()
    for name, module in sorted(modules, key=lambda each: each[0]):
        # The line ends of all systems are made equal.
        source = module.read_bytes().replace(b"\r\n", b"\n")
        digest.update(f"{name} {len(source)}\n".encode())
        digest.update(source)
    return digest.hexdigest()
