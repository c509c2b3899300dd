"""What a language model makes of the owner's own words where no playbook's phrase fits: a plan to be confirmed.

It is asked where the owner lets it (`model_plans`), and only about words that are proven to be the owner's. What it
proposes is asked about as every request in words is: with the words, each value, and who understood them so.
"""

import asyncio
from dataclasses import replace
from datetime import date, datetime

from domain.planning.playbook import PlaybookError
from domain.planning.program import INPUTS, WORDS, program_of
from domain.planning.proposed_plan import ProposedPlan, UngroundedError, in_words, offered, wish_of
from domain.policy.handbook import Handbook
from tasks.model.propose import WAITED_FOR_SECONDS, ModelQuestion, proposal, tell_refusal
from tasks.planning.prepare import Prepared, unfolded
from tasks.planning.written import read_playbooks

PURPOSE = "task.plan"
UNFOUNDED = "it does not rest on the owner's words, or cannot be followed"
BY_DOCUMENT = frozenset({"receipt", "credit_note", "unreadable"})
"""What these are is in their document, and no request."""


async def planned_in_words(prepared: Prepared, handbook: Handbook, now: datetime) -> Prepared:
    """The task with the plan that was proposed; as it is where there is none, or it does not rest on the words."""
    who, words = prepared.said
    if not (words.strip() and handbook.model_plans) or prepared.plan or prepared.triage.kind in BY_DOCUMENT:
        return prepared
    books = await asyncio.to_thread(read_playbooks)
    today = date.fromisoformat(prepared.context["task"]["today"])
    data = {"words": words, "today": today.isoformat()}
    proposed = await proposal(
        ModelQuestion(PURPOSE, ("plan", offered(books)), data, ProposedPlan, WAITED_FOR_SECONDS)
    )
    if proposed is None or proposed.said.is_nothing:
        return prepared
    try:
        wish = wish_of(proposed.said, words, books, today)
        program = program_of(wish.playbook, books, {})
    except (UngroundedError, PlaybookError) as error:
        said = {"why": str(error), **proposed.said.model_dump(mode="json")}
        tell_refusal("plan", prepared.task_id, UNFOUNDED, said, now)
        return prepared
    taken = f"The language model {proposed.model} takes this for: {in_words(proposed.said, wish)}"
    asked = f"{who}: {words.strip()}\n\n{taken}"
    task = prepared.context["task"] | {"words": words.strip()}
    context = {**prepared.context, "task": task, INPUTS: dict(wish.values), WORDS: asked}
    program = program.model_copy(update={"context": context})
    return unfolded(replace(prepared, problems=[]), program, None)
