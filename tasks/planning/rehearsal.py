"""Thinking about a made-up receipt, so that a process that waits for its first task has everything at hand for it.

Nothing is written, asked or put on record. What is kept of the Vault's rules is kept by their text: rules that change
while the process waits are read anew by its task.
"""

from datetime import datetime

from blocks.documents import lines_of_text
from domain.planning.context import doubts_about, was_read
from domain.planning.dependency import needs_of
from domain.planning.playbook import choose_playbook, make_plan
from domain.vault.note import Note
from tasks.accounting.goals import written_goals
from tasks.mail.papers import text_reading
from tasks.mail.understand import DocumentKind, Understanding
from tasks.planning.orders import find_order
from tasks.planning.prepare import context_of, told_of_task
from tasks.planning.route import facts_of, route, seen_of
from tasks.planning.written import sound_playbooks
from tasks.policy.confirmed import confirmed_rules
from tasks.policy.handbook import read_written_handbook
from tasks.policy.rule_changes import PLAYBOOKS
from tasks.reliability.effect_ledger import effects_of, find_effect
from tasks.reliability.kept_plans import find_plan

TASK = "rehearsal"
RECEIPT = "Sample Shop Inc.\n\nReceipt No: A-1\nDate: 2026-01-02\n\n1 x Goods   $1.00\n\nTotal: $1.00\nPaid by card\n"


def rehearse(now: datetime) -> None:
    """Read the rules and plan a receipt that nobody sent, by them.

    Raises:
        DigitalFteError: the rules or the ledger cannot be read; whoever works a task says so.
    """
    find_order(TASK)
    kept = confirmed_rules(PLAYBOOKS)
    books, _ = sound_playbooks(kept.rules if kept else {})
    handbook = read_written_handbook()
    reading = text_reading(lines_of_text(RECEIPT))
    understanding = Understanding(kind=DocumentKind.RECEIPT, reading=reading)
    front = {"id": TASK, "status": "new", "subject": "receipt.txt", "document": "receipt.txt"}
    decided = route(front, seen_of(front, understanding), handbook, books).decided
    find_plan(TASK)
    context = context_of("receipt.txt", understanding, decided, handbook)
    context["task"] |= told_of_task(TASK, front, handbook, now)
    playbook = choose_playbook(books, facts_of(decided, reading))
    if playbook is not None and playbook.is_plain:
        make_plan(playbook, TASK, context)
    note = Note.parse(Note.new(front, RECEIPT).render())
    thoughts = {"was_read": was_read(reading), "doubts": doubts_about(reading, handbook)}
    note.with_front(needs=list(needs_of(None)), **thoughts).render()
    effects_of(TASK)
    find_effect(TASK)
    written_goals()
