"""The client over lines that break: whatever happens, one document is one submission."""

import random
import threading
from collections.abc import Callable, Iterator

import pytest

from gaptracker.client import BadConnection, Client, Retries
from tests.flaky_proxy import GOOD, Fate, flaky_line
from tests.intake_world import Served, document, serving

STUBBORN = Retries(attempts=40, first_seconds=0.01, longest_seconds=0.05)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("served")
    with serving(folder, f"sqlite:///{folder / 'records.sqlite3'}") as found:
        yield found


def client_on(
    served: Served, base: str | None = None, *, who: str = "sender", timeout: float = 20
) -> Client:
    return Client(base or served.base, served.cast.secrets[who], timeout=timeout, retries=STUBBORN)


def ids_of(served: Served, who: str = "sender") -> dict[str, list[str]]:
    """Every submission of a member's organisation: ids by `client_ref`."""
    found: dict[str, list[str]] = {}
    following: str | None = "/v1/submissions?limit=200"
    with served.client(who) as http:
        while following:
            answer = http.get(following)
            for each in answer.json()["data"]:
                found.setdefault(str(each["client_ref"]), []).append(each["id"])
            following = answer.links.get("next", {}).get("url")
    return found


def creations_in_log(served: Served, submission: str) -> int:
    with served.client("sender") as http:
        entries = http.get(f"/v1/submissions/{submission}/log").json()["data"]
    return sum(each["action"] == "create" for each in entries)


CUTS = [
    *(Fate(request_bytes=size) for size in (0, 1, 40, 200, 700, 1_000)),
    *(Fate(response_bytes=size) for size in (0, 1, 17, 300, 900)),
    Fate(refused=True),
    Fate(delay_seconds=0.2, response_bytes=0),
]


@pytest.mark.parametrize("fate", CUTS, ids=repr)
def test_a_line_that_is_cut_anywhere_doubles_and_loses_nothing(served: Served, fate: Fate) -> None:
    # Without references of their own only the idempotency keys keep them apart.
    before = len(ids_of(served).get("None", []))
    # Cut over and over, each attempt at the same place, until the fifth gets through.
    with (
        flaky_line(served.base, lambda number: fate if number < 4 else GOOD) as line,
        client_on(served, line.base) as client,
    ):
        sent = client.submit(document())
    assert line.connections >= 5
    assert sent.state == "submitted"
    assert len(ids_of(served)["None"]) == before + 1
    assert creations_in_log(served, sent.id) == 1


def test_an_afternoon_on_a_bad_line_leaves_one_submission_for_each_document(
    served: Served,
) -> None:
    chance = random.Random(20261125)

    def fate_of(_: int) -> Fate:
        kind = chance.random()
        if kind < 0.2:
            return Fate(request_bytes=chance.randrange(2_000))
        if kind < 0.4:
            return Fate(response_bytes=chance.randrange(1_500))
        if kind < 0.45:
            return Fate(refused=True)
        return Fate(delay_seconds=chance.random() / 50, response_bytes=chance.randrange(9_000))

    references = [f"AFTERNOON-{number}" for number in range(24)]

    def send(base: str, own: list[str]) -> None:
        with client_on(served, base) as client:
            for reference in own:
                client.submit({**document(), "client_ref": reference})

    with flaky_line(served.base, fate_of) as line:
        threads = [
            threading.Thread(target=send, args=(line.base, references[part::4]))
            for part in range(4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(120)
    held = ids_of(served)
    # Four clients; every further connection follows one that broke.
    assert line.connections > 12
    assert [len(held.get(reference, [])) for reference in references] == [1] * len(references)
    with client_on(served) as client:
        states = {client.get(held[reference][0]).state for reference in references}
    assert states == {"submitted"}


def test_an_edit_whose_answer_is_lost_is_found_to_be_done(served: Served) -> None:
    with client_on(served) as client:
        draft = client.submit(document(), hand_over=False)
    with (
        flaky_line(served.base, _second_answer_lost(served, draft.id)) as line,
        client_on(served, line.base) as client,
    ):
        edited = client.edit(draft.id, {"public_summary": {"en": "Said more clearly."}})
    assert line.connections >= 2
    assert edited.revision == 2
    assert edited.content is not None
    assert edited.content["public_summary"]["en"] == "Said more clearly."


def _second_answer_lost(served: Served, submission: str) -> Callable[[int], Fate]:
    """Let the first answer through and cut the next one on the same connection."""
    with served.client("sender") as http:
        answer = http.get(f"/v1/submissions/{submission}")
    head = sum(len(name) + len(value) + 4 for name, value in answer.headers.raw) + 19
    read = head + len(answer.content)
    return lambda number: Fate(response_bytes=read) if number == 0 else GOOD


def test_an_edit_never_overwrites_what_a_colleague_changed(served: Served) -> None:
    with client_on(served) as mine, client_on(served, who="colleague") as theirs:
        draft = mine.submit(document(), hand_over=False)
        theirs.edit(draft.id, {"public_summary": {"en": "Theirs."}})
        with pytest.raises(Exception, match="precondition-failed"):
            mine.edit(draft.id, {"public_summary": {"en": "Mine."}}, etag=draft.etag)
        assert mine.edit(draft.id, {"note": "Mine."}).revision == 3


def test_a_server_that_never_answers_is_told_in_words(served: Served) -> None:
    short = Retries(attempts=3, first_seconds=0.01, longest_seconds=0.01)
    with (
        flaky_line(served.base, lambda _: Fate(refused=True)) as line,
        Client(line.base, served.cast.secrets["sender"], retries=short) as client,
        pytest.raises(BadConnection, match=r"tried 3 times\); it is safe to send the same again"),
    ):
        client.me()
    assert line.connections == 3


def test_a_connection_that_hangs_is_given_up_and_tried_again(served: Served) -> None:
    with (
        flaky_line(
            served.base, lambda number: Fate(delay_seconds=20.0) if number == 0 else GOOD
        ) as line,
        client_on(served, line.base, timeout=5.0) as client,
    ):
        assert client.me().handle == "sender"
    assert line.connections == 2
