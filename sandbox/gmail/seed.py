"""A year and a half of mail: what the demo vendors sent each quarter, read and filed long ago."""

import base64
from datetime import datetime, timedelta
from email.utils import format_datetime

from sandbox.company import KNOWN_VENDORS, MAILBOX, Vendor
from sandbox.gmail.mailbox import Mailbox
from sandbox.store import Row, Store

QUARTERS = 6
QUARTER_DAYS = 91


def seed(store: Store) -> None:
    """Fill the demo mailbox; the newest of these mails is months old, so no look for new mail finds it."""
    now, messages = store.now(), store.table("gmail_messages")
    with store.transaction():
        Mailbox(store).make_system_labels()
        for quarter in range(QUARTERS, 0, -1):
            for order, vendor in enumerate(KNOWN_VENDORS):
                row = _row(vendor, now - timedelta(days=quarter * QUARTER_DAYS - 2 * order))
                messages.put(row["thread"], row)


def _row(vendor: Vendor, sent: datetime) -> Row:
    number = f"{vendor.number_prefix}{sent:%y%m%d}"
    message_id = f"<{number.lower()}@{vendor.email.rpartition('@')[2]}>"
    received_ms = int(sent.timestamp() * 1000)
    raw = (
        f"From: {vendor.name} <{vendor.email}>\nTo: {MAILBOX}\nSubject: Invoice {number} from {vendor.name}\n"
        f"Date: {format_datetime(sent)}\nMessage-ID: {message_id}\nMIME-Version: 1.0\n"
        'Content-Type: text/plain; charset="utf-8"\n\n'
        f"Hello,\n\nthank you for your business. Invoice {number} of {sent:%Y-%m-%d}: "
        f"{vendor.currency} {vendor.usual_total}. It has been paid.\n\n{vendor.name}\n"
    )
    return {
        "thread": f"{received_ms << 20:016x}",
        "labels": ["CATEGORY_UPDATES"],
        "received_ms": received_ms,
        "message_id": message_id,
        "raw": base64.b64encode(raw.encode()).decode(),
        "history_id": 0,
    }
