"""Reads a methodology folder: everything is checked, then everything is built, or nothing."""

import hashlib
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from gaptracker.domain.errors import MethodologyError, UnknownName
from gaptracker.domain.methodology import Methodology
from gaptracker.intake import methodology_values as values
from gaptracker.intake.methodology_checks import (
    CODEBOOK,
    INDICATORS,
    NUMBERS,
    REFERENCES,
    THEMES,
    Draft,
    cross_problems,
)
from gaptracker.intake.methodology_choices import choice_rules
from gaptracker.intake.methodology_numbers import NumbersFile
from gaptracker.intake.methodology_problems import problem, shape_problems
from gaptracker.intake.methodology_shapes import (
    CodebookFile,
    IndicatorsFile,
    ReferencesFile,
    Shape,
    ThemeFile,
)

EXPECTED = (CODEBOOK, INDICATORS, NUMBERS, REFERENCES)
SUFFIX = ".toml"

ShapeT = TypeVar("ShapeT", bound=Shape)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Folder:
    """A folder's bytes by name, and what was found wrong with the folder itself."""

    contents: Mapping[str, bytes]
    problems: tuple[str, ...]


def load_methodology(folder: Traversable | Path) -> Methodology:
    """Read, check and build the methodology in a folder.

    Args:
        folder: Holds `methodology.toml`, `indicators.toml`, `codebook.toml`,
            `references.toml` and one file a theme under `themes/`.

    Returns:
        The methodology; its `sha256` is over the names and bytes of all files, in order of
        their names.

    Raises:
        MethodologyError: If anything is wrong. It lists every problem found, each with file
            and key, what came, what was expected and what to do.
    """
    read = _read_folder(folder)
    problems = list(read.problems)
    draft = _parse(read.contents, problems)
    problems.extend(cross_problems(draft))
    if (
        problems
        or draft.numbers is None
        or draft.indicators is None
        or draft.references is None
        or draft.codebook is None
    ):
        raise MethodologyError(f"methodology {folder.name}", problems)
    numbers = draft.numbers
    themes = sorted(draft.themes.values(), key=lambda theme: theme.order)
    return Methodology(
        version=numbers.version,
        published_on=numbers.published_on,
        title=numbers.title,
        sha256=content_sha256(read.contents),
        themes={theme.id: values.theme_value(theme) for theme in themes},
        indicators={
            shape.id: values.indicator_value(shape) for shape in draft.indicators.indicator
        },
        codebook=values.codebook_value(draft.codebook),
        references={
            shape.key: values.reference_value(shape) for shape in draft.references.reference
        },
        words=values.word_factors(numbers),
        deeds=values.deed_factors(numbers),
        lag_months=values.lag_months(numbers),
        draws=values.draw_settings(numbers),
        grades=values.grade_rules(numbers),
        machine_ceiling=numbers.grades.machine_ceiling,
        labels=values.label_rule(numbers),
        eu_statement_share=numbers.supranational.eu_statement_share,
        federations=values.federation_rule(numbers),
        alliances=values.alliance_rule(numbers),
        choices=choice_rules(numbers.choices),
    )


def shipped_versions() -> tuple[str, ...]:
    """Return the versions that travel inside the package, oldest first."""
    folders = (entry.name for entry in _shipped_root().iterdir() if entry.is_dir())
    versions = [name for name in folders if name.replace(".", "").isdigit()]
    return tuple(sorted(versions, key=lambda name: [int(part) for part in name.split(".")]))


def shipped_methodology(version: str) -> Methodology:
    """Read a methodology that travels inside the package.

    Raises:
        UnknownName: If the package holds no such version.
        MethodologyError: If its files are wrong, or name another version than their folder.
    """
    versions = shipped_versions()
    if version not in versions:
        raise UnknownName("methodology", version, versions)
    # Folders of packages are paths, which have a hash.
    methodology = _shipped(_shipped_root() / version)  # type: ignore[arg-type]
    if methodology.version != version:
        came = f"came {methodology.version!r} in the folder of {version!r}"
        raise MethodologyError(
            f"methodology {version}",
            [problem(NUMBERS, "version", came, "expected the folder's name: correct either")],
        )
    return methodology


@cache
def _shipped(folder: Traversable | Path) -> Methodology:
    """Read a folder once; what a package holds does not change while its program runs."""
    return load_methodology(folder)


def content_sha256(contents: Mapping[str, bytes]) -> str:
    """Return one hash over files: names and bytes, in order of the names.

    Each name and content is preceded by its length, so that no two folders run together
    to the same bytes.

    Examples:
        >>> content_sha256({"a": b"bc"}) == content_sha256({"ab": b"c"})
        False
    """
    digest = hashlib.sha256()
    for name in sorted(contents):
        for part in (name.encode(), contents[name]):
            digest.update(len(part).to_bytes(8, "big"))
            digest.update(part)
    return digest.hexdigest()


def _shipped_root() -> Traversable:
    return files("gaptracker") / "methodology"


def _read_folder(folder: Traversable | Path) -> _Folder:
    """Read every file of a folder, and say which are missing or have no place there."""
    if not folder.is_dir():
        advice = f"expected a folder with {', '.join(EXPECTED)} and {THEMES}/: check the path"
        raise MethodologyError(
            f"methodology {folder.name}",
            [problem(folder.name, "the folder", "there is no such folder", advice)],
        )
    found = dict(_entries(folder))
    problems = [
        problem(name, "the file", "it has no place here", "remove it or correct its name")
        for name in sorted(found)
        if name not in EXPECTED and not _names_a_theme(name)
    ]
    problems += [
        problem(name, "the file", "it is missing", "add it")
        for name in EXPECTED
        if name not in found
    ]
    if not any(_names_a_theme(name) for name in found):
        problems.append(
            problem(f"{THEMES}/", "the folder", "it holds no theme", "add one file each")
        )
    return _Folder(
        contents={name: entry.read_bytes() for name, entry in sorted(found.items())},
        problems=tuple(problems),
    )


def _entries(folder: Traversable | Path) -> Iterator[tuple[str, Traversable]]:
    """Yield the files of a folder and of its folders by relative name, hidden ones left out."""
    for entry in folder.iterdir():
        if entry.name.startswith("."):
            continue
        if entry.is_dir():
            for inner in entry.iterdir():
                if not inner.is_dir() and not inner.name.startswith("."):
                    yield f"{entry.name}/{inner.name}", inner
        else:
            yield entry.name, entry


def _names_a_theme(name: str) -> bool:
    return name.startswith(f"{THEMES}/") and name.endswith(SUFFIX)


def _parse(contents: Mapping[str, bytes], problems: list[str]) -> Draft:
    """Read each file into its shape; what cannot be read is added to `problems`."""
    stems = {
        name: name.removeprefix(f"{THEMES}/").removesuffix(SUFFIX)
        for name in contents
        if _names_a_theme(name)
    }
    themes = {}
    for name, stem in stems.items():
        theme = _shaped(contents, name, ThemeFile, problems)
        if theme is not None:
            themes[stem] = theme
    return Draft(
        theme_ids=frozenset(stems.values()),
        themes=themes,
        numbers=_shaped(contents, NUMBERS, NumbersFile, problems),
        indicators=_shaped(contents, INDICATORS, IndicatorsFile, problems),
        references=_shaped(contents, REFERENCES, ReferencesFile, problems),
        codebook=_shaped(contents, CODEBOOK, CodebookFile, problems),
    )


def _shaped(
    contents: Mapping[str, bytes], name: str, shape: type[ShapeT], problems: list[str]
) -> ShapeT | None:
    """Return one file in its shape, or None after saying what is wrong with it."""
    if name not in contents:
        return None
    content: dict[str, object] = {}
    try:
        content = tomllib.loads(contents[name].decode("utf-8"))
        return shape.model_validate(content)
    except UnicodeDecodeError as error:
        came = f"byte {error.start} is not UTF-8"
        problems.append(problem(name, "the whole file", came, "expected UTF-8: save it anew"))
    except tomllib.TOMLDecodeError as error:
        problems.append(
            problem(name, "the whole file", f"it is not TOML ({error})", "mend it there")
        )
    except ValidationError as error:
        problems.extend(shape_problems(name, content, error))
    return None
