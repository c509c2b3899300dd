"""Faults as a client sees them on the wire."""

import time
from collections.abc import Callable

import httpx
import pytest

from tests.sandbox_fixture import ODOO_HEADERS, SandboxClient

VERSION = "/web/version"


def test_a_fault_hits_the_number_of_times_asked_for(sandbox: SandboxClient) -> None:
    sandbox.fault("status", path=VERSION, status=503, times=2)
    assert [_get(sandbox).status_code for _ in range(3)] == [503, 503, 200]


def test_skipped_requests_pass_before_the_fault(sandbox: SandboxClient) -> None:
    sandbox.fault("status", path=VERSION, status=500, skip=2)
    assert [_get(sandbox).status_code for _ in range(4)] == [200, 200, 500, 200]


def test_too_many_requests_names_when_to_come_back(sandbox: SandboxClient) -> None:
    sandbox.fault("status", path=VERSION, status=429, retry_after=7)
    answer = _get(sandbox)
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "7")


@pytest.mark.parametrize(("kind", "effect"), [("refuse_before", False), ("drop_after_effect", True)])
def test_a_silent_cut_is_seen_as_a_broken_connection(
    sandbox: SandboxClient, kind: str, *, effect: bool
) -> None:
    sandbox.fault(kind, service="odoo", path="res.partner/create")
    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        sandbox.odoo_as_client("res.partner", "create", vals_list=[{"name": "Half Done Ltd"}])
    (entry,) = sandbox.journal(path="res.partner/create")
    assert (entry["effect"], entry["progress"], entry["status"]) == (effect, "cut", None)
    assert len(sandbox.odoo("res.partner", "search", domain=[["name", "=", "Half Done Ltd"]])) == effect


def test_a_truncated_answer_ends_in_the_middle(sandbox: SandboxClient) -> None:
    sandbox.fault("truncate", path=VERSION)
    with pytest.raises(httpx.RemoteProtocolError):
        _get(sandbox)


def test_wrong_json_does_not_parse(sandbox: SandboxClient) -> None:
    sandbox.fault("wrong_json", path=VERSION)
    with pytest.raises(ValueError, match="Expecting"):
        _get(sandbox).json()


def test_latency_outlives_an_impatient_client_and_the_effect_still_happens(sandbox: SandboxClient) -> None:
    sandbox.fault("latency", path="res.partner/create", seconds=0.3)
    with pytest.raises(httpx.ReadTimeout):
        sandbox.http.post(
            "/json/2/res.partner/create",
            json={"vals_list": [{"name": "Late Ltd"}]},
            headers=ODOO_HEADERS,
            timeout=0.1,
        )
    _wait_for(lambda: sandbox.journal(path="res.partner/create", effect=True))


def test_a_client_killed_after_the_effect_left_a_journalled_effect(sandbox: SandboxClient) -> None:
    sandbox.fault("latency_after_effect", path="res.partner/create", seconds=5)
    with pytest.raises(httpx.ReadTimeout):
        sandbox.http.post(
            "/json/2/res.partner/create",
            json={"vals_list": [{"name": "Done Ltd"}]},
            headers=ODOO_HEADERS,
            timeout=0.5,
        )
    (entry,) = sandbox.journal(effect=True)
    assert (entry["progress"], entry["fault"]) == ("received", "latency_after_effect")
    assert sandbox.odoo("res.partner", "search_count", domain=[["name", "=", "Done Ltd"]]) == 1


def test_an_observer_is_neither_listed_nor_hit(sandbox: SandboxClient) -> None:
    sandbox.fault("status", service="odoo", times=100)
    assert sandbox.odoo("res.company", "search_count", domain=[]) == 1
    assert sandbox.journal() == []


def test_a_rule_matches_the_body(sandbox: SandboxClient) -> None:
    sandbox.fault("status", body="Wanted", status=503)
    sandbox.odoo_as_client("res.partner", "create", vals_list=[{"name": "Other"}])
    with pytest.raises(AssertionError):
        sandbox.odoo_as_client("res.partner", "create", vals_list=[{"name": "Wanted"}])


def test_a_rule_that_makes_no_sense_is_refused_with_the_reason(sandbox: SandboxClient) -> None:
    answer = sandbox.http.post("/_sandbox/faults", json={"kind": "explode", "path": "("})
    assert answer.status_code == 422
    assert len(answer.json()["problems"]) == 2
    assert answer.json()["sandbox"] is True


def test_reset_lifts_all_faults(sandbox: SandboxClient) -> None:
    sandbox.fault("status", path=VERSION, times=100)
    sandbox.reset()
    assert _get(sandbox).status_code == 200


def _get(sandbox: SandboxClient) -> httpx.Response:
    return sandbox.http.get(VERSION)


def _wait_for(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + 5
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)
