"""Meta on the wire: `/v26.0/...`, Facebook's login and its token endpoint, and the admin side about both platforms."""

from starlette.routing import Route

from sandbox.meta.facebook import Facebook
from sandbox.meta.graph import VERSION
from sandbox.store import Store

MANAGE, READ = "pages_manage_posts", "pages_read_engagement"
ANSWER, HEAR = "pages_manage_engagement", "pages_read_user_content"


def routes(store: Store) -> list[Route]:
    """Meta's paths, and the admin side's about Facebook and Instagram."""
    facebook = Facebook(store)
    node = f"/{VERSION}/{{id}}"
    return [
        Route(f"/{VERSION}/dialog/oauth", facebook.oauth.consent, methods=["GET"]),
        Route(f"/{VERSION}/oauth/access_token", facebook.token, methods=["POST"]),
        facebook.call(f"/{VERSION}/me/accounts", facebook.pages, "pages_show_list"),
        facebook.call(f"{node}/feed", facebook.create, MANAGE, verb="POST"),
        facebook.call(f"{node}/feed", facebook.feed, HEAR),
        facebook.call(f"{node}/tagged", facebook.tagged, HEAR),
        facebook.call(f"{node}/comments", facebook.comment, ANSWER, verb="POST"),
        facebook.call(f"{node}/comments", facebook.commented, HEAR),
        facebook.call(f"{node}/photos", facebook.photo, MANAGE, verb="POST"),
        facebook.call(f"{node}/posts", facebook.timeline, READ),
        facebook.call(node, facebook.node, READ),
        facebook.call(node, facebook.delete, MANAGE, verb="DELETE"),
        *facebook.admin_routes(),
    ]
