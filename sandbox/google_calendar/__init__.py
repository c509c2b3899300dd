"""A stand-in for the Google Calendar API v3: events of the own calendar, sync tokens, pages, recurring events."""

from sandbox.google_calendar.protocol import routes
from sandbox.google_calendar.seed import seed

__all__ = ["routes", "seed"]
