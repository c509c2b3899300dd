"""What is trending on X, for an account with X Premium: the same every day."""

from typing import Any

TRENDS: list[dict[str, Any]] = [
    {"trend_name": name, "category": category, "post_count": posts, "trending_since": since}
    for name, category, posts, since in (
        ("#SmallBusinessSaturday", "Business", 42_000, "5 hours ago"),
        ("First snow on the coast", "Weather", 12_400, "Trending now"),
        ("Cup final", "Sports", 9_800, "2 hours ago"),
        ("Open workshops weekend", "Crafts", 3_100, "1 day ago"),
    )
]
