"""How many mentions become tasks: beyond the handbook's `mention_tasks` they are counted, in one task, and not kept."""

from datetime import datetime, timedelta

from domain.planning.event import Event
from domain.social.mention import SOURCE, Mention, left_out_event
from domain.social.post import Platform
from tasks.intake import count_seen, is_seen, mark_seen, store_event

A_DAY = timedelta(days=1)


class MentionRoom:
    """The tasks that one platform may still make in 24 hours, while one look reads it."""

    def __init__(self, platform: Platform, most: int, now: datetime) -> None:
        self._most, self._now = most, now
        self._left = most - count_seen(f"{SOURCE}-{platform.value}-", now - A_DAY)
        self._first: Mention | None = None
        self._left_out: dict[str, datetime] = {}

    def store(self, event: Event, mention: Mention) -> str | None:
        """The new task's id; None where the mention was seen before, or is only counted."""
        if self._left > 0:
            task_id = store_event(event, self._now)
            self._left -= task_id is not None
            return task_id
        if not is_seen(event.id):
            self._first = self._first or mention
            self._left_out[event.id] = event.received_at
        return None

    def close(self) -> str | None:
        """The task that counts what was left out, which is remembered only after it is stored."""
        if self._first is None:
            return None
        event = left_out_event(self._first, self._left_out, self._most)
        task_id = store_event(event, self._now)
        mark_seen(self._left_out, self._now)
        return task_id
