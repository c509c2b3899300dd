"""What Google's services share: google-api-python-client over its own discovery document, moved to any base address."""

import asyncio
import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from importlib.resources import files
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar

import httpx
from pydantic import BaseModel, SecretStr

from blocks.certificates import by_proxy
from blocks.gmail.errors import LostAnswerError
from blocks.gmail.refusals import lost, refusal
from blocks.own_secrets import hide_own_secrets
from domain.errors import DigitalFteError

if TYPE_CHECKING:
    from googleapiclient.errors import HttpError

    from blocks.gmail.transport import GoogleHttp

READ_SECONDS = 30.0
SEND_SECONDS = 120.0
CONNECT_SECONDS = 10.0
FIRST_REFUSAL = 300
NOT_WHOLE = "the answer is not whole"

T = TypeVar("T")


class GmailAccount(BaseModel, frozen=True):
    """Where the mailbox is and the keys to it."""

    api_url: str
    token_url: str
    client_id: str
    client_secret: SecretStr
    refresh_token: SecretStr


class GoogleClient(ABC):
    """One service of one account; use it as an async context manager. Nothing goes out before the first call.

    Attributes:
        name: What a person calls the service.
        document: Google's description of its API, as the library ships it.
        batch_path: Where its batches go.
    """

    name: ClassVar[str]
    document: ClassVar[str]
    batch_path: ClassVar[str]

    def __init__(self, account: GmailAccount) -> None:
        self.url = account.api_url.rstrip("/")
        self.reading: GoogleHttp | None = None
        self.service: Any = None
        self._account = account
        self._http = httpx.Client(
            timeout=httpx.Timeout(READ_SECONDS, connect=CONNECT_SECONDS),
            **by_proxy(self.url),
            event_hooks={"response": [hide_own_secrets]},
        )
        self._sending: GoogleHttp | None = None
        self._connecting = asyncio.Lock()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        self._http.close()

    @abstractmethod
    def resource(self) -> Any:
        """The part of the service that the calls are built on."""

    async def read(self, call: str, build: Callable[[Any], Any], parse: Callable[[Any], T]) -> T:
        """A call that may be repeated."""
        return await self.run(call, build, parse, repeatable=True)

    async def run(
        self, call: str, build: Callable[[Any], Any], parse: Callable[[Any], T], *, repeatable: bool
    ) -> T:
        """One call; its answer is parsed, its refusal becomes one of our errors."""
        resource = await self.connected()
        http = self.reading if repeatable else self._sending

        def work() -> T:
            return parsed(parse, build(resource()).execute(http=http))

        return await asyncio.to_thread(self.translated, call, work, repeatable=repeatable)

    def translated(self, call: str, work: Callable[[], T], *, repeatable: bool) -> T:
        """Run in a worker thread; Google's exceptions and broken answers become ours."""
        from googleapiclient.errors import Error, HttpError

        try:
            return work()
        except HttpError as error:
            raise self.refused(call, error, repeatable=repeatable) from error
        except LostAnswerError as error:
            raise self._lost(call, str(error), repeatable=repeatable) from error
        except (Error, ValueError) as error:
            raise self._lost(call, NOT_WHOLE, repeatable=repeatable) from error

    def refused(self, call: str, error: "HttpError", *, repeatable: bool) -> DigitalFteError:
        """The error that an answer other than 2xx means."""
        if error.resp is None or error.resp.status < FIRST_REFUSAL:  # the answer to a batch was no batch
            return self._lost(call, NOT_WHOLE, repeatable=repeatable)
        return refusal(call, self.url, error.resp, error.content, repeatable=repeatable, service=self.name)

    def _lost(self, call: str, problem: str, *, repeatable: bool) -> DigitalFteError:
        return lost(call, self.url, problem, repeatable=repeatable, service=self.name)

    async def connected(self) -> Callable[[], Any]:
        """`resource`, once there is a service to take it from."""
        async with self._connecting:
            if self.service is None:
                await asyncio.to_thread(self._connect)
        return self.resource

    def _connect(self) -> None:
        from google.oauth2.credentials import Credentials
        from googleapiclient.discovery import build_from_document

        from blocks.gmail.transport import GoogleHttp

        credentials = Credentials(  # type: ignore[no-untyped-call]  # google-auth has no annotations there
            token=None,
            refresh_token=self._account.refresh_token.get_secret_value(),
            token_uri=self._account.token_url,
            client_id=self._account.client_id,
            client_secret=self._account.client_secret.get_secret_value(),
        )
        sending = httpx.Timeout(SEND_SECONDS, connect=CONNECT_SECONDS)
        self.reading = GoogleHttp(self._http, credentials, timeout=self._http.timeout, service=self.name)
        self._sending = GoogleHttp(self._http, credentials, timeout=sending, service=self.name)
        self.service = build_from_document(self._described(), http=self.reading)

    def _described(self) -> Mapping[str, Any]:
        """Google's description of the API with its roots replaced, so that batch and uploads move too."""
        shipped = files("googleapiclient.discovery_cache") / "documents" / self.document
        document: dict[str, Any] = json.loads(shipped.read_text(encoding="utf-8"))
        document.pop("mtlsRootUrl", None)  # else a variable of the environment could move the address back
        root = f"{self.url}/"
        base = f"{root}{document['servicePath']}"
        return document | {"rootUrl": root, "baseUrl": base, "batchPath": self.batch_path}


def parsed(parse: Callable[[Any], T], answer: Any) -> T:
    """What a call answered.

    Raises:
        LostAnswerError: it is not what Google describes.
    """
    try:
        return parse(answer)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise LostAnswerError(NOT_WHOLE) from error
