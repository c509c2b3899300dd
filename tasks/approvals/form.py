"""The form that Prefect shows under a request: what a person decides, and what they may correct while approving."""

import re
from typing import Any, Literal

from prefect.input import RunInput
from pydantic import Field, create_model

from domain.approvals.answer import Answer, Channel, Decision
from domain.approvals.changes import ChangesError, label_of, parse_changes
from domain.approvals.request import ApprovalRequest
from domain.planning.catalogue import CATALOGUE
from domain.social.corrections import prefilled
from domain.social.post import plain
from tasks.approvals.one_time_codes import list_approvers

NOTHING = "-"
"""In a field with choices: none of them. Always there, as Prefect's page shows one choice alone as none at all."""
CHOOSE = "Choose 'edit' as well; for another one leave this as it is and write it into the changes"


class ApprovalForm(RunInput):
    """What the person fills in. Only types are checked here: a validator that fails would fail the run."""

    decision: Literal["approve", "edit", "reject"] = Field(
        description="approve: as shown; edit: approve with the changes below; reject: it is not done"
    )
    approver: str = Field(description="Your name")
    changes: str = Field(
        default="",
        description="For edit: one 'key: value' a line, such as total: 950.00, or at: 2026-12-24 09:00",
    )
    comment: str = Field(default="", description="Why, for the record")
    code: str = Field(default="", description="One-time code of an enrolled approver, where one is asked for")


def form_of(request: ApprovalRequest, shown: str) -> type[RunInput]:
    """The form: of a post its text stands in a field of its own, and a code is asked for where somebody has one.

    What is decided on (`shown`, Markdown) stands in the first field's description: Prefect's page takes the room for
    the fields from that of the form, of which nothing is left on a telephone.
    """
    first = ApprovalForm.model_fields["decision"]
    about = re.sub(
        r"\n+", r"\g<0>\n", f"{shown}\n\n---\n\n{first.description}"
    )  # each run of line ends loses one there
    texts = {
        _field_of(key): (
            Literal[text or NOTHING, NOTHING, *choices] if choices else str,
            Field(
                default=text or NOTHING if choices else text,
                title=label_of(key),
                description=CHOOSE if choices else "To correct it, choose 'edit'",
            ),
        )
        for key, (text, choices) in _own_fields(request).items()
    }
    fields: dict[str, Any] = {}
    for name, field in ApprovalForm.model_fields.items():
        fields |= (texts if name == "changes" else {}) | {name: (field.annotation, field)}
    fields["decision"] = (first.annotation, Field(description=about))
    if not (request.proof_required or list_approvers()):
        del fields["code"]
    form: type[RunInput] = create_model("ApprovalForm", __base__=RunInput, **fields)
    return form


def answer_in(form: RunInput, request: ApprovalRequest) -> Answer:
    """What the person said in the form."""
    said, problem, changes = form.model_dump(), None, {}
    texts = _own_fields(request)
    try:
        changes = parse_changes(said["changes"])
    except ChangesError as error:
        problem = str(error)
    given = {
        key: "" if choices and said[_field_of(key)] == NOTHING else said[_field_of(key)]
        for key, (_, choices) in texts.items()
    }
    changed = {key: text for key, text in given.items() if plain(text) != plain(texts[key][0])}
    return Answer(
        decision=Decision(said["decision"]),
        approver=said["approver"],
        channel=Channel.UI,
        comment=said["comment"],
        code=said.get("code"),
        changes=changed | changes,
        problem=problem,
    )


def _own_fields(request: ApprovalRequest) -> dict[str, tuple[str, tuple[str, ...]]]:
    """What stands in a field of its own: as it is, and what there is to choose from (nothing: any text)."""
    action = CATALOGUE.get(request.action)
    if action is None:
        return {}
    asked = action.inputs.model_validate(request.asked)
    texts = prefilled(action.changeable(asked)) if action.preview(asked) else {}
    fields = {key: (text, ()) for key, text in texts.items()} | dict(action.choices(asked))
    return {key: field for key, field in fields.items() if _field_of(key) not in ApprovalForm.model_fields}


def _field_of(key: str) -> str:
    return key.casefold().replace(" ", "_")
