"""A week's other numbers from raw records: the audit log, the ledger by SQL, posts and events as they were made.

Nothing of `domain.briefing` is asked.
"""

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from statistics import median
from typing import Any

from blocks.settings import settings
from domain.week import Week
from tasks.vault.vault import current_vault
from tests.briefing_world import FACEBOOK, NOW, RUNS, X, changes, events, followers_of, posts_of
from tests.worked_weeks import BEGUN, ENDED

Found = dict[str, float | None]
Line = dict[str, Any]
WATCHERS = {"gmail": "watch-gmail", "files": "watch-files", "mentions": "watch-mentions"}
KEPT_RUNS = timedelta(days=14)
WAITING = 5


def moment(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def sql(query: str, *values: datetime) -> list[tuple[Any, ...]]:
    """Rows of the ledger."""
    said = [value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f") for value in values]
    with sqlite3.connect(settings().ledger_url.removeprefix("sqlite:///")) as ledger:
        return ledger.execute(query, said).fetchall()


def middle(values: Iterable[float]) -> float | None:
    found = list(values)
    return median(found) if found else None


def share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


@dataclass(frozen=True)
class RawWeek:
    """A week, and the audit log as it lies on the disk."""

    week: Week

    @cached_property
    def lines(self) -> list[Line]:
        files = sorted((current_vault().root / "Logs").glob("audit_*.jsonl"))
        return [json.loads(line) for path in files for line in path.read_text().splitlines()]

    def has(self, at: datetime) -> bool:
        return self.week.since <= at < self.week.until

    def told(self, *ends: str) -> list[Line]:
        return [
            one for one in self.lines if one["action"].endswith(ends) and self.has(moment(one["timestamp"]))
        ]

    def first(self, end: str, *, before: datetime | None = None) -> dict[str, datetime]:
        """Of each task, when it was first told so."""
        found: dict[str, datetime] = {}
        for one in self.lines:
            at = moment(one["timestamp"])
            if one["action"].endswith(end) and (before is None or at < before):
                found.setdefault(one["resource"], at)
        return found

    @cached_property
    def pending(self) -> set[str]:
        until = self.week.until
        notes = {path.stem for path in (current_vault().root / "Needs_Action").glob("*.md")}
        came, done = self.first(".event_stored", before=until), self.first("task.done")
        return {task for task in came if (done[task] >= until if task in done else task in notes)}

    def days_until_its_end(self, at: datetime) -> float:
        return (self.week.until - at) / timedelta(days=1)


def week_by_hand(week: Week) -> Found:
    """Every number of every part but the money, by its key."""
    raw = RawWeek(week)
    parts: dict[str, Callable[[RawWeek], Found]] = {
        "social": social,
        "outside": outside,
        "operations": operations,
        "productivity": productivity,
        "calendar": ahead,
        "learning": learning,
    }
    return {f"{part}.{key}": value for part, count in parts.items() for key, value in count(raw).items()}


def operations(raw: RawWeek) -> Found:
    return tasks(raw) | approvals(raw) | effects(raw) | letters(raw) | lags(raw) | runs(raw) | machine(raw)


def tasks(raw: RawWeek) -> Found:
    until = raw.week.until
    waits = {
        key: {task: at for task, at in raw.first(action, before=until).items() if task in raw.pending}
        for key, action in (("handed", "task.escalated"), ("blocked", "dependency.waiting"))
    }
    longest = {
        f"{key}.{task}": raw.days_until_its_end(found[task])
        for key, found in waits.items()
        for task in sorted(found, key=found.__getitem__)[:WAITING]
    }
    return longest | {
        "came": len({one["resource"] for one in raw.told(".event_stored")}),
        "done": len({one["resource"] for one in raw.told("task.done")}),
        "pending": len(raw.pending),
        "escalated": len(waits["handed"]),
        "dependent": len(waits["blocked"]),
    }


def approvals(raw: RawWeek) -> Found:
    since, until = raw.week.since, raw.week.until
    rows = sql(
        "SELECT id, state, created_at, decided_at, expires_at, task_id, version FROM approval_requests"
    )
    later = {(task, version): at for _, _, at, _, _, task, version in rows}
    asked, ended, waited, still = 0, {"approved": 0, "rejected": 0, "expired": 0}, [], {}
    waiting = 0
    for name, state, created, decided, expires, task, version in rows:
        at, end = moment(created), None
        if state in {"approved", "rejected"}:
            end = moment(decided)
        elif state == "expired":
            end = moment(expires)
        elif state == "superseded":
            end = moment(later.get((task, version + 1), created))
        asked += since <= at < until
        if end and since <= end < until and state in ended:
            ended[state] += 1
            waited += [(end - at) / timedelta(hours=1)] if decided else []
        waiting += at < until and (end is None or end >= until)
        if end is None and at < until:
            still[name] = at
    return {
        "asked": asked,
        "granted": ended["approved"],
        "refused": ended["rejected"],
        "expired": ended["expired"],
        "waiting": waiting,
        "answer_median": middle(waited),
        "answer_longest": max(waited, default=None),
        **{
            f"wait.{name}": raw.days_until_its_end(still[name])
            for name in sorted(still, key=still.__getitem__)[:WAITING]
        },
    }


def effects(raw: RawWeek) -> Found:
    told = [one for one in raw.told("") if "effect" in one["details"]]
    found: Found = {}
    for service in ("", *sorted({one["action"].partition(".")[0] for one in told})):
        those = [one for one in told if service in {"", one["action"].partition(".")[0]}]
        tried = sum(one["status"] == "intent" for one in those)
        failed = sum(one["status"] in {"failure", "unknown"} for one in those)
        end = f".{service}" if service else ""
        found |= {f"tries{end}": tried, f"failures{end}": failed, f"error_rate{end}": share(failed, tried)}
    return found


def letters(raw: RawWeek) -> Found:
    rows = [
        (key, moment(at), gone and moment(gone))
        for key, at, gone in sql("SELECT id, first_buried_at, resolved_at FROM dead_letters")
    ]
    until = raw.week.until
    still = {key: at for key, at, gone in rows if at < until and not gone}
    return {
        "letters_new": sum(raw.has(at) for _, at, _ in rows),
        "letters": sum(at < until and (not gone or gone >= until) for _, at, gone in rows),
        **{
            f"letter.{key}": raw.days_until_its_end(still[key])
            for key in sorted(still, key=still.__getitem__)[:WAITING]
        },
    }


def lags(raw: RawWeek) -> Found:
    found: Found = {}
    came = raw.told(".event_stored")
    ran = {run.flow for run in RUNS if raw.has(run.begun_at)}
    sources = [
        one
        for one, flow in WATCHERS.items()
        if flow in ran or any(line["action"].startswith(one) for line in came)
    ]
    for source in ("", *sources):
        values = [
            (moment(one["timestamp"]) - moment(one["details"]["received"])) / timedelta(minutes=1)
            for one in came
            if one["action"].partition(".")[0]
            in ({"gmail", "mentions"} if not source else {source} - {"files"})
        ]
        end = f".{source}" if source else ""
        found |= {f"lag_median{end}": middle(values), f"lag_longest{end}": max(values, default=None)}
    for source in sources:
        found |= {key: value for key, value in _ran(raw, WATCHERS[source]).items() if key.startswith("runs")}
    return found


def runs(raw: RawWeek) -> Found:
    others = {run.flow for run in RUNS if raw.has(run.begun_at)} - set(WATCHERS.values())
    found = _ran(raw, "")
    for flow in others:
        found |= _ran(raw, flow)
    return found


def _ran(raw: RawWeek, flow: str) -> Found:
    those = [run for run in RUNS if raw.has(run.begun_at) and flow in {"", run.flow}]
    end = f".{flow}" if flow else ""
    lasted = [run.lasted.total_seconds() for run in those]
    begun = max(min(run.begun_at for run in RUNS), NOW - KEPT_RUNS)
    is_known = begun < raw.week.until
    return {
        f"runs{end}": len(those) if is_known else None,
        f"runs_failed{end}": sum(run.has_failed for run in those) if is_known else None,
        f"run_median{end}": middle(lasted),
        f"run_longest{end}": max(lasted, default=None),
    }


def machine(raw: RawWeek) -> Found:
    since, until = raw.week.since, raw.week.until
    [[cpu, memory, disk]] = sql(
        "SELECT avg(cpu_percent), max(memory_percent), min(disk_free_bytes) FROM heartbeats "
        "WHERE slot >= ? AND slot < ?",
        since, until,
    )  # fmt: skip
    beats = {
        moment(at) for [at] in sql("SELECT slot FROM heartbeats WHERE slot >= ? AND slot < ?", since, until)
    }
    slot = timedelta(minutes=5)
    looked: dict[str, dict[str, set[datetime]]] = {}
    for service, begin, end, standing in sql("SELECT service, since, until, standing FROM spells"):
        first = moment(begin)
        slots = {first + slot * number for number in range((moment(end) - first) // slot)}
        looked.setdefault(service, {}).setdefault(standing, set()).update(slots)
    first_look = min(at for found in looked.values() for slots in found.values() for at in slots)
    up = set().union(*looked["ledger"].values())  # the one thing of its own that was looked at, and always up
    whole = (until - max(since, BEGUN)) // slot
    found: Found = {
        "uptime": sum(at < first_look or at in up for at in beats) / whole,
        "cpu": cpu / 100,
        "memory": memory / 100,
        "disk_free": disk / 10**9,
    }
    for service in ("ledger", "odoo"):
        those = {standing: {at for at in slots if raw.has(at)} for standing, slots in looked[service].items()}
        seen = set().union(*those.values())
        if seen:
            slots = (until - min(seen)) // slot
            found |= {
                f"up.{service}": len(those.get("up", ())) / slots,
                f"down.{service}": len(those.get("down", ())) / slots,
                f"unknown.{service}": 1 - len(seen) / slots,
            }
    return found


def productivity(raw: RawWeek) -> Found:
    done = {one["resource"]: one for one in reversed(raw.lines) if one["action"] == "task.done"}
    handed = {one["resource"]: one for one in reversed(raw.lines) if one["action"] == "task.escalated"}
    sent = [
        (task, moment(at))
        for task, at, inputs in sql("SELECT task_id, begun_at, inputs FROM effects")
        if json.loads(inputs)["in_reply_to"]
    ]
    mails = {one["resource"]: one for one in raw.lines if one["action"] == "gmail.event_stored"}
    ends = {
        task: min(moment(one[task]["timestamp"]) for one in (done, handed) if task in one)
        for task in mails
        if task in done or task in handed
    }
    of_week = [one for one in done.values() if raw.has(moment(one["timestamp"]))]
    given = [one for one in handed.values() if raw.has(moment(one["timestamp"]))]
    found: Found = {
        "mails": sum(raw.has(moment(one["timestamp"])) for one in mails.values()),
        "handled": sum(map(raw.has, ends.values())),
        "replies": sum(raw.has(at) for _, at in sent),
        "important": sum(one["details"]["priority"] == "high" for one in of_week),
        **moved(raw),
        **responses(raw, mails, done, sent, ""),
    }
    is_told = bool(of_week or given)
    for domain in ("personal", "business", "both") if is_told else ():
        own = [one for one in of_week if one["domain"] == domain]
        found |= {
            f"done.{domain}": len(own),
            f"handed.{domain}": sum(one["domain"] == domain for one in given),
            f"important.{domain}": sum(one["details"]["priority"] == "high" for one in own),
            **responses(raw, mails, done, sent, domain),
        }
    return found


def moved(raw: RawWeek) -> Found:
    last = {one["resource"]: one["details"] for one in raw.told("cross_domain.moved")}
    days = {
        task: (date.fromisoformat(one["due"]) - date.fromisoformat(one["promised"])).days
        for task, one in last.items()
    }
    return {"moved": len(days), **{f"moved.{task}": later for task, later in days.items()}}


def responses(
    raw: RawWeek, mails: dict[str, Line], done: dict[str, Line], sent: list[tuple[str, datetime]], domain: str
) -> Found:
    hours = []
    for task, mail in mails.items():
        ends = [at for one, at in sent if one == task]
        ends += [moment(done[task]["timestamp"])] if task in done else []
        is_own = domain in {"", done[task]["domain"] if task in done else "-"}
        if ends and is_own and raw.has(min(ends)):
            hours.append((min(ends) - moment(mail["details"]["received"])) / timedelta(hours=1))
    end = f".{domain}" if domain else ""
    return {f"response_median{end}": middle(hours), f"response_longest{end}": max(hours, default=None)}


def learning(raw: RawWeek) -> Found:
    rows = sql(  # those about the rules are about no action
        "SELECT task_id, state, created_at, decided_at, action FROM approval_requests "
        "WHERE id NOT IN (SELECT request_id FROM suggestions)"
    )
    answers = [state for task, state, _, at, _ in rows if at and raw.has(moment(at))]
    refused = answers.count("rejected")
    found: Found = {
        "answers": len(answers),
        "edited": share(0, len(answers)),
        "rejected": share(refused, len(answers)),
    }
    if refused:
        found |= {f"{key}.odoo.record_bill": value for key, value in found.items()}
    asked: dict[str, datetime] = {}
    for task, _, at, _, _ in rows:
        asked[task] = min(moment(at), asked.get(task, ENDED))
    ends = {task: at for task, at in raw.first("task.done").items() if raw.has(at)}
    came = raw.first(".event_stored")
    alone = sum(task not in asked or asked[task] > at for task, at in ends.items())
    expected = {
        task: json.loads(said)["lasts"]
        for task, said in sql("SELECT task_id, expected FROM learned_tasks WHERE expected IS NOT NULL")
    }
    timed = [
        (expected[task], (at - came[task]).total_seconds()) for task, at in ends.items() if expected.get(task)
    ]
    inside = sum(lasts["low"] * 0.99 <= took <= lasts["high"] * 1.01 for lasts, took in timed)
    made = sql(
        "SELECT s.made_at, a.decided_at, a.state FROM suggestions s JOIN approval_requests a ON a.id = s.request_id"
    )
    return found | {
        "ended": len(ends),
        "alone": share(alone, len(ends)),
        "inside": share(inside, len(timed)),
        "suggested": sum(raw.has(moment(at)) for at, _, _ in made),
        "accepted": sum(state == "approved" and raw.has(moment(at)) for _, at, state in made),
    }


def social(raw: RawWeek) -> Found:
    found: Found = {}
    for name, metrics, engaged in (("x", X, X[1:]), ("facebook", FACEBOOK, FACEBOOK[1:])):
        platform = next(one for one in _platforms() if one.value == name)
        posts = [(one.post.created_at, one.counts) for one in posts_of(platform, metrics)]
        weeks = [raw.week.previous(back) for back in range(9)]
        of = [[counts for at, counts in posts if week.since <= at < week.until] for week in weeks]
        rates = [_rate(one, metrics[0], engaged) for one in of[:2]]
        known = [
            len(one) for one, week in zip(of, weeks, strict=True) if week.since >= min(at for at, _ in posts)
        ][1:]
        days = followers_of(platform)
        last = days.get(raw.week.sunday)
        start = days.get(raw.week.monday - timedelta(days=1))
        best = sorted(of[0], key=lambda counts: -sum(counts[one] for one in engaged))[:5]
        found |= {
            f"{name}.posts": len(of[0]),
            f"{name}.usual_posts": median(known) if len(known) >= 6 else None,
            f"{name}.engagement": rates[0],
            f"{name}.engagement_before": rates[1],
            f"{name}.seen": sum(counts[metrics[0]] for counts in of[0]) if of[0] else None,
            f"{name}.followers": last,
            f"{name}.gained": None if last is None or start is None else last - start,
        }
        for place, counts in enumerate(best, start=1):
            found |= {
                f"{name}.best{place}": sum(counts[one] for one in engaged),
                f"{name}.best{place}_seen": counts[metrics[0]],
            }
    return found


def _platforms() -> Iterator[Any]:
    from domain.social.post import Platform

    yield from Platform


def _rate(posts: list[Any], seen: Any, engaged: tuple[Any, ...]) -> float | None:
    return (
        sum(counts[one] for counts in posts for one in engaged) / sum(counts[seen] for counts in posts)
        if posts
        else None
    )


def outside(raw: RawWeek) -> Found:
    told = [(page.name, at) for page, _, at, change in changes() if change]
    if min(at for _, _, at, _ in changes()) >= raw.week.until:
        return {}
    names = [name for name, at in told if raw.has(at)]
    return {"changes": len(names), **{name: names.count(name) for name in names}}


def ahead(raw: RawWeek) -> Found:
    """The week after; before it was read nothing is known."""
    dentist, leave, tax, fair = events()
    coming = raw.week.previous(-1)
    if coming.until < NOW:
        return {}
    return {
        "days_away": (coming.sunday - leave.begins).days + 1,
        "appointments": int(coming.since <= dentist.begins < coming.until),
        "deadlines": int(coming.monday <= tax.begins <= coming.sunday),
        "invitations": int(coming.since <= fair.begins < coming.until),
        "appointment.dentist": 1.5,
        "absence.leave": (leave.ends - leave.begins).days,
        "deadline.tax-return": 1,
    }
