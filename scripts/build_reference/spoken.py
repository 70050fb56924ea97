"""Statements: coded positions, further sentences of the General Debate, and their codings."""

import json
import re
from dataclasses import dataclass

from scripts.build_reference.build import RETRIEVED, Build
from scripts.build_reference.rows import RawRow

FACT_COLUMNS = (
    "actor",
    "date",
    "forum",
    "theme",
    "stance",
    "paraphrase",
    "source",
    "basis",
    "instrument",
    "speaker",
    "speaker_rank",
    "url",
    "confidence",
    "fact_id",
)
PLACED_COLUMNS = (
    "fact",
    "theme",
    "rung",
    "mode",
    "specificity",
    "rationale",
    "paragraph",
    "excerpt_has",
    "series",
    "due",
)
FURTHER_COLUMNS = (
    "id",
    "actor",
    "date",
    "forum",
    "theme",
    "rung",
    "mode",
    "specificity",
    "instrument",
    "office",
    "speaker",
    "paraphrase",
    "rationale",
    "source",
    "paragraph",
    "excerpt_has",
)
CODER, CODER_KIND = "machine-2026-11", "machine"
DEBATE = "ungdc-1946-2024"
DEBATE_FORUM = "UNGA General Debate"
MARK = "speech text"
CARRIED_ELSEWHERE = ("unga-votes", "cnd-votes", "joint-statements", "recommendation text")
INSTRUMENTS = {
    "speech": "national_statement",
    "statement": "national_statement",
    "common-position": "national_statement",
    "conference-room-paper": "national_statement",
    "proposal": "sponsorship",
    "sponsorship": "sponsorship",
    "amendment": "sponsorship",
    "joint-statement": "joint_statement",
    "vote explanation": "explanation_of_position",
    "explanation-of-position": "explanation_of_position",
    "vote request": "explanation_of_position",
}
SPOKEN_TO_THE_PRESS = ("National press", "World Drug Report launch")
OFFICES = {
    "head-of-state": "head_of_state_or_government",
    "head-of-government": "head_of_state_or_government",
    "deputy-head-of-government": "minister",
    "vice-president-or-deputy-head": "minister",
    "minister": "minister",
    "junior-minister": "minister",
    "permanent-representative": "accredited_delegate",
    "senior-official": "accredited_delegate",
    "agency-head": "accredited_delegate",
    "other": "accredited_delegate",
    "": "accredited_delegate",
}
ACTORS = {"EU": "EUU"}
LONGEST_EXCERPT = 600
Debate = dict[tuple[str, str], list[dict[str, str]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A paragraph of a speech, and who spoke."""

    text: str
    speaker: str
    post_rank: str


def add_statements(build: Build) -> None:
    """Add every coded statement that has a rung, with its coding."""
    debate = _read_debate(build)
    placed = {row.text("fact"): row for row in build.table("positions.csv", PLACED_COLUMNS)}
    dropped = {
        row.text("fact"): row.text("reason")
        for row in build.table("positions_left_out.csv", ("fact", "reason"))
    }
    seen = set()
    for fact in build.raw_rows("rhetoric/positions-facts.csv", FACT_COLUMNS):
        name = fact.text("fact_id")
        seen.add(name)
        if fact.choice("confidence", ("high", "medium", "low")) == "low":
            continue
        if fact.text("basis").startswith(CARRIED_ELSEWHERE):
            continue
        if name in placed:
            _add_position(build, fact, placed[name], debate)
        elif name not in dropped:
            build.problems.add(fact.where("fact_id"), name, "a rung or a reason to leave it out")
    for name in sorted((set(placed) | set(dropped)) - seen):
        build.problems.add("tables/positions.csv", name, "a fact of the raw file")
    for row in build.table("further_statements.csv", FURTHER_COLUMNS):
        _add_further(build, row, debate)
    _record_what_is_left_out(build, dropped)


def _read_debate(build: Build) -> Debate:
    """Read the paragraphs of speeches, by country and year."""
    debate: Debate = {}
    path = build.raw / "rhetoric" / "ungdc-drug-paragraphs.jsonl"
    for line in path.read_text(encoding="utf-8").splitlines():
        paragraph = json.loads(line)
        key = (paragraph["country"], str(paragraph["year"]))
        debate.setdefault(key, []).append(paragraph)
    return debate


def _passage(build: Build, where: str, debate: Debate, key: tuple[str, str, str]) -> Passage:
    """Return one paragraph of a speech; a missing one is a problem."""
    actor, year, number = key
    for paragraph in debate.get((actor, year), []):
        if str(paragraph["para"]) == number:
            return Passage(
                text=paragraph["text"],
                speaker=(paragraph["speaker"] or "").removeprefix("Mr. ").removeprefix("Ms. "),
                post_rank=paragraph["post_rank"] or "",
            )
    build.problems.add(where, " ".join(key), "a paragraph of the corpus")
    return Passage(text="", speaker="", post_rank="")


def _excerpt(build: Build, where: str, text: str, has: str) -> str:
    """Return the sentence of a paragraph that holds the given words."""
    for sentence in re.split(r"(?<=[.!?])\s+", " ".join(text.split())):
        if has in sentence:
            return sentence[:LONGEST_EXCERPT]
    build.problems.add(where, has, "words of the paragraph")
    return ""


def _add_position(build: Build, fact: RawRow, placed: RawRow, debate: Debate) -> None:
    actor = ACTORS.get(fact.text("actor"), fact.text("actor"))
    if actor not in build.actors:
        build.problems.add(fact.where("actor"), actor, "a known actor")
    forum, date = fact.text("forum"), fact.text("date")
    in_debate = fact.text("basis").startswith(MARK)
    excerpt, speaker = "", fact.fields["speaker"]
    if placed.maybe("excerpt_has"):
        key = (actor, date[:4], placed.text("paragraph"))
        passage = _passage(build, placed.where("paragraph"), debate, key)
        where = placed.where("excerpt_has")
        excerpt = _excerpt(build, where, passage.text, placed.text("excerpt_has"))
        speaker = speaker or passage.speaker
    document = _document(forum, date, actor)
    build.output.add(
        "statements.csv",
        id=fact.text("fact_id"),
        actor=actor,
        speaker=speaker,
        office=_office(build, fact, forum),
        forum=forum,
        date=date,
        mode=placed.text("mode"),
        instrument=_instrument(build, fact, forum),
        language="en" if excerpt else "",
        excerpt=excerpt,
        paraphrase=fact.text("paraphrase"),
        document=document,
        act=f"{document}-{placed.text('theme')}",
        series=placed.fields["series"],
        due=placed.fields["due"],
        solicited="false",
        source=DEBATE if in_debate else _source(build, fact),
        locator=f"paragraph {placed.text('paragraph')}" if excerpt else "",
    )
    _add_coding(build, fact.text("fact_id"), placed, f"stance={int(fact.text('stance')):+d}")


def _document(forum: str, date: str, actor: str) -> str:
    """Name the record of a speech: one forum, date and actor are one document."""
    if forum == DEBATE_FORUM:
        return f"UNGA-GD-{date[:4]}-{actor}"
    slug = re.sub(r"[^A-Za-z0-9]+", "-", forum).strip("-")
    return f"{slug}-{date}-{actor}"


def _office(build: Build, fact: RawRow, forum: str) -> str:
    rank = fact.fields["speaker_rank"]
    if rank not in OFFICES:
        build.problems.add(fact.where("speaker_rank"), rank, "a rank known to the build")
        return "other"
    if forum.startswith(SPOKEN_TO_THE_PRESS) and rank in {"senior-official", ""}:
        return "other"
    return OFFICES[rank]


def _instrument(build: Build, fact: RawRow, forum: str) -> str:
    if forum.startswith("National press"):
        return "interview"
    kind = fact.text("instrument")
    if kind not in INSTRUMENTS:
        build.problems.add(fact.where("instrument"), kind, "an instrument known to the build")
        return "national_statement"
    return INSTRUMENTS[kind]


def _source(build: Build, fact: RawRow) -> str:
    """Return the id of the page a fact was read on, adding it where it is new.

    Its group is its publisher: pages of one publisher never count as two origins. A page of
    which only the site is known is one grade worse.
    """
    parts = [part.strip() for part in fact.text("source").split(";")]
    title, publisher, year = parts[0], parts[1], parts[-1]
    slug = re.sub(r"[^a-z0-9]+", "-", f"{publisher} {year} {title}".lower()).strip("-")
    name = f"page-{slug}"[:80].rstrip("-")
    only_site = "only the site" in fact.text("basis")
    if not any(row["id"] == name for row in build.output.rows["sources.csv"]):
        group = re.sub(r"[^a-z0-9]+", "_", publisher.lower()).strip("_")
        build.output.add(
            "sources.csv",
            id=name,
            title=title,
            publisher=publisher,
            group=group,
            grade="4" if only_site else "3",
            record_of_act="false",
            kind="page",
            url=fact.fields["url"],
            licence="facts in own words, cited",
            citation=fact.text("source"),
            published=year if year.isdigit() else "",
            retrieved=RETRIEVED,
        )
    return name


def _add_further(build: Build, row: RawRow, debate: Debate) -> None:
    """Add a statement that the file of positions does not have."""
    build.is_actor(row, "actor")
    actor, date, forum = row.text("actor"), row.text("date"), row.text("forum")
    excerpt, locator, speaker = "", "", row.fields["speaker"]
    office, instrument = row.fields["office"], row.fields["instrument"]
    source = row.text("source")
    if source == "ungdc":
        key = (actor, date[:4], row.text("paragraph"))
        passage = _passage(build, row.where("paragraph"), debate, key)
        where = row.where("excerpt_has")
        excerpt = _excerpt(build, where, passage.text, row.text("excerpt_has"))
        speaker = speaker or passage.speaker
        office = OFFICES.get(passage.post_rank, "accredited_delegate")
        instrument, source = "national_statement", DEBATE
        locator = f"paragraph {row.text('paragraph')}"
    document = _document(forum, date, actor)
    build.output.add(
        "statements.csv",
        id=row.text("id"),
        actor=actor,
        speaker=speaker,
        office=office,
        forum=forum,
        date=date,
        mode=row.text("mode"),
        instrument=instrument,
        language="en" if excerpt else "",
        excerpt=excerpt,
        paraphrase=row.text("paraphrase"),
        document=document,
        act=f"{document}-{row.text('theme')}",
        solicited="true" if row.text("mode") == "refusal" else "false",
        source=source,
        locator=locator,
    )
    _add_coding(build, row.text("id"), row, "")


def _add_coding(build: Build, item: str, row: RawRow, original: str) -> None:
    build.output.add(
        "codings.csv",
        item=item,
        theme=row.text("theme"),
        coder=CODER,
        coder_kind=CODER_KIND,
        rung=row.choice("rung", ("0", "1", "2", "3", "4")),
        specificity=row.text("specificity"),
        rationale=row.text("rationale"),
        original_code=original,
    )


def _record_what_is_left_out(build: Build, dropped: dict[str, str]) -> None:
    leave_out = build.output.leave_out
    leave_out(
        "statements.csv",
        "positions of low confidence (15 rows)",
        "Noted from an excerpt whose address was not kept.",
    )
    leave_out(
        "statements.csv",
        "positions read off a roll call, a list of signatories or a recommendation",
        "The vote, signature or answer itself is carried, and coded by the codebook.",
    )
    for name, reason in dropped.items():
        leave_out("statements.csv", f"position {name}", reason)
    leave_out(
        "statements.csv",
        "other paragraphs of the General Debate (2,854 in the copy)",
        "Not read and coded whole; the sentences carried are those coded.",
    )
    leave_out(
        "statements.csv",
        "counts of positions at the special session of 2016",
        "Counts without lists of states.",
    )
    leave_out(
        "opportunities.csv",
        "sessions of forums",
        "No session was coded whole; absences in roll calls follow from votes.csv.",
    )
