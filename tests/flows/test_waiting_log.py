"""What the page of a run that waits says first: its log."""

import logging

from flows.request_approval import waiting_is_no_error


def test_the_log_of_a_run_that_waits_says_what_to_do_and_shows_no_error() -> None:
    ended = logging.LogRecord(
        "prefect.flow_runs", logging.ERROR, "", 0, "Finished in state %s", ("Suspended(type=PAUSED)",), None
    )
    assert waiting_is_no_error(ended)
    assert ended.levelname == "INFO"
    assert "choose Resume" in ended.getMessage()
