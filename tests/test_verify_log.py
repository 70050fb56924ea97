"""The whole log is verified: whatever was changed in the database is found, and where."""

import secrets
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, text

from gaptracker.custody.checkpoints import Checkpoint, sign_checkpoint, verify_checkpoint
from gaptracker.custody.log_entries import EntryKind, LogRole
from gaptracker.custody.signed_notes import LogKey
from gaptracker.custody.tree import Frontier, leaf_hash
from gaptracker.domain.errors import LogTampered
from gaptracker.records.custody_repository import LogNote
from gaptracker.records.database import make_engine
from gaptracker.records.unit_of_work import UnitOfWork
from gaptracker.workflows import verify_log as verifying
from gaptracker.workflows.read_log import sign_head
from gaptracker.workflows.verify_log import VerifiedLog, verify_log
from tests.keeping_world import START
from tests.migrated_databases import migrated

KEY = LogKey(name="test.example/log", seed=bytes(range(32)))
COUNT = 43


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pieces of eight entries, so that 43 of them are five pieces and a part of one."""
    monkeypatch.setattr(verifying, "PIECE_LEVEL", 3)
    monkeypatch.setattr(verifying, "PIECE", 8)


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    with migrated(database_url) as made:
        grow(made, COUNT)
        without_triggers(made)
        yield made


def without_triggers(engine: Engine) -> None:
    """What keeps others from changing the log does not keep whoever owns the database."""
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("ALTER TABLE log_leaf DISABLE TRIGGER USER"))
            return
        found = connection.execute(
            text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'log_leaf'")
        ).scalars()
        for name in list(found):
            connection.execute(text(f"DROP TRIGGER {name}"))


def grow(engine: Engine, count: int) -> None:
    with UnitOfWork(engine) as work:
        for number in range(count):
            note = LogNote(
                kind=EntryKind.KEY_ISSUED,
                about=f"key_{number % 7}",
                role=LogRole.OPERATOR,
                at=START,
                particulars={"about": f"key_{number % 7}"},
            )
            work.custody.note(note, secrets.token_bytes)
        work.commit()


def verified(engine: Engine, earlier: Checkpoint | None = None) -> VerifiedLog:
    with UnitOfWork(engine, read_only=True) as work:
        return verify_log(work, lambda *_: None, verifier=KEY.verifier, earlier=earlier)


def head(engine: Engine) -> Checkpoint:
    with UnitOfWork(engine, read_only=True) as work:
        return verify_checkpoint(sign_head(work, KEY).text, KEY.verifier)


@pytest.mark.parametrize("more", [0, 1, 5, 21])
def test_a_log_of_any_length_holds(engine: Engine, more: int) -> None:
    grow(engine, more)
    found = verified(engine)
    assert (found.size, found.root) == (COUNT + more, head(engine).root)


def test_an_empty_log_holds(database_url: str) -> None:
    with migrated(database_url) as engine:
        assert verified(engine, Checkpoint(origin="x", size=0, root=head(engine).root)).size == 0


def statement(sql: str, **values: object) -> Callable[[Connection], None]:
    def run(connection: Connection) -> None:
        connection.execute(text(sql), values)

    return run


def removal(position: int) -> Callable[[Connection], None]:
    def run(connection: Connection) -> None:
        for name in ("log_detail", "log_leaf"):
            connection.execute(text(f"DELETE FROM {name} WHERE position = :at"), {"at": position})

    return run


TAMPERINGS = [
    pytest.param(
        statement(
            "UPDATE log_leaf SET entry = replace(entry, 'operator', 'reviewer') WHERE position = 17"
        ),
        17,
        "the entry's text was changed",
        id="entry-text",
    ),
    pytest.param(
        statement("UPDATE log_leaf SET leaf_hash = :hash WHERE position = 18", hash=bytes(32)),
        18,
        "the stored hash of the entry was changed",
        id="leaf-hash",
    ),
    pytest.param(
        statement("UPDATE log_leaf SET object = 'key_0' WHERE position = 20"),
        20,
        "filed under another object",
        id="object",
    ),
    pytest.param(
        statement(
            "UPDATE log_node SET hash = :hash WHERE level = 0 AND position = 9", hash=bytes(32)
        ),
        9,
        "the node of level 0",
        id="node-of-a-leaf",
    ),
    pytest.param(
        statement(
            "UPDATE log_node SET hash = :hash WHERE level = 2 AND position = 3", hash=bytes(32)
        ),
        12,
        "the node of level 2",
        id="node-in-a-piece",
    ),
    pytest.param(
        statement(
            "UPDATE log_node SET hash = :hash WHERE level = 5 AND position = 0", hash=bytes(32)
        ),
        0,
        "the node of level 5",
        id="node-over-pieces",
    ),
    pytest.param(
        statement("DELETE FROM log_node WHERE level = 1 AND position = 20"),
        40,
        "is missing",
        id="missing-node",
    ),
    pytest.param(
        statement(
            "INSERT INTO log_node (level, position, hash) VALUES (6, 0, :hash)", hash=bytes(32)
        ),
        COUNT,
        "nodes are stored",
        id="added-node",
    ),
    pytest.param(
        statement("UPDATE custody_head SET frontier = :hashes", hashes=bytes(32 * 4)),
        COUNT,
        "the head is not that",
        id="head",
    ),
    pytest.param(
        statement("UPDATE custody_head SET log_size = 42"),
        0,
        "the head cannot be",
        id="head-of-another-size",
    ),
    pytest.param(
        statement("DELETE FROM log_detail WHERE position >= 40"),
        None,
        "",
        id="details-alone-are-no-part-of-the-tree",
    ),
    pytest.param(removal(42), 42, "there is no entry here", id="deleted-tail"),
    pytest.param(removal(11), 11, "there is no entry here", id="deleted-in-the-middle"),
]


@pytest.mark.hostile
@pytest.mark.parametrize(("tamper", "position", "told"), TAMPERINGS)
def test_whatever_is_changed_is_found_and_named(
    engine: Engine, tamper: Callable[[Connection], None], position: int | None, told: str
) -> None:
    with engine.begin() as connection:
        tamper(connection)
    if position is None:
        verified(engine)
        return
    with pytest.raises(LogTampered, match=told) as caught:
        verified(engine)
    assert caught.value.position == position


@pytest.mark.hostile
def test_a_tail_cut_off_with_its_head_is_found_by_an_earlier_checkpoint(engine: Engine) -> None:
    kept = head(engine)
    cut_to(engine, 40)
    assert verified(engine).size == 40

    with pytest.raises(LogTampered, match="cut off") as caught:
        verified(engine, kept)
    assert caught.value.position == 40


def cut_to(engine: Engine, size: int) -> None:
    """Cut the log as somebody would who knows how it is made."""
    with UnitOfWork(engine, read_only=True) as work:
        entries = [row[2] for row in work.log.leaves(0, size)]
    rewrite(engine, entries)


def rewrite(engine: Engine, entries: list[str]) -> None:
    """Make the whole tree anew over other entries."""
    tree = Frontier()
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM log_node"))
        connection.execute(
            text("DELETE FROM log_detail WHERE position >= :size"), {"size": len(entries)}
        )
        connection.execute(
            text("DELETE FROM log_leaf WHERE position >= :size"), {"size": len(entries)}
        )
        for position, entry in enumerate(entries):
            leaf = leaf_hash(entry.encode())
            connection.execute(
                text("UPDATE log_leaf SET entry = :entry, leaf_hash = :leaf WHERE position = :at"),
                {"entry": entry, "leaf": leaf, "at": position},
            )
            for node in tree.append(leaf):
                connection.execute(
                    text("INSERT INTO log_node (level, position, hash) VALUES (:l, :p, :h)"),
                    {"l": node.level, "p": node.index, "h": node.hash},
                )
        connection.execute(
            text("UPDATE custody_head SET log_size = :size, frontier = :hashes"),
            {"size": tree.size, "hashes": b"".join(tree.hashes)},
        )


@pytest.mark.hostile
def test_a_log_rewritten_whole_is_found_by_an_earlier_checkpoint(engine: Engine) -> None:
    kept = head(engine)
    with UnitOfWork(engine, read_only=True) as work:
        entries = [row[2] for row in work.log.leaves(0, COUNT)]
    entries[5] = entries[5].replace("operator", "reviewer")
    rewrite(engine, entries)
    grow(engine, 3)
    assert verified(engine).size == COUNT + 3

    with pytest.raises(LogTampered, match="was changed"):
        verified(engine, kept)


def test_growth_agrees_with_every_head_that_was_signed(engine: Engine) -> None:
    kept = [head(engine)]
    for _ in range(9):
        grow(engine, 2)
        kept.append(head(engine))
    for each in kept:
        assert verified(engine, each).earlier == each


def test_heads_that_were_handed_out_are_compared_too(engine: Engine) -> None:
    with UnitOfWork(engine) as work:
        for _ in range(2):
            signed = sign_head(work, KEY)
            work.log.keep_checkpoint(signed.size, signed.text, at=START)
        work.commit()
    assert verified(engine).checkpoint_count == 1
    with engine.begin() as connection:
        forged = sign_checkpoint(7, bytes(32), KEY)
        connection.execute(
            text(
                "INSERT INTO checkpoint (size, text, signed_at) SELECT 7, :text, signed_at "
                "FROM checkpoint"
            ),
            {"text": forged},
        )
    with pytest.raises(LogTampered, match="first 7 entries"):
        verified(engine)


@pytest.mark.hostile
def test_an_older_copy_of_the_database_is_found_by_a_later_checkpoint(tmp_path: Path) -> None:
    file = tmp_path / "records.sqlite3"
    with migrated(f"sqlite:///{file}") as engine:
        grow(engine, 20)
    shutil.copy(file, tmp_path / "old.sqlite3")
    with migrated(f"sqlite:///{file}") as engine:
        grow(engine, 1)
        kept = head(engine)
    older = make_engine(f"sqlite:///{tmp_path / 'old.sqlite3'}")
    # Also once it has grown past the checkpoint, with other entries.
    for more in (0, 30):
        grow(older, more)
        with pytest.raises(LogTampered):
            verified(older, kept)
    older.dispose()
