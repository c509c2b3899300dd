"""Graph's manners: tokens in a header or the address, fields that are asked for, errors with codes, usage headers."""

import hashlib
import hmac
import json
import re
from collections.abc import Iterable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sandbox.oauth import ServerRules
from sandbox.stand_in import RefusalError, StandIn
from sandbox.store import Row, Store

VERSION = "v26.0"
USER_SCOPES = (
    "pages_show_list read_insights pages_read_engagement pages_read_user_content pages_manage_posts "
    "pages_manage_engagement "
    "instagram_basic instagram_manage_insights instagram_content_publish "
    "instagram_manage_comments business_management"
)
AS_PAGE = "as_page"
"""Marks a token that Meta calls a page access token."""
PAGE_SCOPES = f"{AS_PAGE} {USER_SCOPES}"
RULES = ServerRules(
    "meta",
    "sandbox-meta-client",
    "sandbox-meta-secret",
    access_seconds=3600,
    scope=PAGE_SCOPES,
    renewed_with="nothing",
)
MOST = 100
ADDRESSES = ("permalink", "permalink_url", "link")
INSIDE = re.compile(r"\{(?:[^{}]|\{[^{}]*\})*\}|\.\w+\([^)]*\)")
"""What is asked of the nodes within a field."""


class Graph(StandIn):
    """What Facebook and Instagram share."""

    def __init__(self, store: Store, name: str) -> None:
        super().__init__(store, RULES)
        self.name = name
        self.posts = store.table(f"{name}_posts")

    def authorization(self, request: Request) -> str:
        """The token, from the address or the header."""
        token = request.query_params.get("access_token")
        return f"Bearer {token}" if token else super().authorization(request)

    def refused_token(self) -> RefusalError:
        """An ended session."""
        return problem(190, "Error validating access token: Session has expired", status=401, subcode=463)

    def refused_scope(self, scope: str) -> RefusalError:
        """A permission that nobody gave."""
        return problem(10, f"(#10) This endpoint requires one of these permissions: {scope}", status=403)

    def headers(self) -> dict[str, str]:
        """What is used of the budget."""
        used = {"call_count": 3, "total_cputime": 1, "total_time": 2}
        row = {"type": "pages", **used, "estimated_time_to_regain_access": 0}
        return {
            "x-app-usage": json.dumps(used),
            "x-business-use-case-usage": json.dumps({"101990000000001": [row]}),
        }

    def said(self) -> list[Row]:
        """Every post, oldest first."""
        return list(self.posts.rows().values())

    def admit(self, request: Request, scope: str) -> None:
        """Refuse a caller whose token is not good, or who does not show that it knows the app's secret."""
        super().admit(request, scope)
        token = self.authorization(request).partition(" ")[2]
        proof = hmac.new(RULES.client_secret.encode(), token.encode(), hashlib.sha256).hexdigest()
        if request.query_params.get("appsecret_proof") != proof:
            raise problem(100, "API calls from the server require an appsecret_proof argument")

    def check_page(self, request: Request) -> None:
        """Refuse to speak for a page with a person's token."""
        if AS_PAGE not in (self.oauth.scopes(self.authorization(request)) or set()):
            raise problem(200, "(#200) A page access token is required for this call.", status=403)

    async def token(self, request: Request) -> Response:
        """A code against a token of an hour, or that against one of sixty days."""
        form = await form_of(request)
        if form.get("grant_type") == "fb_exchange_token":
            known = self.oauth.scopes(f"Bearer {form.get('fb_exchange_token', '')}")
            is_ours = (form.get("client_id"), form.get("client_secret")) == (
                RULES.client_id,
                RULES.client_secret,
            )
            if known is None or not is_ours:
                return problem(1, "Error validating client secret.").answer
            return JSONResponse(self.oauth.issue(" ".join(sorted(known))))
        answer = await self.oauth.token(request)
        if answer.status_code == 200:  # noqa: PLR2004 - OK
            return answer
        return problem(100, json.loads(bytes(answer.body))["error_description"]).answer


def problem(code: int, message: str, *, status: int = 400, subcode: int = 0, **more: str) -> RefusalError:
    """An error as Graph writes it."""
    error = {"message": message, "type": "OAuthException", "code": code, "fbtrace_id": "Asandbox"}
    return RefusalError(status, {"error": error | ({"error_subcode": subcode} if subcode else {}) | more})


def missing(node: str) -> RefusalError:
    """There is no such node, or nobody may see it."""
    return problem(100, f"Unsupported get request. Object with ID '{node}' does not exist", subcode=33)


async def form_of(request: Request) -> dict[str, Any]:
    """The call's fields: a form, or JSON; of a file its kind and its bytes."""
    if request.headers.get("content-type", "").startswith("application/json"):
        return dict(await request.json())
    await request.body()  # kept, so that it can be read again
    async with request.form() as form:
        return {
            name: value if isinstance(value, str) else (value.content_type or "", await value.read())
            for name, value in form.items()
        }


def shown(row: Row, request: Request, *, usual: str, asked: str = "") -> Row:
    """A node with the fields that were asked for, and always its id; addresses lead to the stand-in."""
    asked = asked or request.query_params.get("fields") or usual
    names = INSIDE.sub("", asked).split(",")
    for name in names:
        if name not in row:
            raise problem(100, f"(#100) Tried accessing nonexisting field ({name})")
    base = str(request.base_url).rstrip("/")
    return {"id": row["id"]} | {
        name: f"{base}{row[name]}" if name in ADDRESSES and row[name] else row[name]
        for name in names
        if row[name] is not None
    }


def inside(rows: list[Row], limit: int, request: Request, *, asked: str) -> Row | None:
    """The first page of an edge that was asked for inside a node's fields."""
    data = [shown(row, request, usual="id", asked=asked) for row in rows[:limit]]
    if not data:
        return None
    paging: Row = {"cursors": {"before": "0", "after": str(len(data))}}
    return {"data": data, "paging": paging | ({"next": "more"} if len(rows) > limit else {})}


def page_of(rows: Iterable[Row], request: Request, *, usual: str) -> Row:
    """One page of an edge, with where the next one begins."""
    found = list(rows)
    start = int(request.query_params.get("after") or 0)
    size = min(int(request.query_params.get("limit", "25")), MOST)
    data = [shown(row, request, usual=usual) for row in found[start : start + size]]
    if not data:
        return {"data": []}
    paging: Row = {"cursors": {"before": str(start), "after": str(start + len(data))}}
    if start + size < len(found):
        paging["next"] = f"{request.url.include_query_params(after=start + size)}"
    return {"data": data, "paging": paging}
