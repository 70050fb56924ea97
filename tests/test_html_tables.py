"""Tables of pages as people see them: spans, tables in tables, what is hidden or never closed."""

import pytest

from gaptracker.intake.html_tables import MOST_CELLS, TablesTooLarge, headed, read_tables


def texts(page: str) -> list[list[list[str]]]:
    return [[[cell.text for cell in row] for row in table.rows] for table in read_tables(page)]


def test_texts_are_as_people_see_them() -> None:
    page = (
        "<p>before</p><table><tr><th>State&nbsp;</th><td>A<br>B <b>c</b>&amp;d"
        "<style>.x{}</style><script>x()</script><span style='display: none'>key</span>"
        "<sup class='mw-ref reference'>[1]</sup><sup>2</sup><img alt='flag'></td></tr></table>"
    )
    assert texts(page) == [[["State", "A B c&d2"]]]


def test_cells_that_span_stand_wherever_they_reach() -> None:
    page = "<table><tr><td rowspan=2>a<td colspan=2>b<tr><td>c<td>d<tr><td>e<td>f<td>g</table>"
    assert texts(page) == [[["a", "b", "b"], ["a", "c", "d"], ["e", "f", "g"]]]


def test_a_table_inside_another_is_one_of_its_own() -> None:
    page = "<table><tr><td>out <table><tr><td>in</td></tr></table> side</td><td>x</td></tr></table>"
    assert texts(page) == [[["in"]], [["out side", "x"]]]


def test_rows_are_read_by_the_first_row_that_heads_every_column() -> None:
    page = (
        "<table><tr><th colspan=2>Title</th></tr><tr><th>A</th><th>B</th></tr>"
        "<tr><td data-sort-value='3'>1</td><td>2</td></tr><tr><td>short</td></tr></table>"
    )
    first, second = headed(read_tables(page)[0])
    assert {name: cell.text for name, cell in first.items()} == {"A": "1", "B": "2"}
    assert first["A"].attributes == {"data-sort-value": "3"}
    assert {name: cell.text for name, cell in second.items()} == {"A": "short"}


@pytest.mark.hostile
@pytest.mark.parametrize(
    ("page", "expected"),
    [
        pytest.param("<table><tr><td>a", [], id="never-closed"),
        pytest.param("</table></td><td>a</table>", [], id="ends-alone"),
        pytest.param("<table><td>a</table>", [[["a"]]], id="no-row"),
        pytest.param("<table><tr><td><style>x</table>", [], id="style-never-closed"),
        pytest.param("<table><tr><td colspan='²'>a</table>", [[["a"]]], id="span-of-letters"),
        pytest.param("<table><tr><td colspan='-1'>a</table>", [[["a"]]], id="span-below-one"),
        pytest.param("<table><tr><td colspan='9999999'>a</table>", [[["a"]]], id="span-of-many"),
        pytest.param(
            "<table><tr><td><div style='display:none'>x<i>y</div>a</table>",
            [[["a"]]],
            id="mis-nested",
        ),
    ],
)
def test_pages_that_are_broken_are_read_as_far_as_they_go(
    page: str, expected: list[list[list[str]]]
) -> None:
    assert texts(page) == expected


@pytest.mark.hostile
def test_spans_do_not_fill_memory() -> None:
    bomb = "<table>" + ("<tr><td colspan=1000 rowspan=1000>x" + "<tr>" * 999) * 50 + "</table>"
    assert len(bomb) < MOST_CELLS
    with pytest.raises(TablesTooLarge, match="more than 500,000 cells"):
        read_tables(bomb)


@pytest.mark.hostile
@pytest.mark.parametrize(
    "part",
    [
        pytest.param("<table><tr><td>", id="tables"),
        pytest.param("<div style='display:none'>", id="hidden"),
    ],
)
def test_parts_without_end_inside_each_other_are_refused(part: str) -> None:
    with pytest.raises(TablesTooLarge, match="more than 100 parts"):
        read_tables(f"<table><tr><td>{part * 150}")
