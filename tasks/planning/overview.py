"""The dashboard note: what waits, what is under way, what was done today."""

from datetime import datetime

from blocks.settings import Mode, settings
from tasks.audit.search import Query, search_audit_log
from tasks.planning.prepare import read_handbook
from tasks.vault.dashboard import render_dashboard
from tasks.vault.vault import current_vault

MOST_SHOWN = 200


def refresh_dashboard(now: datetime) -> bool:
    """Write Dashboard.md if its facts changed; what was done today is read from the audit log (days are UTC)."""
    here = settings()
    query = Query(action="task.done", since=now.date(), limit=MOST_SHOWN)
    done = [str(row["resource"]) for row in search_audit_log(here.vault_path, query)]
    zone, sandbox = read_handbook().time_zone, here.mode is Mode.SANDBOX
    return render_dashboard(current_vault(), done_today=done, sandbox=sandbox, zone=zone)
