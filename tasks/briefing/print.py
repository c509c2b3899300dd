"""The briefing as a PDF, set by Typst: `Reports/CEO_Briefing_YYYY-MM-DD.pdf`."""

import json
from datetime import datetime
from pathlib import Path
from typing import cast

from domain.briefing.briefing import Briefing
from domain.briefing.layout import Layout, laid_out
from domain.vault.folder import Folder
from tasks.accounting.invoice_documents import fonts
from tasks.briefing.pictures import pictures
from tasks.briefing.templates import TEMPLATES
from tasks.vault.atomic import disk_errors, put_over, write_beside
from tasks.vault.vault import current_vault


def write_pdf(briefing: Briefing, path: Path | None = None) -> Path:
    """Write the PDF over an older one of the week, into the Vault or where it is wanted; where it is."""
    target = path or current_vault().path(f"{Folder.REPORTS}/{briefing.name}.pdf")
    with disk_errors(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        put_over(write_beside(target, as_pdf(laid_out(briefing), briefing.made_at), "pdf"), target)
    return target


def as_pdf(layout: Layout, made_at: datetime) -> bytes:
    """The whole briefing; the same one gives the same bytes."""
    from typst import Compiler  # 0.2 s, and most commands set nothing

    compiler = Compiler(TEMPLATES / "briefing.typ", root=TEMPLATES, font_paths=[fonts()])
    drawn = {key: picture.svg for key, picture in pictures(layout).items()}
    inputs = {"briefing": layout.model_dump_json(), "pictures": json.dumps(drawn)}
    moment = int(made_at.timestamp())
    return cast("bytes", compiler.compile(sys_inputs=inputs, format="pdf", timestamp=moment))
