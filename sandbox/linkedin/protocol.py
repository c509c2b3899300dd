"""LinkedIn on the wire: `/rest/...`, `/v2/userinfo`, its consent page and token endpoint."""

import re
from datetime import datetime
from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from domain.social.little_text import little_text
from sandbox.company import COMPANY_NAME
from sandbox.linkedin.comments import LONGEST as LONGEST_COMMENT
from sandbox.linkedin.comments import LinkedInComments, created, paged
from sandbox.linkedin.statistics import FOLLOWERS, follower_statistics, open_row, share_statistics
from sandbox.oauth import ServerRules
from sandbox.past import PastPost, followers, past_posts
from sandbox.pictures import keep_picture
from sandbox.stand_in import RefusalError, StandIn, body_of
from sandbox.store import Row, Store

PERSON, ORGANIZATION = "urn:li:person:demo-1", "urn:li:organization:1900001"
NAMES = {PERSON: "Robin Lane", ORGANIZATION: COMPANY_NAME}
OLDEST, NEWEST = "202511", "202611"
"""Versions that are taken: each is kept for about a year."""

RULES = ServerRules(
    "linkedin",
    "sandbox-linkedin-client",
    "sandbox-linkedin-secret",
    access_seconds=60 * 86_400,
    scope="r_organization_social w_organization_social r_organization_social_feed w_organization_social_feed "
    "rw_organization_admin",
    rotates=False,
    renewed_with="rw_organization_admin",
    refresh_seconds=365 * 86_400,
    standing="sandbox-linkedin-refresh",
)
ANSWER, HEAR = "w_member_social w_organization_social_feed", "r_organization_social_feed"
WRITE, READ = "w_member_social w_organization_social", "r_member_social r_organization_social"
ADMIN = "rw_organization_admin"
PREPARE_SECONDS = 0.2
LONGEST = 3000
LITTLE = re.compile(
    r"(?:\\.|\{hashtag\|\\#\|(?:\\.|[^}\\|])+\}|@\[(?:\\.|[^\]\\])+\]\(urn:li:\w+:[\w-]+\)|[^\\|{}@\[\]()<>#*_~])*",
    re.DOTALL,
)
"""What is shown of a commentary: it ends, without an error, at the first reserved character that is not escaped."""


def seed(store: Store) -> None:
    """What the demo company's page said in the last year."""
    there = _LinkedIn(store)
    for post in past_posts(store.now(), "linkedin"):
        there.add_past(post)


def routes(store: Store) -> list[Route]:
    """LinkedIn's paths, and the admin side's about LinkedIn."""
    there = _LinkedIn(store)
    found = [
        Route("/oauth/v2/authorization", there.oauth.consent, methods=["GET"]),
        Route("/oauth/v2/accessToken", there.oauth.token, methods=["POST"]),
        there.call("/v2/userinfo", there.me, "openid"),
        there.call("/rest/organizationAcls", there.roles, "rw_organization_admin"),
        there.call("/rest/organizations/{id}", there.organization, "rw_organization_admin"),
        there.call("/rest/posts", there.create, WRITE, verb="POST"),
        there.call("/rest/posts", there.find, READ),
        there.call("/rest/posts/{urn}", there.read, READ),
        there.call("/rest/posts/{urn}", there.delete, WRITE, verb="DELETE"),
        there.call("/rest/organizationalEntityShareStatistics", there.share_statistics, ADMIN),
        there.call("/rest/organizationalEntityFollowerStatistics", there.follower_statistics, ADMIN),
        there.call("/rest/networkSizes/{urn}", there.size, f"{ADMIN} r_organization_social"),
        there.call("/rest/organizationalEntityNotifications", there.notifications, "rw_organization_admin"),
        there.call("/rest/socialActions/{urn}/comments", there.comment, ANSWER, verb="POST"),
        there.call("/rest/socialActions/{urn}/comments", there.find_comments, HEAR),
        there.call("/rest/socialActions/{urn}/comments/{number}", there.read_comment, HEAR),
        there.call(
            "/rest/socialActions/{urn}/comments/{number}", there.delete_comment, ANSWER, verb="DELETE"
        ),
        there.call("/dms-uploads/{urn}", there.take, WRITE, verb="PUT"),
    ]
    for kind in ("image", "document"):
        found += [
            there.call(f"/rest/{kind}s", there.beginning(kind), WRITE, verb="POST"),
            there.call(f"/rest/{kind}s/{{urn}}", there.status, WRITE),
        ]
    return [*found, *there.admin_routes()]


class _LinkedIn(StandIn):
    text_fields = ("commentary",)

    def __init__(self, store: Store) -> None:
        super().__init__(store, RULES)
        self._posts = store.table("linkedin_posts")
        self._media = store.table("linkedin_media")
        self._comments = LinkedInComments(store)

    def refused_token(self) -> RefusalError:
        return _problem(401, "INVALID_ACCESS_TOKEN", "Invalid access token")

    def refused_scope(self, scope: str) -> RefusalError:
        return _problem(403, "ACCESS_DENIED", f"Not enough permissions to access: {scope}")

    def admit(self, request: Request, scope: str) -> None:
        """A call to the versioned API names a version that is still taken."""
        if request.url.path.startswith("/rest/"):
            version = request.headers.get("linkedin-version")
            if version is None:
                raise _problem(400, "VERSION_MISSING", "A version must be present.")
            if not OLDEST <= version <= NEWEST:
                raise _problem(426, "NONEXISTENT_VERSION", f"Requested version {version} is not active")
        super().admit(request, scope)

    def said(self) -> list[Row]:
        return list(self._posts.rows().values())

    def say(self, asked: dict[str, Any]) -> Row:
        """A post; with `on` it is a comment, with `elsewhere` a post of somebody else that names the page."""
        if "on" in asked:
            row = self._comments.add(asked["author"], asked["text"], asked["on"] or self.said()[-1]["id"])
            self._comments.tell(ORGANIZATION, row, decorated=not asked.get("bare"))
            return row
        if asked.get("elsewhere"):
            return self._comments.name(ORGANIZATION, asked["author"], asked["text"])
        return self._add(str(asked.get("author", ORGANIZATION)), asked["text"], asked.get("content"))

    async def me(self, _: Request) -> dict[str, Any]:
        return {"sub": PERSON.rpartition(":")[2], "name": NAMES[PERSON]}

    async def roles(self, _: Request) -> dict[str, Any]:
        role = {"role": "ADMINISTRATOR", "state": "APPROVED", "roleAssignee": PERSON}
        return {"elements": [{**role, "organization": ORGANIZATION}], "paging": {"start": 0, "count": 10}}

    async def organization(self, request: Request) -> dict[str, Any]:
        if request.path_params["id"] != ORGANIZATION.rpartition(":")[2]:
            raise _missing()
        return {"id": 1900001, "localizedName": COMPANY_NAME, "vanityName": "northwind-lane"}

    async def create(self, request: Request) -> Response:
        asked = await body_of(request) or {}
        text, content = str(asked.get("commentary", "")), asked.get("content")
        with self.store.transaction():
            self._check_new(request, asked, text, content)
            row = self._add(asked["author"], text, content)
        return Response(status_code=201, headers={"x-restli-id": row["id"]})

    async def find(self, request: Request) -> dict[str, Any]:
        asked = request.query_params
        self._check_author(request, asked.get("author", ""), "r")
        if asked.get("q") != "author":
            raise _problem(400, "ILLEGAL_ARGUMENT", "The finder is not known.")
        rows = sorted(self.said(), key=lambda row: (row["lastModifiedAt"], row["id"]), reverse=True)
        return paged([open_row(row) for row in rows if row["author"] == asked.get("author")], request)

    async def read(self, request: Request) -> dict[str, Any]:
        row = self._posts.get(request.path_params["urn"])
        if row is None:
            raise _missing()
        self._check_author(request, row["author"], "r")
        return open_row(row)

    async def delete(self, request: Request) -> Response:
        row = self._posts.get(request.path_params["urn"])
        if row is not None:
            self._check_author(request, row["author"], "w")
            self._posts.remove(row["id"])
        return Response(status_code=204)

    async def share_statistics(self, request: Request) -> dict[str, Any]:
        return share_statistics(request, self._posts, self.store.now())

    async def follower_statistics(self, request: Request) -> dict[str, Any]:
        return follower_statistics(request, self.store.now())

    async def size(self, request: Request) -> dict[str, Any]:
        if request.query_params.get("edgeType") != "COMPANY_FOLLOWED_BY_MEMBER":
            raise _problem(400, "ILLEGAL_ARGUMENT", "edgeType is not known")
        return {"firstDegreeSize": followers(FOLLOWERS, self.store.now())}

    async def notifications(self, request: Request) -> dict[str, Any]:
        return self._comments.notifications(request)

    async def comment(self, request: Request) -> Response:
        asked, on = await body_of(request) or {}, request.path_params["urn"]
        text = str(asked.get("message", {}).get("text", ""))
        if asked.get("actor") not in NAMES or not asked.get("object"):
            raise _problem(403, "ACCESS_DENIED", "actor and object are required")
        if not text or len(text) > LONGEST_COMMENT:
            raise _problem(400, "ILLEGAL_ARGUMENT", f"message has 1 to {LONGEST_COMMENT} characters")
        if self._comments.is_in_a_thread(on):
            raise _problem(400, "ILLEGAL_ARGUMENT", "A comment within a thread takes no comments")
        row = self._comments.add(asked["actor"], text, on)
        self._comments.tell(ORGANIZATION, row)
        return created(row)

    async def find_comments(self, request: Request) -> dict[str, Any]:
        return paged(self._comments.of(request.path_params["urn"]), request)

    async def read_comment(self, request: Request) -> dict[str, Any]:
        row = self._comments.one(request.path_params["urn"], request.path_params["number"])
        if row is None:
            raise _missing()
        return row

    async def delete_comment(self, request: Request) -> Response:
        row = self._comments.one(request.path_params["urn"], request.path_params["number"])
        if row is None:
            raise _missing()
        self._comments.rows.remove(row["commentUrn"])
        return Response(status_code=204)

    def beginning(self, kind: str) -> Any:
        """The call that begins an upload of this kind."""

        async def begin(request: Request) -> dict[str, Any]:
            asked = (await body_of(request) or {}).get("initializeUploadRequest", {})
            self._check_author(request, str(asked.get("owner")), "w")
            urn = f"urn:li:{kind}:D4E{self.store.next_number('linkedin_media'):012}"
            self._media.put(urn, {"owner": asked["owner"], "size": 0, "ready": None})
            address = f"{request.base_url}dms-uploads/{quote(urn, safe='')}"
            return {"value": {"uploadUrl": address, kind: urn, "uploadUrlExpiresAt": self._now_ms()}}

        return begin

    async def take(self, request: Request) -> Response:
        urn = request.path_params["urn"]
        content = await request.body()
        if urn not in self._media or not content:
            raise _problem(400, "ILLEGAL_ARGUMENT", "The upload is not known, or empty.")
        ready = self._now_ms() + int(PREPARE_SECONDS * 1000)
        self._media.update(urn, size=len(content), ready=ready)
        keep_picture(self.store, urn, content)
        return Response(status_code=201)

    async def status(self, request: Request) -> dict[str, Any]:
        urn = request.path_params["urn"]
        if urn not in self._media:
            raise _missing()
        return {"id": urn, "owner": self._media[urn]["owner"], "status": self._status(urn)}

    def _status(self, urn: str) -> str:
        ready = (self._media.get(urn) or {}).get("ready")
        if ready is None:
            return "WAITING_UPLOAD"
        return "AVAILABLE" if ready <= self._now_ms() else "PROCESSING"

    def add_past(self, post: PastPost) -> Row:
        """What the page itself said a while ago."""
        files = {"picture": "urn:li:image:past", "video": "urn:li:video:past"}
        content: dict[str, Any] | None = None
        if post.kind in files:
            content = {"media": {"id": f"{files[post.kind]}{post.number}"}}
        elif post.kind == "link":
            content = {"article": {"source": post.text.partition(" https")[2], "title": "Journal"}}
        return self._put(post.made_at, ORGANIZATION, little_text(post.text), content, is_past=True)

    def _add(self, author: str, text: str, content: dict[str, Any] | None) -> Row:
        return self._put(self.store.now(), author, text, content)

    def _put(self, at: datetime, author: str, text: str, content: dict[str, Any] | None, **own: Any) -> Row:
        made = int(at.timestamp() * 1000)
        shown = LITTLE.match(text)
        row: Row = {
            "id": f"urn:li:share:{(made << 22) + self.store.next_number('linkedin_ids') % 4096}",
            "author": author,
            "commentary": shown.group() if shown else "",
            "createdAt": made,
            "publishedAt": made,
            "lastModifiedAt": made,
            "lifecycleState": "PUBLISHED",
            "visibility": "PUBLIC",
            **({"content": content} if content else {}),
            **own,
        }
        self._posts.put(row["id"], row)
        return row

    def _check_author(self, request: Request, author: str, right: str) -> None:
        scopes = self.oauth.scopes(request.headers.get("authorization", "")) or set()
        kind = "organization" if author == ORGANIZATION else "member"
        if author not in NAMES or f"{right}_{kind}_social" not in scopes:
            raise _problem(403, "ACCESS_DENIED", f"Not enough permissions to access: {right} as {author}")

    def _check_new(
        self, request: Request, asked: dict[str, Any], text: str, content: dict[str, Any] | None
    ) -> None:
        author = str(asked.get("author"))
        self._check_author(request, author, "w")
        if asked.get("lifecycleState") != "PUBLISHED" or "distribution" not in asked:
            raise _problem(422, "MISSING_FIELD", "lifecycleState and distribution are required")
        if len(text) > LONGEST * 2:
            raise _problem(400, "FIELD_LENGTH_TOO_LONG", f"commentary is longer than {LONGEST} characters")
        for urn in media_of(content or {}):
            if self._status(urn) != "AVAILABLE":
                raise _problem(400, "INVALID_VALUE_FOR_FIELD", f"{urn} is not AVAILABLE")
        same = [row for row in self.said() if (row["author"], row["commentary"]) == (author, text)]
        if same:
            said = f"Content is a duplicate of {same[0]['id']}"
            raise _problem(422, "DUPLICATE_POST", said)

    def _now_ms(self) -> int:
        return int(self.store.now().timestamp() * 1000)


def media_of(content: dict[str, Any]) -> list[str]:
    """The files of a post."""
    several = content.get("multiImage", {}).get("images", [])
    if "multiImage" in content and len(several) not in range(2, 21):
        raise _problem(400, "ILLEGAL_ARGUMENT", "multiImage has 2 to 20 images")
    return [one["id"] for one in several] or ([content["media"]["id"]] if "media" in content else [])


def _problem(status: int, code: str, message: str) -> RefusalError:
    body: dict[str, Any] = {"status": status, "code": code, "message": message}
    if code == "DUPLICATE_POST":
        body["errorDetails"] = {"inputErrors": [{"description": "Duplicate post is detected", "code": code}]}
    return RefusalError(status, body)


def _missing() -> RefusalError:
    return _problem(404, "NOT_FOUND", "Could not find entity")
