"""How long a report takes to write, in how much memory, and how a browser's own printing compares.

`python -m benchmarks.report [RELEASES] [--actors 200] [--chromium PATH]`; without RELEASES, a
folder with a release in it, one of made-up figures for as many actors is written first. A quarter
of its figures are demonstrated gaps, many more than a real release has.
"""

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from gaptracker.publish.frozen import FrozenRelease, load_release
from gaptracker.publish.report.period import ReportPeriod
from gaptracker.publish.report.settings import Form, ReportSettings
from gaptracker.publish.report.write import WrittenReport, write_report
from gaptracker.records.release_store import ReleaseStore

KIBIBYTES_A_MEBIBYTE = 1024
BYTES_A_MEBIBYTE = 1024 * 1024
# What is asked for: three languages in five minutes and a gigabyte, one actor in five seconds.
MOST_SECONDS, MOST_MEBIBYTES, MOST_SECONDS_OF_ONE = 300.0, 1000.0, 5.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the global report and one actor's, and print how long each took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("releases", nargs="?")
    parser.add_argument("--actors", type=int, default=200)
    parser.add_argument("--chromium", default="chromium")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        if options.releases is None:
            place = _made_up(Path(folder) / "releases", options.actors)
            # In a process of its own, too: among our children is the one that made the release.
            again = [sys.executable, "-m", "benchmarks.report", place]
            return subprocess.run([*again, "--chromium", options.chromium], check=False).returncode
        release = load_release(ReleaseStore(options.releases))
        one = _one(release, Path(folder) / "one")
        seconds, written = _global(release, Path(folder) / "global")
        most = _mebibytes()
        print(f"peak memory, with the process that draws: {most:.0f} MiB")
        _peer(written, options.chromium, Path(folder))
    good = seconds <= MOST_SECONDS and most <= MOST_MEBIBYTES and one <= MOST_SECONDS_OF_ONE
    return 0 if good else 1


def _made_up(place: Path, actors: int) -> str:
    """Write a made-up release by another process, whose memory is not this one's."""
    code = (
        "import sys; from benchmarks.made_up_release import keep_made_up; "
        "from gaptracker.records.release_store import ReleaseStore; "
        "keep_made_up(ReleaseStore(sys.argv[1]), actors=int(sys.argv[2]))"
    )
    subprocess.run([sys.executable, "-c", code, str(place), str(actors)], check=True)
    return str(place)


def _one(release: FrozenRelease, folder: Path) -> float:
    """Write the PDF of the actor with the most graded themes; return the seconds."""
    newest = release.years[-1]
    rows = release.cells_of(year=newest).frame
    graded = rows.filter(rows["grade"] < "D")["actor"].value_counts(sort=True)
    actor = str(graded["actor"][0])
    order = ReportSettings(
        period=_period(release), actors=(actor,), languages=("en",), forms=(Form.PDF,)
    )
    started = time.perf_counter()
    write_report(release, order, folder)
    seconds = time.perf_counter() - started
    print(f"one actor ({actor}, {graded['count'][0]} themes), PDF: {seconds:.1f} s")
    return seconds


def _global(release: FrozenRelease, folder: Path) -> tuple[float, WrittenReport]:
    order = ReportSettings(period=_period(release), forms=(Form.HTML, Form.PDF))
    started = time.perf_counter()
    written = write_report(release, order, folder)
    seconds = time.perf_counter() - started
    sizes = ", ".join(
        f"{each.form} {each.language} {each.path.stat().st_size / BYTES_A_MEBIBYTE:.1f} MiB"
        for each in written.files
    )
    print(
        f"global report, {len(release.actors)} actors, HTML and PDF in three languages: "
        f"{seconds:.1f} s"
    )
    print(sizes)
    return seconds, written


def _period(release: FrozenRelease) -> ReportPeriod:
    return ReportPeriod.quarter_of(release.manifest.as_of)


def _mebibytes() -> float:
    """Return the peak of this process and that of its largest child together."""
    whose = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    kibibytes = sum(resource.getrusage(each).ru_maxrss for each in whose)
    return kibibytes / KIBIBYTES_A_MEBIBYTE


def _peer(written: WrittenReport, chromium: str, folder: Path) -> None:
    """Let Chromium print one of the pages, beside our PDF of the same model."""
    page = next(each.path for each in written.files if each.form is Form.HTML)
    target = folder / "printed.pdf"
    command = [chromium, "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer"]
    started = time.perf_counter()
    try:
        subprocess.run(
            [*command, f"--print-to-pdf={target}", page.as_uri()], check=True, capture_output=True
        )
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"Chromium did not print it: {error}")
        return
    seconds = time.perf_counter() - started
    size = target.stat().st_size / BYTES_A_MEBIBYTE
    print(f"Chromium prints one of the pages in {seconds:.1f} s, {size:.1f} MiB")


if __name__ == "__main__":
    sys.exit(main())
