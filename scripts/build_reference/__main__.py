"""Command line: `python -m scripts.build_reference RAW_FOLDER [--out DIR]`."""

import argparse
import sys
from pathlib import Path

from scripts.build_reference.pipeline import build_reference
from scripts.build_reference.problems import BuildStoppedError

DEFAULT_OUT = Path(__file__).parents[2] / "src" / "gaptracker" / "reference"


def main(arguments: list[str] | None = None) -> int:
    """Build the reference folder; return 0, or 1 if the raw files stopped the build."""
    parser = argparse.ArgumentParser(prog="python -m scripts.build_reference", description=__doc__)
    parser.add_argument("raw", type=Path, help="the folder that holds practice/ and rhetoric/")
    parser.add_argument("--out", type=Path, default=DEFAULT_OUT, help="where to write")
    options = parser.parse_args(arguments)
    try:
        counts = build_reference(options.raw, options.out)
    except BuildStoppedError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    for name, count in counts.items():
        sys.stdout.write(f"{name:24} {count:>7} rows\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
