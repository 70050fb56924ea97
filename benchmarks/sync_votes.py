"""How fast votes are staged: `python -m benchmarks.sync_votes [--rows N] [--all] [--json]`.

Makes a file of the UN Digital Library's shape (20 columns, about 400 bytes a row, 193 members a
roll call), in which the packaged codebook places as many roll calls as it has rules; reads it as
`gaptracker sync un_votes` does, from the file to statements and opportunities in memory. With
`--all` every roll call has a rule, so that each row becomes a record.
"""

import argparse
import csv
import json
import resource
import sys
import time
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from gaptracker.domain.methodology import Methodology
from gaptracker.domain.syncing import Snapshot, SourceId
from gaptracker.intake.connectors.base import Arrived, Known
from gaptracker.intake.connectors.un_votes import VOTES, UnVotes
from gaptracker.intake.methodology_files import shipped_methodology
from gaptracker.intake.reference_files import load_reference_files, packaged_reference

MEMBERS = 193
ASKED_SECONDS = 30.0
HEADER = (
    "undl_id,ms_code,ms_name,ms_vote,date,session,resolution,draft,committee_report,meeting,title,"
    "agenda_title,subjects,vote_note,total_yes,total_no,total_abstentions,total_non_voting,"
    "total_ms,undl_link\n"
)


def main() -> None:
    """Make the file, read it, print what it took; exit with 1 if it took too long."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--all", action="store_true", help="every roll call has a rule")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    rules = shipped_methodology("1.0.0")
    reference = load_reference_files(packaged_reference(), rules).evidence
    actors = {code: actor for code, actor in reference.actors.items() if actor.kind == "state"}
    symbols = _symbols(rules, -(-asked.rows // MEMBERS))
    if asked.all:
        rules = _placing_all(rules, symbols)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "2026_02_06_ga_voting.csv"
        _write(path, symbols, sorted(actors)[:MEMBERS], asked.rows)
        known = Known(methodology=rules, actors=actors, today=date(2026, 11, 26))
        started, began = time.perf_counter(), time.process_time()
        staging = UnVotes().read([_arrived(path)], known)
        seconds, cpu = time.perf_counter() - started, time.process_time() - began
        size = path.stat().st_size
    figures = {
        "rows": staging.rows_read,
        "file_mb": round(size / 1e6),
        "statements": len(staging.statements),
        "opportunities": len(staging.opportunities),
        "left_over": staging.rows_left_over,
        "seconds": round(seconds, 2),
        "cpu_seconds": round(cpu, 2),
        "asked_seconds": ASKED_SECONDS,
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }
    print(json.dumps(figures) if asked.json else "\n".join(f"{k}: {v}" for k, v in figures.items()))
    sys.exit(seconds > ASKED_SECONDS)


def _symbols(rules: Methodology, count: int) -> list[str]:
    placed = [name for name in rules.codebook.roll_calls if name.startswith("A/RES/")]
    made = (f"A/RES/{40 + number // 90}/{1_000 + number}" for number in range(count))
    return [*placed, *made][:count]


def _placing_all(rules: Methodology, symbols: list[str]) -> Methodology:
    book = rules.codebook
    (rule,) = book.roll_calls["A/RES/62/149"]
    every = {name: book.roll_calls.get(name, (replace(rule, roll_call=name),)) for name in symbols}
    return replace(rules, codebook=replace(book, roll_calls=every))


def _write(path: Path, symbols: list[str], members: list[str], rows: int) -> None:
    left = rows
    with path.open("w", newline="", encoding="utf-8") as file:
        file.write(HEADER)
        writer = csv.writer(file)
        for number, symbol in enumerate(symbols):
            title = f"A question of the agenda, number {number} : resolution / adopted by the GA"
            rest = [
                f"{1990 + number % 30}-12-{1 + number % 28:02}",
                "62",
                symbol,
                f"A/C.3/62/L.{number}",
                f"A/62/{number}/Add.2",
                "A/62/PV.76",
                title,
                "HUMAN RIGHTS QUESTIONS, INCLUDING ALTERNATIVE APPROACHES FOR IMPROVING ENJOYMENT",
                "HUMAN RIGHTS--PROMOTION|HUMAN RIGHTS--PROGRAMME IMPLEMENTATION|STATES",
                "",
                "",
                "",
                "",
                "6.0",
                "193.0",
                f"https://digitallibrary.un.org/record/{600_000 + number}",
            ]
            for place, code in enumerate(members[:left]):
                vote = "YYYNAX"[(place + number) % 6]
                writer.writerow([600_000 + number, code, f"STATE OF {code}", vote, *rest])
            left -= min(left, len(members))


def _arrived(path: Path) -> Arrived:
    snapshot = Snapshot(
        source=SourceId.UN_VOTES,
        resource=VOTES,
        url=f"https://digitallibrary.un.org/record/4060887/files/{path.name}",
        sha256="",
        size_bytes=path.stat().st_size,
        fetched_at=datetime(2026, 11, 26, tzinfo=UTC),
    )
    return Arrived(snapshot=snapshot, path=path)


if __name__ == "__main__":
    main()
