"""What the stand-ins of the platforms share: calls behind the check of their token, refusals, and the admin side."""

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from typing import Any, ClassVar

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.admin import answer
from sandbox.oauth import OAuthServer, ServerRules
from sandbox.store import Row, Store, StoreTable

Method = Callable[[Request], Awaitable[dict[str, Any] | Response]]


class RefusalError(Exception):
    """An answer other than 2xx."""

    def __init__(self, status: int, body: dict[str, Any]) -> None:
        super().__init__(str(body))
        self.answer = JSONResponse(body, status)


class StandIn(ABC):
    """One platform's server.

    Attributes:
        text_fields: Where a post's row has its text.
    """

    text_fields: ClassVar[tuple[str, ...]]

    def __init__(self, store: Store, rules: ServerRules) -> None:
        self.store = store
        self.oauth = OAuthServer(store, rules)
        self.rules, self.name = rules, rules.name

    @abstractmethod
    def refused_token(self) -> RefusalError:
        """The platform's words for a token that is not, or no longer, good."""

    @abstractmethod
    def refused_scope(self, scope: str) -> RefusalError:
        """The platform's words for a consent that does not cover the call."""

    @abstractmethod
    def said(self) -> list[Row]:
        """Every post, oldest first."""

    @abstractmethod
    def say(self, asked: dict[str, Any]) -> Row:
        """Publish as the account itself, or somebody else, does in the app."""

    def headers(self) -> dict[str, str]:
        """What every answer to a call carries."""
        return {}

    def authorization(self, request: Request) -> str:
        """The caller's token as the header that it comes in."""
        return request.headers.get("authorization", "")

    def admit(self, request: Request, scope: str) -> None:
        """Refuse a caller whose token is good for none of the scopes."""
        scopes = self.oauth.scopes(self.authorization(request))
        if scopes is None:
            raise self.refused_token()
        if not scopes & set(scope.split()):
            raise self.refused_scope(scope)

    def call(self, path: str, method: Method, scope: str, *, verb: str = "GET") -> Route:
        """A path of the API, whose caller needs one of the scopes; what the method raises becomes the answer."""

        async def answered(request: Request) -> Response:
            try:
                self.admit(request, scope)
                body = await method(request)
            except RefusalError as refusal:
                body = refusal.answer
            response = body if isinstance(body, Response) else JSONResponse(body)
            response.headers.update(self.headers())
            return response

        return Route(path, answered, methods=[verb])

    def admin_routes(self) -> list[Route]:
        """The admin side's paths about this platform."""
        side = f"/_sandbox/{self.name}"
        return [
            Route(f"{side}/posts", self._list_posts, methods=["GET"]),
            Route(f"{side}/posts", self._add_post, methods=["POST"]),
            Route(f"{side}/posts/{{id}}", self._change_post, methods=["PUT"]),
            Route(f"{side}/posts/{{id}}", self._remove_post, methods=["DELETE"]),
            Route(f"{side}/tokens", self._give_tokens, methods=["POST"]),
            Route(f"{side}/expire_tokens", self._expire_tokens, methods=["POST"]),
            Route(f"{side}/revoke", self._revoke, methods=["POST"]),
        ]

    async def _list_posts(self, _: Request) -> JSONResponse:
        """What was said since the demo company began."""
        return answer(posts=[row for row in self.said() if not row.get("is_past")])

    async def _add_post(self, request: Request) -> JSONResponse:
        return answer(post=self.say(await request.json()))

    async def _change_post(self, request: Request) -> JSONResponse:
        """Have a post say something else, as if somebody had edited it in the app."""
        said = dict.fromkeys(self.text_fields, (await request.json())["text"])
        return answer(post=self._rows().update(request.path_params["id"], **said))

    async def _remove_post(self, request: Request) -> JSONResponse:
        """Delete a post, as if somebody had done it in the app."""
        self._rows().remove(request.path_params["id"])
        return answer(status="deleted")

    def _rows(self) -> StoreTable:
        return self.store.table(f"{self.name}_posts")

    async def _give_tokens(self, request: Request) -> JSONResponse:
        """Tokens as after a consent; the body names other scopes than the usual."""
        asked = await request.body()
        return answer(**self.oauth.issue(asked.decode() or self.rules.scope))

    async def _expire_tokens(self, _: Request) -> JSONResponse:
        self.oauth.expire()
        return answer(status="expired")

    async def _revoke(self, _: Request) -> JSONResponse:
        self.oauth.revoke()
        return answer(status="revoked")


async def body_of(request: Request) -> dict[str, Any] | None:
    """The call's JSON object; None for anything else."""
    try:
        body = await request.json()
    except ValueError:
        return None
    return body if isinstance(body, dict) else None
