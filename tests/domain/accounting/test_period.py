import datetime as dt

import pytest

from domain.accounting.period import refuse_implausible


def test_a_day_before_any_books_is_refused_in_words() -> None:
    with pytest.raises(ValueError, match="dated 1899-12-31, before 1970; correct the date"):
        refuse_implausible(dt.date(1899, 12, 31), "the document is dated")
    refuse_implausible(dt.date(1970, 1, 1), "the document is dated")
    with pytest.raises(ValueError, match="the document is dated 2100-01-01, after 2099; correct the date"):
        refuse_implausible(dt.date(2100, 1, 1), "the document is dated")
