"""Who is known of those that a mail goes to: whom we wrote to, who wrote to us some time ago, whom the books know."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from email.utils import getaddresses
from functools import partial

from blocks.gmail.client import GmailClient
from blocks.gmail.units import UNITS
from tasks.mail.fetch_mail import ask

MOST_LOOKED_FOR = 10
"""Of more recipients the rest count as unknown: such a mail asks in any case."""

MOST_READ = 3
SOME_TIME = "7d"
"""Who wrote first within this is still unknown: whoever wants an answer has only to write."""

Lookup = Callable[[str], Awaitable[bool]]


async def known_among(client: GmailClient, addresses: Sequence[str], in_books: Lookup) -> frozenset[str]:
    """Those of the addresses that are known; the books are asked about whom the mailbox does not know."""
    looked_for = addresses[:MOST_LOOKED_FOR]
    found = await asyncio.gather(*(_is_known(client, one, in_books) for one in looked_for))
    return frozenset(one for one, known in zip(looked_for, found, strict=True) if known)


async def _is_known(client: GmailClient, address: str, in_books: Lookup) -> bool:
    return (
        await _was_met(client, f'to:"{address}" in:sent', ("To", "Cc", "Bcc"), address)
        or await _was_met(client, f'from:"{address}" older_than:{SOME_TIME}', ("From",), address)
        or await in_books(address)
    )


async def _was_met(client: GmailClient, query: str, names: tuple[str, ...], address: str) -> bool:
    """Whether a mail of the mailbox has exactly this address there: Gmail's search finds parts of it, too."""
    page = await ask(UNITS["messages.list"], partial(client.search, query))
    for message_id in page.message_ids[:MOST_READ]:
        headers = await ask(UNITS["messages.get"], partial(client.headers, message_id, names))
        there = {found.casefold() for _, found in getaddresses(list(headers.values()))}
        if address.casefold() in there:
            return True
    return False
