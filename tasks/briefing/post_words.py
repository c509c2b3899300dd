"""Other words for a week's post, drafted by a language model: a note beside the draft, as a person writes one.

Every number, link and mention in it has to stand in the draft, whose numbers may all be told. It is a draft: a person
takes either, or none, and what is taken is asked about before it is public.
"""

from datetime import datetime

from pydantic import BaseModel, Field

from domain.planning.grounded import foreign
from domain.social.draft import BadDraftError, DraftStatus, order_of
from domain.vault.note import Note
from tasks.model.propose import ModelQuestion, proposal, tell_refusal
from tasks.policy.handbook import read_handbook
from tasks.vault.vault import Folder, current_vault

PURPOSE, ENDING = "post.draft", "-reworded"
UNFOUNDED = "it rests on nothing that the draft says, or would be refused of a person"


class ProposedPost(BaseModel):
    """What the model is asked for."""

    text: str = Field(min_length=1, max_length=3_000)


async def reword_post(name: str, now: datetime) -> str | None:
    """Draft a post in other words beside this one, once; its name, or None where there is none that holds."""
    where, handbook = current_vault(), read_handbook()
    reworded = f"{name}{ENDING}"
    if not handbook.model_drafts or where.find(reworded, [Folder.POSTS]) is not None:
        return None
    note = where.read(Folder.POSTS, name)
    data = {"text": note.body.strip(), "business": handbook.brand.name or ""}
    proposed = await proposal(ModelQuestion(PURPOSE, ("post", {}), data, ProposedPost))
    if proposed is None:
        return None
    text = proposed.said.text.strip()
    by = f"the language model {proposed.model}, from {Folder.POSTS}/{name}"
    front = {**note.front, "status": DraftStatus.DRAFT.value, "by": by}
    problems = foreign(text, *data.values())
    try:
        order_of(front, text, handbook.time_zone, now)
    except BadDraftError as error:
        problems.append(str(error))
    if problems:
        tell_refusal("draft", f"{Folder.POSTS}/{name}", UNFOUNDED, {"why": problems, "text": text}, now)
        return None
    return reworded if where.store(Folder.POSTS, reworded, Note.new(front, f"\n{text}\n")) else None
