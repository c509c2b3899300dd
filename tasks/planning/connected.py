"""Whether the engine answers and has the key to the books, said in one sentence where it has not."""

import httpx

from domain.errors import RejectedError, TransientError


class EmployeeAwayError(TransientError):
    """The engine does not answer."""

    def __init__(self) -> None:
        super().__init__("the employee is not at work, so nothing was done now; start it: fte up")


class OdooNotConnectedError(RejectedError):
    """No account of the books is saved."""

    def __init__(self) -> None:
        super().__init__("no Odoo is connected; a person has to run: fte connect odoo")


async def check_connected() -> None:
    """Refuse early where nothing could be booked.

    Raises:
        EmployeeAwayError: the engine is away.
        OdooNotConnectedError: there is no account.
    """
    from prefect.client.orchestration import get_client
    from prefect.exceptions import ObjectNotFound

    try:
        async with get_client() as client:
            await client.read_block_document_by_name("odoo", "odoo-credentials")
    except ObjectNotFound as error:
        raise OdooNotConnectedError from error
    except (httpx.HTTPError, RuntimeError) as error:
        raise EmployeeAwayError from error
