"""What a person sees who follows a post's address in the sandbox: the post, and that it is a stand-in's."""

import html
from collections.abc import Callable, Iterable
from functools import partial

from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

from domain.social.little_text import shown_text
from sandbox.linkedin.protocol import NAMES, media_of
from sandbox.meta.replies import shown_below
from sandbox.pictures import ShownPicture, pictures_of
from sandbox.store import Row, Store

PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title} (sandbox)</title><style>
body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 40em; margin: 2em auto; padding: 0 1em }}
.note {{ background: #fff3cd; color: #533f03; padding: .6em 1em; border-radius: .4em }}
article {{ border: 1px solid #8888; border-radius: .4em; padding: .2em 1em; margin: 1em 0 }}
article article {{ margin-left: 1em }} img {{ max-width: 100% }} p {{ white-space: pre-wrap; overflow-wrap: anywhere }}
</style></head><body><p class="note">This is the sandbox's stand-in for {title}. Nobody else sees this, and nothing
of it is on the real {title}.</p>{body}</body></html>"""
Shown = Callable[[str], str]
"""The post with this id, as HTML; empty: there is none."""


def routes(store: Store) -> list[Route]:
    """The addresses that the stand-ins give to posts."""

    def on_x(post_id: str) -> str:
        row = store.table("x_posts").get(post_id)
        if row is None:
            return ""
        answers = [one for one in store.table("x_posts").rows().values() if one["answers"] == post_id]
        return _post(
            _x_author(store, row),
            row["said"],
            [(_x_author(store, one), one["said"]) for one in answers],
            pictures_of(store, row["media"]),
        )

    def on_facebook(post_id: str) -> str:
        row = _found(post_id, store, "facebook_posts", "facebook_visits", "facebook_comments")
        if row is None:
            return ""
        answers = [
            one
            for one in store.table("facebook_comments").rows().values()
            if post_id in (one["post"], (one["parent"] or {}).get("id"))
        ]
        return _post(
            row["from"]["name"],
            row["message"],
            [(one["from"]["name"], one["message"]) for one in answers],
            pictures_of(store, row.get("photo_ids", [])),
        )

    def on_linkedin(urn: str) -> str:
        number = urn.rpartition(":")[2]
        rows = store.table("linkedin_posts").rows().values()
        row = next((one for one in rows if one["id"].rpartition(":")[2] == number), None)
        if row is None:
            return ""
        comments = store.table("linkedin_comments").rows().values()
        here = [one for one in comments if one["object"].rpartition(":")[2] == number]
        return _post(
            _named(row["author"]),
            shown_text(row["commentary"]),
            [(_named(one["actor"]), one["message"]["text"]) for one in here],
            pictures_of(store, media_of(row.get("content") or {})),
        )

    return [
        _route("/{name}/status/{id}", "X", on_x),
        _route("/northwindlane/posts/{id}", "Facebook", on_facebook),
        _route("/feed/update/{id}/", "LinkedIn", on_linkedin),
        _route("/p/{id}/", "Instagram", partial(_on_instagram, store)),
    ]


def _route(path: str, title: str, shown: Shown) -> Route:
    async def page(request: Request) -> HTMLResponse:
        body = shown(request.path_params["id"])
        missing = "<p>There is no such post; it may have been deleted.</p>"
        return HTMLResponse(PAGE.format(title=title, body=body or missing), 200 if body else 404)

    return Route(path, page, methods=["GET"])


def _on_instagram(store: Store, post_id: str) -> str:
    row = _found(post_id, store, "instagram_posts", "instagram_visits")
    if row is None:
        return ""
    files = [ShownPicture(one["url"], one["alt"] or "") for one in row.get("files", []) if one["url"]]
    return _post(
        f"@{row.get('username', 'northwindlane')}", row["caption"], shown_below(store, post_id), files
    )


def _found(post_id: str, store: Store, *tables: str) -> Row | None:
    rows = (store.table(name).get(post_id) for name in tables)
    return next((row for row in rows if row is not None), None)


def _x_author(store: Store, row: Row) -> str:
    user = store.table("x_users").get(row["author_id"])
    return f"@{user['username']}" if user else f"@user{row['author_id'][-11:]}"


def _named(urn: str) -> str:
    return NAMES.get(urn, urn)


def _post(
    author: str, text: str, answers: list[tuple[str, str]], pictures: Iterable[ShownPicture] = ()
) -> str:
    under = "".join(_post(who, said, []) for who, said in answers)
    seen = "".join(
        f'<img src="{html.escape(one.address)}" alt="{html.escape(one.alt_text)}">' for one in pictures
    )
    return f"<article><b>{html.escape(author)}</b><p>{html.escape(text)}</p>{seen}{under}</article>"
