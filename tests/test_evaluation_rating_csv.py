"""The exported ratings open in a spreadsheet as text, whatever they hold."""

import csv
import io

import pytest

from core.evaluation.rating import Rated
from core.evaluation.rating_csv import as_csv, inert
from core.evaluation.sheets import Item, Sheet, Shown
from core.ratings import Rating

SHEET = Sheet((Item(7, "g", "=1+1", "a, b\nc", (Shown("+cmd", ("prompt", "rag")),)),), 0, 1, {})


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+cmd", "'+cmd"),
        ("-2", "'-2"),
        ("@sum", "'@sum"),
        ("\t=1", "'\t=1"),
        ("  =1", "'  =1"),
        ("5", "5"),
        ("a=1", "a=1"),
    ],
)
def test_a_cell_that_begins_like_a_formula_is_text(cell: str, written: str) -> None:
    assert inert(cell) == written


def test_a_rating_is_a_row_with_its_levers() -> None:
    said = Rating(0, "=Ann", "5", 0.0)
    (row,) = csv.DictReader(io.StringIO(as_csv([Rated(3, "rubric", SHEET, (said,))])))
    assert row == {
        "round": "3",
        "kind": "rubric",
        "rated_at": "1970-01-01T00:00:00+00:00",
        "rater": "'=Ann",
        "row": "7",
        "rating": "5",
        "levers": "prompt · rag",
        "levers_right": "",
        "question": "'=1+1",
        "reference": "a, b\nc",
        "answer": "'+cmd",
        "answer_right": "",
    }


def test_a_rater_who_is_not_done_is_not_exported() -> None:
    two = Sheet((*SHEET.items, *SHEET.items), 0, 1, {})
    begun = Rated(3, "rubric", two, (Rating(0, "Ann", "5", 0.0),))
    assert len(as_csv([begun]).splitlines()) == 1
