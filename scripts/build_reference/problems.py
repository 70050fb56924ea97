"""What stops a build: every fault found, each with its place."""

from dataclasses import dataclass, field


class BuildStoppedError(Exception):
    """Raised when the raw files hold something that cannot be right; nothing was written."""

    def __init__(self, problems: list[str]) -> None:
        """List all problems, so that one reading mends them all."""
        self.problems = tuple(problems)
        lines = "\n".join(f"  - {problem}" for problem in problems)
        super().__init__(f"{len(problems)} problem(s) found; nothing was written\n{lines}")


@dataclass(slots=True)
class Problems:
    """Collects faults until a stage ends."""

    found: list[str] = field(default_factory=list)

    def add(self, where: str, came: object, expected: str) -> None:
        """Note what came, where, and what was expected."""
        self.found.append(f"{where}: {came!r} came, expected {expected}")

    def stop_if_any(self) -> None:
        """Raise if anything was noted."""
        if self.found:
            raise BuildStoppedError(self.found)
