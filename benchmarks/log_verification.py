"""Times how fast a whole log is verified, beside pymerkle building the same tree.

`database` is what `gaptracker log verify` does: read every entry and node of an SQLite file in
pieces, hash anew, compare, and check the head. `verification` computes the same with the entries in
memory: the leaf hash of every entry, every complete node one by one, the root, and the signature of
the checkpoint that names it. Entries are made up, as long as real ones. `root alone` is the same
without nodes: leaf hashes and root at once. pymerkle (GPL; a development dependency, and only
measured where it is there) appends the same entries to its tree in memory and gives its root, which
must be ours.

All take turns in one process and on one core. Seconds are wall seconds; the rates judged are those
of the slowest rounds. Run `python -m benchmarks.log_verification --help`.
"""

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from importlib.util import find_spec
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

from sqlalchemy import Engine

from gaptracker.custody.checkpoints import sign_checkpoint, verify_checkpoint
from gaptracker.custody.log_entries import EntryKind, LogEntry, LogRole, entry_bytes
from gaptracker.custody.signed_notes import LogKey, VerifierKey
from gaptracker.custody.tree import Frontier, leaf_hash, root_of
from gaptracker.records.database import make_engine
from gaptracker.records.unit_of_work import UnitOfWork
from gaptracker.workflows.migrate_database import migrate_database
from gaptracker.workflows.verify_log import verify_log

LEAST_RATE = 100_000
FIRST_DAY = date(2026, 1, 1)
ENTRIES_A_DAY = 1_000

Run = Callable[[], bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Entries per second of each program, a round each."""

    entries: int
    rates: dict[str, list[float]]

    @property
    def passed(self) -> bool:
        """Whether the slowest round reached the target."""
        return min(*self.rates["verification"], *self.rates["database"]) >= LEAST_RATE

    @property
    def database_share(self) -> float:
        """How fast the database path is beside the computing alone, by medians."""
        return median(self.rates["database"]) / median(self.rates["verification"])

    @property
    def ratio(self) -> float | None:
        """How many times as fast as pymerkle, by medians; None where it is not installed."""
        peer = self.rates.get("pymerkle")
        return median(self.rates["verification"]) / median(peer) if peer else None


def made_up_entries(count: int) -> list[bytes]:
    """Return entries as the log holds them; the same ones on every run."""
    kinds, roles = tuple(EntryKind), tuple(LogRole)
    return [
        entry_bytes(
            LogEntry(
                kind=kinds[number % len(kinds)],
                object=f"sub_{number // 7:026d}",
                day=FIRST_DAY + timedelta(days=number // ENTRIES_A_DAY),
                actor_role=roles[number % len(roles)],
                commitment=sha256(str(number).encode()).hexdigest(),
            )
        )
        for number in range(count)
    ]


def verify(entries: Sequence[bytes], checkpoint: str, verifier: VerifierKey) -> bytes:
    """Verify a log against a checkpoint, and return its root."""
    frontier = Frontier()
    for entry in entries:
        frontier.append(leaf_hash(entry))
    signed = verify_checkpoint(checkpoint, verifier)
    if (signed.size, signed.root) != (frontier.size, frontier.root()):
        raise AssertionError("the log is not the one that was signed")
    return signed.root


def fill(engine: Engine, entries: Sequence[bytes]) -> None:
    """Put a log of these entries into a database, as it would have grown there."""
    frontier, leaves, nodes = Frontier(), [], []
    for position, entry in enumerate(entries):
        made = frontier.append(leaf_hash(entry))
        nodes += [(node.level, node.index, node.hash) for node in made]
        name = f"sub_{position // 7:026d}"
        leaves.append((position, name, entry.decode(), f"ent_{position}", made[0].hash))
    with engine.begin() as connection:
        connection.exec_driver_sql("INSERT INTO log_leaf VALUES (?, ?, ?, ?, ?)", leaves)
        connection.exec_driver_sql("INSERT INTO log_node VALUES (?, ?, ?)", nodes)
        connection.exec_driver_sql(
            "UPDATE custody_head SET log_size = ?, frontier = ?",
            (frontier.size, b"".join(frontier.hashes)),
        )


def verify_stored(engine: Engine, verifier: VerifierKey) -> bytes:
    """Verify a log in a database, and return its root."""
    with UnitOfWork(engine, read_only=True) as work:
        return verify_log(work, lambda *_: None, verifier=verifier).root


def build_peer(entries: Sequence[bytes]) -> bytes:
    """Let pymerkle build the tree, and return its root."""
    from pymerkle import InmemoryTree  # noqa: PLC0415 - it need not be there

    tree = InmemoryTree(algorithm="sha256")
    tree.append_entries(entries)
    root = tree.get_root()
    if not isinstance(root, bytes):
        raise TypeError("pymerkle's root is no longer bytes; adapt this benchmark")
    return root


def measure(count: int, rounds: int) -> Figures:
    """Measure all programs in turn, the database in a folder that is gone afterwards."""
    with TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/log.sqlite3"
        migrate_database(url)
        engine = make_engine(url)
        try:
            return _measure(count, rounds, engine)
        finally:
            engine.dispose()


def _measure(count: int, rounds: int, engine: Engine) -> Figures:
    entries = made_up_entries(count)
    fill(engine, entries)
    key = LogKey.generate("benchmark.example/log")
    root = root_of([leaf_hash(entry) for entry in entries])
    checkpoint = sign_checkpoint(count, root, key)
    runs: dict[str, Run] = {
        "database": lambda: verify_stored(engine, key.verifier),
        "verification": lambda: verify(entries, checkpoint, key.verifier),
        "root alone": lambda: root_of([leaf_hash(entry) for entry in entries]),
    }
    if find_spec("pymerkle"):
        runs["pymerkle"] = lambda: build_peer(entries)
    rates: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(rounds):
        for name, run in runs.items():
            started = perf_counter()
            found = run()
            rates[name].append(count / (perf_counter() - started))
            if found != root:
                raise AssertionError(f"{name} found another root")
    return Figures(entries=count, rates=rates)


def print_figures(figures: Figures) -> None:
    """Print the rates as a table, and the verdict."""
    print(f"{figures.entries:,} entries, entries per second")
    print(f"{'':<14} {'median':>12} {'slowest':>12} {'fastest':>12}")
    for name, rates in figures.rates.items():
        numbers = (median(rates), min(rates), max(rates))
        print(f"{name:<14} " + " ".join(f"{rate:>12,.0f}" for rate in numbers))
    print(f"the database path is {figures.database_share:.2f} times as fast as computing alone")
    if figures.ratio is None:
        print("pymerkle is not installed: no ratio")
    else:
        print(f"verification is {figures.ratio:.1f} times as fast as pymerkle")
    print(f"{'PASSED' if figures.passed else 'MISSED'}: {LEAST_RATE:,} entries/s asked")


def main() -> int:
    """Read the arguments, measure, print; return the exit status."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--entries", type=int, default=200_000, help="how long the log is")
    parser.add_argument("--rounds", type=int, default=5, help="how often each program runs")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    given = parser.parse_args()
    if given.entries < 1 or given.rounds < 1:
        parser.error("--entries and --rounds are at least 1")
    figures = measure(given.entries, given.rounds)
    if given.json:
        answer = {"entries": figures.entries, "rates": figures.rates, "ratio": figures.ratio}
        answer["database_share"] = figures.database_share
        print(json.dumps({**answer, "passed": figures.passed}))
    else:
        print_figures(figures)
    return 0 if figures.passed else 1


if __name__ == "__main__":
    sys.exit(main())
