"""What went wrong inside a tool, as an agent is told."""

import errno

import httpx
import pytest
from fastmcp.exceptions import ToolError

from mcp_servers.ordering import clear_errors


@pytest.mark.parametrize(
    ("failure", "said"),
    [
        (httpx.ReadError("cut off"), "books nothing twice"),
        (OSError(errno.ENOSPC, "No space left on device", "/desk/note.md"), "No space left on device: /desk"),
        (PermissionError(errno.EACCES, "Permission denied", "/desk/note.md"), "Permission denied"),
    ],
)
async def test_a_failure_is_a_sentence_that_promises_no_more_than_is_known(
    failure: Exception, said: str
) -> None:
    async def tool() -> None:
        raise failure

    with pytest.raises(ToolError, match=said) as told:
        await clear_errors(tool)()
    assert "nothing was done" not in str(told.value)
    assert "\n" not in str(told.value)
