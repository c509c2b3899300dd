"""The token of `fte mcp serve`."""

from concurrent.futures import ThreadPoolExecutor

from mcp_servers.serve import token_file


def test_servers_that_start_at_the_same_moment_have_one_token_that_only_its_owner_reads() -> None:
    with ThreadPoolExecutor(16) as servers:
        tokens = set(servers.map(lambda _: token_file().read_text(), range(64)))
    (token,) = tokens
    assert len(token.strip()) > 40
    assert token_file().stat().st_mode & 0o777 == 0o600
    assert [path.name for path in token_file().parent.iterdir()] == ["mcp.token"]
