"""Logging to standard error, without personal data."""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any, Literal

import structlog

# What could lead to a person who sent evidence, or open a door. Dropped by name wherever it turns
# up at the top level of an event, so that a careless call does not write it to a disk.
PERSONAL_KEYS = frozenset(
    {
        "address",
        "authorization",
        "client",
        "client_ip",
        "cookie",
        "database_url",
        "email",
        "ip",
        "key",
        "password",
        "phone",
        "remote_addr",
        "secret",
        "submitter",
        "token",
        "user_agent",
    }
)
REMOVED = "[removed]"

# Loggers whose every line holds a reader's address, a requested URL or a called host inside
# its text, where no key can be dropped.
LOGGERS_WITH_ADDRESSES = ("uvicorn.access", "httpx", "httpcore.connection", "httpcore.http11")


class NamedLogger:
    """Writes lines to standard error; `name` is of whoever tells.

    Where nothing can be written, on a full disk or into a pipe that nobody reads, the line is lost
    and the work goes on, as with the standard library's handlers.
    """

    def __init__(self, name: str = "root") -> None:
        """Take the name."""
        self.name = name

    def msg(self, line: str) -> None:
        """Write a line, at once and as a whole."""
        try:
            sys.stderr.write(line + "\n")
            sys.stderr.flush()
        except (OSError, ValueError):
            pass

    debug = info = warning = error = critical = msg


# `Any` because structlog's own processor signature asks for it.
def remove_personal_data(
    _logger: Any,  # noqa: ANN401
    _method: str,
    event: MutableMapping[str, Any],
) -> MutableMapping[str, Any]:
    """Replace the values of keys that may name a person or hold a secret.

    Examples:
        >>> remove_personal_data(None, "info", {"event": "received", "email": "a@example.org"})
        {'event': 'received', 'email': '[removed]'}
    """
    for key in event.keys() & PERSONAL_KEYS:
        event[key] = REMOVED
    return event


def configure_logs(level: str, form: Literal["console", "json"]) -> None:
    """Send structlog's events and the standard library's to standard error.

    Args:
        level: Least severe level written, a lower-case name such as `info`.
        form: `console` for people, `json` for one object a line.

    Raises:
        KeyError: If the level has no such name.
    """
    threshold = logging.getLevelNamesMapping()[level.upper()]
    shared: list[structlog.types.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        remove_personal_data,
    ]
    renderer: structlog.types.Processor
    if form == "json":
        shared.append(structlog.processors.format_exc_info)
        renderer = structlog.processors.JSONRenderer(sort_keys=True)
    else:
        # The plain traceback: the rich one prints local variables, whatever they hold.
        renderer = structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    logging.basicConfig(handlers=[handler], level=threshold, force=True)
    # It tells at every look at the schema which database it looks at.
    logging.getLogger("alembic").setLevel(logging.WARNING)
    for name in LOGGERS_WITH_ADDRESSES:
        logging.getLogger(name).disabled = True
    # Ours are written directly: through the standard library's loggers a line takes twice the time.
    structlog.configure(
        processors=[*shared, renderer],
        logger_factory=NamedLogger,
        wrapper_class=structlog.make_filtering_bound_logger(threshold),
        # A logger kept from before would go on as it was told then, were this called once more.
        cache_logger_on_first_use=False,
    )
