"""Cash and what is overdue, from the kept copy of the books; no question goes to Odoo."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, tzinfo

from domain.accounting.date_range import DateRange
from domain.accounting.excerpt_parts import WantedExcerpt
from domain.accounting.report import ReportType
from domain.dashboard.money import Position, position
from domain.errors import DigitalFteError
from domain.times import shown_there
from domain.vault.overview import LONGEST_DETAIL, Item, OverviewSection, one_line
from tasks.accounting.copied_items import read_from_copy
from tasks.accounting.reports import FRESH
from tasks.accounting.snapshot import SnapshotManifest, read_manifest
from tasks.briefing.money import ENTRY_PAGE

ACCOUNT_PAGE = "/odoo/action-account.action_account_form/{}"


@dataclass
class RememberedBooks:
    """Remembers what it read last of the copy: it changes once an hour at most."""

    _read: tuple[tuple[str, date], Position] | None = None

    def position(self, now: datetime, zone: tzinfo) -> Position:
        """The money as the copy says it, its first metric saying of when it is; where there is none, in words."""
        try:
            return self._position(now, zone)
        except DigitalFteError as error:
            said = one_line(f"Nobody knows: {error}", LONGEST_DETAIL)
            return Position((Item(title=said),), OverviewSection(problem=said), OverviewSection(problem=said))

    def _position(self, now: datetime, zone: tzinfo) -> Position:
        manifest = read_manifest()
        taken = shown_there(manifest.taken_at.astimezone(zone))
        is_stale = not 0 <= (now - manifest.taken_at).total_seconds() <= FRESH.total_seconds()
        day = (manifest.taken_at if is_stale else now).astimezone(zone).date()
        note = (
            f"Odoo has not been read since {taken}: this is as it was then."
            if is_stale
            else f"As of {taken}."
        )
        found = self._kept(manifest, day)
        doubts = [Item(title=one_line(doubt.said, LONGEST_DETAIL)) for doubt in manifest.doubts]
        return Position(
            (Item(title=note), *_told(found.metrics, taken if is_stale else ""), *doubts),
            replace(found.late, note=note),
            replace(found.owed, note=note),
        )

    def _kept(self, manifest: SnapshotManifest, day: date) -> Position:
        key = (manifest.generation, day)
        if self._read is None or self._read[0] != key:
            wanted = WantedExcerpt(ReportType.MEASURES, DateRange(day, day))
            excerpt = asyncio.run(read_from_copy(manifest, wanted))
            odoo = manifest.source.url.rstrip("/")
            made = position(
                excerpt,
                day,
                lambda account: odoo + ACCOUNT_PAGE.format(account),
                lambda entry: odoo + ENTRY_PAGE.format(entry),
            )
            self._read = key, made
        return self._read[1]


def _told(metrics: Iterable[Item], taken: str) -> list[Item]:
    """Old numbers each say of when they are."""
    return [replace(metric, detail=f"on {taken}") if taken else metric for metric in metrics]
