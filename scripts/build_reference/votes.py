"""Roll calls and joint statements, with who voted and who signed."""

from scripts.build_reference.build import Build

UNGA_COLUMNS = (
    "resolution",
    "rcid",
    "date",
    "theme",
    "title",
    "yes_direction",
    "iso3",
    "country",
    "vote",
    "source",
)
CND_COLUMNS = (
    "vote_id",
    "date",
    "forum",
    "theme",
    "title",
    "result_yes_no_abstain",
    "iso3",
    "vote",
    "completeness",
    "source",
)
JOINT_COLUMNS = (
    "statement_id",
    "date",
    "forum",
    "theme",
    "title",
    "stance",
    "iso3",
    "n_listed",
    "completeness",
    "source",
)
VOTES = ("yes", "no", "abstain", "absent")
FIRST_ROLL_CALL = "2000"
UNGA = "UNGA plenary"


def add_roll_calls(build: Build) -> None:
    """Add the votes of the General Assembly and of the Commission on Narcotic Drugs."""
    table = _roll_call_table(build)
    _add_unga(build, table)
    _add_cnd(build, table)
    build.output.leave_out(
        "roll_calls.csv",
        "eleven roll calls of 1959 to 1989",
        "A vote of 1989 counts less than a sixth of its weight in the first cell (half-life four "
        "years) and nothing measurable where cells have deeds; the copy's tally of 44/128 is 61 "
        "in favour where the record has 59.",
    )
    build.output.leave_out(
        "roll_calls.csv",
        "resolution 79/179 of 17 December 2024",
        "The votes by state are in no copy that was found, only the tally 130-32-22.",
    )
    build.output.leave_out(
        "roll_calls.csv",
        "495 human-rights roll calls of 2000 to 2023, ideal points, agreement by pairs",
        "Not about drugs; they show who votes with whom, not a position on a theme.",
    )
    build.output.leave_out(
        "votes.csv",
        "one of 18 abstentions of 14 March 2025",
        "The page that was read lists Indonesia twice and so misses one state.",
    )


def _roll_call_table(build: Build) -> dict[str, dict[str, str]]:
    """Read which roll calls are kept, with their series, source and opportunity."""
    columns = ("key", "id", "title", "forum", "series", "source", "opportunity_theme", "tally")
    rows = build.table("roll_calls.csv", columns)
    return {row.text("key"): dict(row.fields) for row in rows}


def _add_unga(build: Build, table: dict[str, dict[str, str]]) -> None:
    seen: dict[str, dict[str, str]] = {}
    for row in build.raw_rows("rhetoric/unga-votes-selected.csv", UNGA_COLUMNS):
        if row.text("date") < FIRST_ROLL_CALL:
            continue
        key = row.text("resolution")
        if key not in table:
            build.problems.add(row.where("resolution"), key, "a roll call of the table")
            continue
        row.choice("source", ("matrix",))
        _add_vote(build, table[key], seen, (row.text("date"), row.text("iso3"), row.text("vote")))
        build.is_actor(row)
    _check_tallies(build, table, seen)


def _add_cnd(build: Build, table: dict[str, dict[str, str]]) -> None:
    seen: dict[str, dict[str, str]] = {}
    for row in build.raw_rows("rhetoric/cnd-votes.csv", CND_COLUMNS):
        key = row.text("vote_id")
        if key not in table:
            build.problems.add(row.where("vote_id"), key, "a roll call of the table")
            continue
        _add_vote(build, table[key], seen, (row.text("date"), row.text("iso3"), row.text("vote")))
        build.is_actor(row)
    _check_tallies(build, table, seen)


def _add_vote(
    build: Build,
    entry: dict[str, str],
    seen: dict[str, dict[str, str]],
    cast: tuple[str, str, str],
) -> None:
    date, actor, vote = cast
    if entry["id"] not in seen:
        names = ("id", "title", "forum", "series", "source", "opportunity_theme")
        values = {name: entry[name] for name in names}
        build.output.add("roll_calls.csv", date=date, **values)
    votes = seen.setdefault(entry["id"], {})
    if vote not in VOTES:
        build.problems.add(f"vote of {actor} on {entry['id']}", vote, f"one of {VOTES}")
    if actor in votes:
        build.problems.add(f"vote of {actor} on {entry['id']}", vote, "one vote a member")
    votes[actor] = vote
    build.output.add("votes.csv", roll_call=entry["id"], actor=actor, vote=vote)


def _check_tallies(
    build: Build, table: dict[str, dict[str, str]], seen: dict[str, dict[str, str]]
) -> None:
    """Hold the counted votes against the tally that was announced."""
    for entry in table.values():
        if entry["id"] not in seen:
            continue
        cast = list(seen[entry["id"]].values())
        counted = "-".join(str(cast.count(vote)) for vote in VOTES[:3])
        if counted != entry["tally"]:
            build.problems.add(f"roll call {entry['id']}", counted, f"a tally of {entry['tally']}")


def add_joint_statements(build: Build) -> None:
    """Add joint statements and their signatories; who is not listed has not refused."""
    columns = ("key", "title", "source", "completeness", "leads", "act")
    table = {row.text("key"): row for row in build.table("joint_statements.csv", columns)}
    seen: set[str] = set()
    for row in build.raw_rows("rhetoric/joint-statements.csv", JOINT_COLUMNS):
        key = row.text("statement_id")
        if key not in table:
            build.problems.add(row.where("statement_id"), key, "a joint statement of the table")
            continue
        entry = table[key]
        if key not in seen:
            seen.add(key)
            build.output.add(
                "joint_statements.csv",
                id=key,
                title=entry.text("title"),
                forum=row.text("forum"),
                date=row.text("date"),
                source=entry.text("source"),
                completeness=entry.choice("completeness", ("complete", "partial")),
                act=entry.fields["act"],
            )
        build.is_actor(row)
        actor = row.text("iso3")
        role = "lead" if actor in entry.fields["leads"].split() else "signatory"
        build.output.add("signatories.csv", joint_statement=key, actor=actor, role=role)
    for key in sorted(set(table) - seen):
        build.problems.add("rhetoric/joint-statements.csv", key, "signatories of this statement")
    build.output.leave_out(
        "signatories.csv",
        "signatories that the lists read do not name",
        "Lists marked partial end early; absence from a list is never read as a refusal.",
    )
