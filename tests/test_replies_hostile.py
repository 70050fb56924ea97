"""Replies and errata that cannot be: each is refused with its reason, and nothing is kept."""

from pathlib import Path

import pytest

from tests.annotation_world import SIGNED, Annotated


@pytest.fixture
def world(tmp_path: Path) -> Annotated:
    return Annotated(folder=tmp_path)


def written(world: Annotated, name: str, content: bytes) -> str:
    place = world.folder / name
    place.write_bytes(content)
    return str(place)


@pytest.mark.hostile(id="reply-unknown-actor")
def test_a_reply_of_nobody_names_the_nearest_actor(world: Annotated) -> None:
    result = world.type("reply", "add", "MXE", "--file", world.letter, *SIGNED)
    assert result.exit_code == 3
    assert "did you mean MEX" in result.stderr
    assert world.replies() == []


@pytest.mark.hostile(id="reply-unknown-cell-or-pair")
@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("--cell", "deth_penalty/2022"), 3, "did you mean death_penalty"),
        (("--cell", "death_penalty/1999"), 3, "no year is called '1999'"),
        (("--cell", "death_penalty"), 2, "expected THEME/YEAR"),
        (("--cell", "death_penalty/２０２２"), 2, "expected THEME/YEAR"),  # noqa: RUF001
        (("--pair", "pair_0000000000000000"), 3, "no pair of MEX is called"),
    ],
)
def test_a_reply_to_what_the_release_does_not_hold_is_refused(
    world: Annotated, words: tuple[str, ...], code: int, told: str
) -> None:
    result = world.type("reply", "add", "MEX", "--file", world.letter, *SIGNED, *words)
    assert result.exit_code == code, result.output
    assert told in " ".join(result.stderr.replace("│", " ").split()).replace("No ", "no ")
    assert world.store.annotations.head() is None


@pytest.mark.hostile(id="reply-pair-of-somebody-else")
def test_a_government_replies_to_its_own_pairs_only(world: Annotated) -> None:
    result = world.type(
        "reply", "add", "CHN", "--file", world.letter, *SIGNED, "--pair", world.pair("MEX")
    )
    assert result.exit_code == 3
    assert "No pair of CHN is called" in result.stderr


@pytest.mark.hostile(id="reply-bad-file")
@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("empty.txt", b"", "text: an empty text came"),
        ("blank.txt", " \n\u00a0\n".encode(), "text: "),
        ("long.txt", b"a" * 10_000_000, "more than 1,000,000 bytes came"),
        ("rather_long.txt", b"a" * 100_001, "100,001 characters came; expected at most 100,000"),
        ("latin.txt", "México".encode("latin-1"), "no TXT in UTF-8"),
        ("override.txt", "see \u202etxt.exe".encode(), "U+202E came at position 4"),
        ("bell.txt", b"ring \x07", "U+0007 came at position 5"),
        ("letter.pdf", b"%PDF-1.7", "expected .toml, .json, .txt"),
        ("reply.json", b"[" * 100_000, "no JSON in UTF-8"),
        ("list.json", b"[]", "list came; expected one object"),
        ("reply.toml", b"text = ", "no TOML in UTF-8"),
        ("more.toml", b'text = "a"\nstance = 4', "stance: nothing is called so"),
        ("link.toml", b'text = "a"\nlink = "javascript:alert(1)"', "only http and https"),
        ("day.toml", b'text = "a"\nreceived_on = "20.11.2026"', "is no day; expected YYYY-MM-DD"),
        ("mine.toml", b'text = "a"\nactor = "CHN"', "the file is a reply of CHN"),
    ],
)
def test_a_file_that_is_no_reply_is_refused_with_every_reason(
    world: Annotated, name: str, content: bytes, told: str
) -> None:
    result = world.type("reply", "add", "MEX", "--file", written(world, name, content), *SIGNED)
    assert result.exit_code == 4, result.output
    assert told in result.stderr.replace("The file", "the file")
    assert len(result.stderr) < 2_000, "what came is not printed"
    assert world.replies() == []


@pytest.mark.hostile(id="reply-language")
@pytest.mark.parametrize("language", ["spanish", "xx", "es_MX", "e", "es;drop table reply"])
def test_a_language_is_one_that_there_is(world: Annotated, language: str) -> None:
    words = ("--who", "A", "--office", "B", "--language", language)
    result = world.type("reply", "add", "MEX", "--file", world.letter, *words)
    assert result.exit_code == 4
    assert "language: " in result.stderr


@pytest.mark.hostile(id="reply-in-the-future")
def test_a_reply_that_was_not_received_yet_is_refused(world: Annotated) -> None:
    words = ("--received", "2999-01-01")
    result = world.type("reply", "add", "MEX", "--file", world.letter, *SIGNED, *words)
    assert result.exit_code == 4
    assert "expected the day on which it came" in result.stderr


@pytest.mark.hostile(id="reply-decided-twice")
def test_a_decision_stands(world: Annotated) -> None:
    name = world.reply()
    world.typed("reply", "decide", name, "--accepted", "--because", "It is right.")
    result = world.type("reply", "decide", name, "--declined", "--because", "It is not.")
    assert result.exit_code == 4
    assert "was decided already" in result.stderr
    assert world.replies()[0]["outcome"] == "accepted"


@pytest.mark.hostile(id="reply-decided-badly")
@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--because", "Nothing is chosen."), 2),
        (("--accepted", "--partly", "--because", "Two are."), 2),
        (("--accepted", "--because", ""), 4),
        (("--accepted", "--because", "\x1b[31mred"), 4),
    ],
)
def test_a_decision_is_one_and_has_its_reason(
    world: Annotated, words: tuple[str, ...], code: int
) -> None:
    name = world.reply()
    assert world.type("reply", "decide", name, *words).exit_code == code
    assert world.replies()[0]["outcome"] == "pending"


@pytest.mark.hostile(id="reply-unknown-reply")
def test_an_unknown_reply_names_the_newest(world: Annotated) -> None:
    name = world.reply()
    result = world.type("reply", "decide", "rep_a", "--accepted", "--because", "x")
    assert result.exit_code == 3
    assert name in result.stderr


@pytest.mark.hostile(id="reply-release-gone")
def test_a_reply_to_a_release_that_is_gone_is_refused(world: Annotated) -> None:
    gone = "2020-01-01-00000000"
    result = world.type("reply", "add", "MEX", "--file", world.letter, *SIGNED, "--release", gone)
    assert result.exit_code == 3
    assert f"No release is called '{gone}'" in result.stderr
    result = world.type(
        "correction", "add", "--release", gone, "--said", "a", "--right", "b", "--because", "c"
    )
    assert result.exit_code == 3


@pytest.mark.hostile(id="erratum-of-nothing")
@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--record", "law-MEX-9999"), 3),
        (("--pair", "pair_0000000000000000"), 3),
        (("--cell", "MEX/death_penalty"), 2),
        (("--cell", "MXE/death_penalty/2022"), 3),
        (("--language", "klingonese"), 4),
    ],
)
def test_an_erratum_of_what_is_not_there_is_refused(
    world: Annotated, words: tuple[str, ...], code: int
) -> None:
    texts = ("--said", "a", "--right", "b", "--because", "c")
    result = world.type("correction", "add", "--release", world.newer, *texts, *words)
    assert result.exit_code == code, result.output
    assert world.store.annotations.head() is None


@pytest.mark.hostile(id="annotations-damaged")
@pytest.mark.parametrize("name", ["annotations.json", "annotations/{sha256}.json"])
def test_damaged_annotations_are_refused_and_not_written_over(world: Annotated, name: str) -> None:
    world.reply()
    head = world.store.annotations.head()
    assert head is not None
    place = world.folder / "releases" / name.format(sha256=head.sha256)
    place.write_bytes(place.read_bytes().replace(b"a", b"e", 1))

    result = world.type("reply", "publish")

    assert result.exit_code == 7, result.output
    assert "restore it from a copy" in result.stderr
