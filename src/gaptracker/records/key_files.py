"""Private keys in files: made once, readable by their owner alone."""

import os
from pathlib import Path

from gaptracker.custody.signed_notes import LogKey
from gaptracker.domain.errors import KeyUnreadable

OWNER_ONLY = 0o600


def log_key_of(file: Path, name: str) -> LogKey:
    """Read the log's private key, or make one where there is no file.

    Two processes that start at once end with the same key: only one of them can make the file.

    Args:
        file: Where the key is.
        name: The name under which a new one signs.

    Raises:
        KeyUnreadable: If the file holds no key, or one of another name.
    """
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        made = LogKey.generate(name)
        partial = file.with_name(f"{file.name}.{os.getpid()}.partial")
        with open(partial, "x", opener=_private) as out:
            out.write(made.encode() + "\n")
            out.flush()
            os.fsync(out.fileno())
        try:
            os.link(partial, file)
        except FileExistsError:
            pass
        finally:
            partial.unlink()
    found = LogKey.parse(file.read_text("utf-8").strip())
    if found.verifier.name != name:
        raise KeyUnreadable(
            f"the key in {file} signs as {found.verifier.name}, and GAPTRACKER_LOG_NAME is {name}; "
            "set the name that belongs to the key, or name another file"
        )
    return found


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, OWNER_ONLY)
