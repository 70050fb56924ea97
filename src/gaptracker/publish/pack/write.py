"""A pack as a folder: whole, or not there."""

from pathlib import Path

from markupsafe import Markup

from gaptracker.publish.api.formats import write_csv as write_rows
from gaptracker.publish.api.pair_rows import build_pairs
from gaptracker.publish.api.schemas_pairs import Pair
from gaptracker.publish.frozen import FrozenRelease
from gaptracker.publish.pack.contents import PART, Pack, PackOrder, build_pack
from gaptracker.publish.pack.form import write_form
from gaptracker.publish.pack.markdown import write_markdown
from gaptracker.publish.pages.rendering import render
from gaptracker.publish.pages.static_files import static_file
from gaptracker.publish.pages.words import PART as PAGES
from gaptracker.publish.texts import texts_of
from gaptracker.records.whole_files import require_free, whole_folder
from gaptracker.release.csv_text import write_csv


def write_pack(release: FrozenRelease, order: PackOrder, folder: Path) -> tuple[Path, ...]:
    """Write a pack into a new folder; the same release and order give the same bytes.

    Args:
        release: The release that is to be published.
        order: Whose pack, in which language, for which window.
        folder: Where to write; it must not exist yet, or be empty.

    Returns:
        The files written, sorted by name.

    Raises:
        InvalidValue: If the folder holds something.
        UnknownName: If the release knows no such actor.
    """
    require_free(folder)
    files = pack_files(release, order)
    with whole_folder(folder) as complete:
        for name, content in files.items():
            (complete / name).write_bytes(content)
    return tuple(folder / name for name in sorted(files))


def pack_files(release: FrozenRelease, order: PackOrder) -> dict[str, bytes]:
    """Return the files of a pack by their names.

    Raises:
        UnknownName: If the release knows no such actor.
    """
    pack = build_pack(release, order)
    pairs = build_pairs(pack.view, release.pairs_of(order.actor).frame)
    return {
        "pack.html": _html(pack),
        "pack.md": write_markdown(pack),
        "cells.csv": write_csv(release.cells_of(order.actor).frame),
        "pairs.csv": write_rows(Pair, pairs),
        "reply.toml": write_form(pack),
    }


def _html(pack: Pack) -> bytes:
    language = pack.order.language
    return render(
        "pack.html",
        language,
        part=PART,
        pack=pack,
        page_say=texts_of(PAGES, language).say,
        # The style of our own pages: it names no other file, and no `<` stands in it.
        style=Markup(static_file("style.css").content.decode("utf-8")),  # noqa: S704
    )
