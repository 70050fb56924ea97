"""Where text goes: data to standard output, talk and progress to standard error."""

import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import chain

from rich.cells import cell_len
from rich.console import Console, RenderableType
from rich.measure import Measurement
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

Report = Callable[[str, int, int], None]

# A step that is reported thousands of times would redraw thousands of times.
REDRAWS_PER_SECOND = 8
# Wider than any table: how much one needs is asked without a bound.
WIDEST = 10_000


def data_console() -> Console:
    """Return the console of standard output; plain text where that is no terminal."""
    return Console(file=sys.stdout, markup=False, emoji=False, highlight=False)


def talk_console() -> Console:
    """Return the console of standard error."""
    return Console(file=sys.stderr, markup=False, emoji=False, highlight=False)


def show(renderable: RenderableType) -> None:
    """Write data for people to standard output."""
    data_console().print(renderable)


def show_whole(table: Table) -> None:
    """Write a table for people to standard output, wider than the console where it has to be.

    Only the last column is broken, between words, so that every id can be copied.
    """
    console = data_console()
    for column in table.columns:
        last = column is table.columns[-1]
        texts = [str(column.header), *map(str, column.cells)]
        parts = chain.from_iterable(text.split() if last else [text] for text in texts)
        column.min_width = max(map(cell_len, parts), default=0)
    needed = Measurement.get(console, console.options.update(max_width=WIDEST), table).minimum
    console.width = max(console.width, needed)
    console.print(table, crop=False)


def write(text: str) -> None:
    """Write data for programs to standard output, byte for byte as given."""
    sys.stdout.write(text)


def talk(message: str | Text) -> None:
    """Tell the person at the keyboard something that is not data.

    On a terminal it is broken between words; in a log every message stays on its line.
    """
    console = talk_console()
    console.print(message, soft_wrap=not console.is_terminal)


def folded(text: str, *, width: int, indent: int = 0, hang: int | None = None) -> str:
    """Break a text into lines of at most a width.

    Args:
        text: One paragraph.
        width: Characters a line may have.
        indent: Spaces before the first line.
        hang: Spaces before each further line, as many as `indent` if None.

    Examples:
        >>> print(folded("R = (75 + 25) / 2 = 50", width=14, hang=4))
        R = (75 + 25)
            / 2 = 50
    """
    return textwrap.fill(
        text,
        width=width,
        initial_indent=" " * indent,
        subsequent_indent=" " * (indent if hang is None else hang),
        break_long_words=False,
        break_on_hyphens=False,
    )


@contextmanager
def progress() -> Iterator[Report]:
    """Show the progress of long work: bars on a terminal, else a line for each step begun.

    Yields:
        A function to be told of a step's name, how much is done, and of how much.
    """
    console = talk_console()
    if console.is_terminal:
        with _bars(console) as report:
            yield report
    else:
        yield _lines(console)


@contextmanager
def _bars(console: Console) -> Iterator[Report]:
    columns = (
        TextColumn("{task.description:<28}"),
        BarColumn(bar_width=24),
        TextColumn("{task.completed:>9,.0f} of {task.total:,.0f}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, refresh_per_second=REDRAWS_PER_SECOND) as bars:
        tasks = {}

        def report(step: str, done: int, total: int) -> None:
            if step not in tasks:
                tasks[step] = bars.add_task(step, total=total)
            bars.update(tasks[step], completed=done, total=total)

        yield report


def _lines(console: Console) -> Report:
    begun: set[str] = set()

    def report(step: str, done: int, total: int) -> None:
        if step not in begun and done < total:
            begun.add(step)
            console.print(Text(f"{step}: {total:,}"))

    return report


class Stopwatch:
    """Seconds since it was made, from a clock that never jumps."""

    def __init__(self) -> None:
        """Start."""
        self._started = time.monotonic()

    def __str__(self) -> str:
        """Write the time that has passed, as `3.2 s` or `2 min 5 s`."""
        seconds = time.monotonic() - self._started
        minutes, rest = divmod(seconds, 60)
        return f"{minutes:.0f} min {rest:.0f} s" if minutes else f"{seconds:.1f} s"
