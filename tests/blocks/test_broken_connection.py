import re
from collections.abc import Iterator

import httpx
import pytest
import requests

from blocks.broken_connection import problem_of


def kinds(of: type[Exception]) -> Iterator[type[Exception]]:
    below = of.__subclasses__()
    yield from (one for kind in below for one in kinds(kind))
    if not below:
        yield of


@pytest.mark.parametrize(
    "kind",
    [
        *kinds(httpx.RequestError),
        requests.ConnectionError,
        requests.ConnectTimeout,
        requests.ReadTimeout,
        requests.exceptions.SSLError,
        requests.exceptions.ChunkedEncodingError,
        TimeoutError,
        ConnectionResetError,
    ],
)
def test_no_class_name_is_said_of_a_connection(kind: type[Exception]) -> None:
    said = problem_of(kind.__new__(kind))
    assert not re.search(r"[a-z][A-Z]|Error", said), said
