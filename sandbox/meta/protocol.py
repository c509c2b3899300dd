"""Meta on the wire: `/v26.0/...`, Facebook's login and its token endpoint, and the admin side about both platforms."""

from starlette.convertors import StringConvertor, register_url_convertor
from starlette.routing import Route

from sandbox.meta.facebook import Facebook
from sandbox.meta.graph import VERSION
from sandbox.meta.instagram import HEAR as HEAR_INSTAGRAM
from sandbox.meta.instagram import Instagram
from sandbox.meta.seed import INSTAGRAM_ID
from sandbox.store import Store

MANAGE, READ = "pages_manage_posts", "pages_read_engagement"
ANSWER, HEAR = "pages_manage_engagement", "pages_read_user_content"
PUBLISH, BASIC = "instagram_content_publish", "instagram_basic"


class InstagramId(StringConvertor):
    """The ids of Instagram's posts, comments and containers, which have paths like Facebook's."""

    regex = "178[0-9]+"


register_url_convertor("instagram", InstagramId())


def routes(store: Store) -> list[Route]:
    """Meta's paths, and the admin side's about Facebook and Instagram."""
    facebook, instagram = Facebook(store), Instagram(store)
    account, post = f"/{VERSION}/{INSTAGRAM_ID}", f"/{VERSION}/{{id:instagram}}"
    node = f"/{VERSION}/{{id}}"
    return [
        Route(f"/{VERSION}/dialog/oauth", facebook.oauth.consent, methods=["GET"]),
        Route(f"/{VERSION}/oauth/access_token", facebook.token, methods=["POST"]),
        facebook.call(f"/{VERSION}/me/accounts", facebook.pages, "pages_show_list"),
        instagram.call(account, instagram.account, BASIC),
        instagram.call(f"{account}/content_publishing_limit", instagram.allowance, PUBLISH),
        instagram.call(f"{account}/media", instagram.timeline, BASIC),
        instagram.call(f"{account}/insights", instagram.insights, "instagram_manage_insights"),
        instagram.call(f"{account}/media", instagram.container, PUBLISH, verb="POST"),
        instagram.call(f"{account}/media_publish", instagram.publish, PUBLISH, verb="POST"),
        instagram.call(f"{account}/tags", instagram.tagged, HEAR_INSTAGRAM),
        instagram.call(f"{post}/comments", instagram.commented, HEAR_INSTAGRAM),
        instagram.call(f"{post}/replies", instagram.commented, HEAR_INSTAGRAM),
        instagram.call(f"{post}/replies", instagram.reply, HEAR_INSTAGRAM, verb="POST"),
        instagram.call(post, instagram.node, BASIC),
        instagram.call(post, instagram.delete, f"{PUBLISH} {HEAR_INSTAGRAM}", verb="DELETE"),
        facebook.call(f"{node}/feed", facebook.create, MANAGE, verb="POST"),
        facebook.call(f"{node}/feed", facebook.feed, HEAR),
        facebook.call(f"{node}/tagged", facebook.tagged, HEAR),
        facebook.call(f"{node}/comments", facebook.comment, ANSWER, verb="POST"),
        facebook.call(f"{node}/comments", facebook.commented, HEAR),
        facebook.call(f"{node}/photos", facebook.photo, MANAGE, verb="POST"),
        facebook.call(f"{node}/videos", facebook.video, MANAGE, verb="POST"),
        facebook.call(f"{node}/posts", facebook.timeline, READ),
        facebook.call(f"{node}/scheduled_posts", facebook.scheduled, MANAGE),
        facebook.call(f"{node}/insights", facebook.insights, "read_insights"),
        facebook.call(node, facebook.node, READ),
        facebook.call(node, facebook.update, MANAGE, verb="POST"),
        facebook.call(node, facebook.delete, MANAGE, verb="DELETE"),
        *facebook.admin_routes(),
        *instagram.admin_routes(),
    ]
