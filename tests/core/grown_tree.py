"""A tree with its nodes kept in a dictionary, as a database keeps them in a table."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from gaptracker.custody.tree import Frontier, leaf_hash


@dataclass(slots=True)
class GrownTree:
    """Nodes and frontier of a log that entries were added to one by one."""

    entries: Sequence[bytes]
    nodes: dict[tuple[int, int], bytes] = field(default_factory=dict)
    frontier: Frontier = field(default_factory=Frontier)

    def __post_init__(self) -> None:
        for entry in self.entries:
            for made in self.frontier.append(leaf_hash(entry)):
                assert (made.level, made.index) not in self.nodes
                self.nodes[made.level, made.index] = made.hash

    def node(self, level: int, index: int) -> bytes:
        return self.nodes[level, index]


def numbered(count: int) -> list[bytes]:
    return [f"entry {number}".encode() for number in range(count)]
