"""What was learnt of vendors' names."""

from benchmarks.train_vendor import DATA, Page, learnt, letterheads, lines_of
from domain.receipts.page.cells import sheet_of
from domain.receipts.page.name_text import same_key
from domain.receipts.page.parties import names_on

MOST_MISREAD = 19
"""Of 177 letterheads."""


def test_letterheads_of_many_kinds_are_read_by_them() -> None:
    missed = []
    for truth, text in letterheads(DATA):
        sheet = sheet_of(lines_of(text))
        assert sheet is not None
        if max(names_on(sheet), key=lambda one: one.score).key != same_key(truth):
            missed.append(truth)
    assert len(missed) <= MOST_MISREAD, missed


def test_what_decides_is_learnt() -> None:
    page = Page("made up", "Acme", ["Acme", "Invoice"], [{"top": 1.0, "labelled": 1.0}, {"top": 1.0}], 0)
    weights = learnt({"made up": [page] * 20})
    assert weights["labelled"] > 0
    assert "top" not in weights
