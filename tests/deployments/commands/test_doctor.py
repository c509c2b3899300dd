from datetime import date

import pytest

from deployments.commands.doctor import ending_key

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("ends", "said"),
    [
        (None, ""),
        ("2027-02-01", ""),
        ("2026-12-07", "the API key ends on 2026-12-07, in 14 days"),
        ("2026-11-23", "the API key expired on 2026-11-23"),
    ],
)
def test_a_key_that_ends_is_said_in_time(ends: str | None, said: str) -> None:
    assert ending_key({"key_expires_on": ends}, TODAY) == said
