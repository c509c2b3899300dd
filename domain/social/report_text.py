"""How posts did, as Markdown for people."""

from collections.abc import Iterable, Mapping

from domain.social.measured import Metric
from domain.social.post import Platform
from domain.social.report import GroupShown, PlatformInsights, ReportedRate
from domain.vault.overview import LONGEST_DETAIL, one_line


def insights_markdown(found: PlatformInsights) -> str:
    """One platform's."""
    title = Platform(found.platform).title
    marked = " (sandbox figures)" if found.source == "sandbox" else ""
    return "\n\n".join(
        part
        for part in (
            f"# {title}: {_plain(found.account)}{marked}",
            f"{found.first} to {found.last}, {found.as_of}",
            _engagement(found),
            _followers(found),
            _kinds(found),
            _posts(found),
            _groups("Best times", "Time", found.best_times),
            _groups("Hashtags", "Hashtag", found.best_hashtags),
            "\n".join(f"- {_plain(note)}" for note in found.notes),
        )
        if part
    )


def _engagement(found: PlatformInsights) -> str:
    counts = ", ".join(f"{count:,} {metric}" for metric, count in found.totals.items())
    account = ", ".join(f"{count:,} {metric}" for metric, count in found.account_totals.items())
    rate = found.engagement
    counted = f"{rate.engagements:,} / {rate.seen:,}, over {_posts_counted(rate)}"
    said = [
        f"**Engagement {_percent(rate.rate)}** = {found.definition}: {counted}",
        f"{found.posts} posts: {counts or 'nothing was counted'}",
    ]
    return "\n\n".join([*said, f"Of the account: {account}"] if account else said)


def _posts_counted(rate: ReportedRate) -> str:
    left = f" ({rate.posts_left_out} left out: a count is missing)" if rate.posts_left_out else ""
    return f"{rate.posts} posts{left}"


def _followers(found: PlatformInsights) -> str:
    known = found.followers
    if known is None:
        return "Followers: not known"
    return f"Followers: {known.now:,} on {known.last}, {known.change:+,} since {known.first}"


def _kinds(found: PlatformInsights) -> str:
    rows = ([kind, str(one.posts), _percent(one.rate)] for kind, one in found.kinds.items())
    return _table("By kind", ["Kind", "Posts", "Engagement"], rows) if found.kinds else ""


def _posts(found: PlatformInsights) -> str:
    rows = (
        [one.published, one.kind, _counted(one.counts), _plain(one.text), one.url] for one in found.best_posts
    )
    return (
        _table("Best posts", ["Published", "Kind", "Counts", "Text", "Address"], rows)
        if found.best_posts
        else ""
    )


def _groups(title: str, name: str, groups: list[GroupShown]) -> str:
    rows = (
        [_plain(one.name), _percent(one.rate), f"{_percent(one.low)} to {_percent(one.high)}", str(one.posts)]
        for one in groups
    )
    return _table(title, [name, "Engagement", "Probably", "Posts"], rows) if groups else ""


def _table(title: str, names: list[str], rows: Iterable[list[str]]) -> str:
    lines = [names, ["---"] * len(names), *rows]
    return f"## {title}\n\n" + "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _counted(counts: Mapping[Metric, int]) -> str:
    return ", ".join(f"{count:,} {metric}" for metric, count in counts.items())


def _percent(rate: float | None) -> str:
    return "unknown" if rate is None else f"{rate:.1%}"


def _plain(text: str) -> str:
    return one_line(text, LONGEST_DETAIL)
