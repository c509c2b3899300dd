"""Floors on the scanned receipts, where that set is present."""

import pytest

from benchmarks.receipts import FIELDS, Reading, Receipt, data_folder, read_all, score, worn_answers
from benchmarks.reliability import SURE

FLOORS = {"vendor": 0.95, "issued_on": 0.99, "total": 0.98}
CALIBRATION_FLOORS = {"vendor": 0.98, "issued_on": 0.98, "total": 0.99}
"""Of what is sure enough to be booked unasked."""
SHARE_SURE = {"vendor": 0.85, "issued_on": 0.95, "total": 0.92}


@pytest.fixture(scope="module")
def read() -> list[tuple[Receipt, Reading]]:
    folder = data_folder()
    if not folder.is_dir():
        pytest.skip(
            f"the development set is not at {folder}; SHARED_DATA names the folder that holds receipts/"
        )
    return read_all(folder)


@pytest.mark.parametrize("field", FIELDS)
def test_accuracy_stays_above_its_floor(field: str, read: list[tuple[Receipt, Reading]]) -> None:
    assert score(field, read).accuracy >= FLOORS[field]


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("half", [0, 1])
def test_each_half_of_the_vendors_reads_as_well(
    field: str, half: int, read: list[tuple[Receipt, Reading]]
) -> None:
    ours = [(receipt, reading) for receipt, reading in read if receipt.half == half]
    assert score(field, ours).accuracy >= FLOORS[field] - 0.02


@pytest.mark.parametrize("field", FIELDS)
def test_a_sure_reading_is_right(field: str, read: list[tuple[Receipt, Reading]]) -> None:
    result = score(field, read)
    assert result.sure_right / result.sure >= CALIBRATION_FLOORS[field]
    assert result.sure / result.known >= SHARE_SURE[field]


@pytest.mark.parametrize("field", FIELDS)
def test_a_sure_reading_of_a_worn_paper_is_right(field: str, read: list[tuple[Receipt, Reading]]) -> None:
    sure = [
        one
        for one in worn_answers([receipt for receipt, _ in read])
        if one.field == field and (one.sure or 0) >= SURE
    ]
    assert sum(one.is_right for one in sure) / len(sure) >= CALIBRATION_FLOORS[field] - 0.01


def test_the_currency_of_a_malaysian_receipt_is_ringgit(read: list[tuple[Receipt, Reading]]) -> None:
    currencies = [reading.currency.value for _, reading in read if reading.currency]
    assert currencies.count("MYR") >= 0.97 * len(read)


def test_net_and_tax_never_exceed_the_total(read: list[tuple[Receipt, Reading]]) -> None:
    for _, reading in read:
        if reading.net and reading.tax and reading.total and reading.net.confidence > 0.9:
            assert abs(reading.net.value + reading.tax.value - reading.total.value) <= 1
