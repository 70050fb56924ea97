"""Help texts made from docstrings, so that both say the same."""

import inspect
import re
from collections.abc import Callable

EXAMPLES = "Examples:"
# Sections of a docstring that speak to programmers.
NOT_FOR_HELP = ("Args:", "Returns:", "Raises:", "References:")


def help_of(command: Callable[..., object]) -> str:
    r"""Return a command's docstring as Typer's help: paragraphs unbroken, examples as they are.

    Args:
        command: A function with a docstring in which a section `Examples:` shows commands.

    Examples:
        >>> def greet() -> None:
        ...     '''Greet somebody.
        ...
        ...     At length, or
        ...     briefly.
        ...
        ...     Examples:
        ...         gaptracker greet
        ...     '''
        >>> print(help_of(greet))
        Greet somebody.
        <BLANKLINE>
        At length, or briefly.
        <BLANKLINE>
        [bold]Examples[/bold]
        <BLANKLINE>
        gaptracker greet
    """
    paragraphs = re.split(r"\n\s*\n", inspect.getdoc(command) or "")
    told = []
    for paragraph in paragraphs:
        if paragraph.startswith(NOT_FOR_HELP):
            continue
        if paragraph.startswith(EXAMPLES):
            commands = [line.strip() for line in paragraph.splitlines()[1:]]
            told += ["[bold]Examples[/bold]", *commands]
        else:
            told.append(" ".join(paragraph.split()))
    return "\n\n".join(told)
