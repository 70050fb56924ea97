"""What is confidential in a batch lies nowhere in the open, before the worker ran and after."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from gaptracker.custody.sealing import SealedCopy, unseal
from tests.batch_world import BatchWorld, Document, add_custodian, batch_world, measure

SEALED, RESTRICTED = "CANARY-sealed-8Q", "CANARY-restricted-8Q"
PUBLIC_IF_ACCEPTED = "CANARY-title-8Q"
SOURCES: list[Document] = [
    {
        "ref": "s1",
        "kind": "interview",
        "confidentiality": "sealed",
        "identity": {"name": SEALED, "contact": f"{SEALED}@example.org"},
    },
    {"ref": "s2", "kind": "other", "title": RESTRICTED, "confidentiality": "restricted"},
]


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[BatchWorld]:
    with batch_world(database_url, tmp_path) as made:
        yield made


def everything_kept(world: BatchWorld, folder: Path) -> bytes:
    """Every byte in the folder of data and database, and every row of a server's tables."""
    kept = b"".join(file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file())
    if world.engine.dialect.name != "postgresql":
        return kept
    with world.engine.connect() as connection:
        tables = connection.execute(
            text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        ).scalars()
        rows = [
            str(connection.execute(text(f'SELECT t::text FROM "{table}" t')).all())
            for table in tables.all()
        ]
    return kept + "".join(rows).encode()


def test_canaries_lie_nowhere_in_the_open(world: BatchWorld, tmp_path: Path) -> None:
    private = add_custodian(world.desk)
    # Refused lines count, too: what is wrong with them is kept, and they are not.
    job = world.sent(
        measure("Z-1", title=PUBLIC_IF_ACCEPTED, sources=SOURCES, note=RESTRICTED),
        measure("Z-2", actor="XXX", sources=SOURCES, note=RESTRICTED),
        measure("Z-3", sources=[{**SOURCES[0], "kind": SEALED}], note=7, unknown=SEALED),
    )
    canaries = [each.encode() for each in (SEALED, RESTRICTED, PUBLIC_IF_ACCEPTED)]
    kept = everything_kept(world, tmp_path)
    assert job.encode() in kept, "the search finds what is there"
    assert [each in kept for each in canaries] == [False] * 3
    world.work()
    kept = everything_kept(world, tmp_path)
    assert b"Z-1" in kept, "the search finds what is there"
    assert [each in kept for each in canaries] == [False] * 3
    told = world.get(f"/v1/jobs/{job}/results").text
    assert [each["status"] for each in world.results(job)] == [201, 422, 422]
    assert SEALED not in told
    assert RESTRICTED not in told
    made = world.results(job)[0]["id"]
    assert SEALED in opened(world, made, private)


def opened(world: BatchWorld, submission: str, private: str) -> str:
    """What a custodian reads of a submission's sealed identity."""
    with world.desk.open_work(True) as work:
        (sealed,) = work.submissions.identities(submission)
        ((_, key),) = work.custodians.active()
    assert sealed.ciphertext is not None
    copy = SealedCopy(custodian=key.name, fingerprint=key.fingerprint, ciphertext=sealed.ciphertext)
    return unseal(copy, private).decode()
