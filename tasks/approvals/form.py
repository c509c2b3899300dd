"""The form that Prefect shows under a request: what a person decides, and what they may correct while approving."""

from typing import Any, Literal

from prefect.input import RunInput
from pydantic import Field, create_model

from domain.approvals.answer import Answer, Channel, Decision
from domain.approvals.changes import ChangesError, parse_changes
from domain.approvals.request import ApprovalRequest
from domain.planning.catalogue import CATALOGUE
from domain.social.corrections import hint_of, prefilled
from domain.social.post import plain


class ApprovalForm(RunInput):
    """What the person fills in. Only types are checked here: a validator that fails would fail the run."""

    decision: Literal["approve", "edit", "reject"] = Field(
        description="approve: as shown; edit: approve with the changes below; reject: it is not done"
    )
    approver: str = Field(description="Your name")
    changes: str = Field(
        default="", description="For edit: one 'key: value' a line, for example total: 950.00"
    )
    comment: str = Field(default="", description="Why, for the record")
    code: str = Field(default="", description="One-time code of an enrolled approver, where one is asked for")


def form_of(request: ApprovalRequest, description: str) -> type[ApprovalForm]:
    """The form; of a post it has a field for each text and the time, filled in with what was asked."""
    fields: dict[str, Any] = {}
    for name, field in ApprovalForm.model_fields.items():
        fields |= _texts(request) if name == "changes" else {name: (field.annotation, field)}
    form = create_model("ApprovalForm", __base__=RunInput, **fields) if _texts(request) else ApprovalForm
    return form.with_initial_data(description=description)  # type: ignore[return-value]


def answer_in(form: ApprovalForm, request: ApprovalRequest) -> Answer:
    """What the person said in the form."""
    problem, changes = None, {}
    try:
        changes = _changes(form, request)
    except ChangesError as error:
        problem = str(error)
    return Answer(
        decision=Decision(form.decision),
        approver=form.approver,
        channel=Channel.UI,
        comment=form.comment,
        code=form.code,
        changes=changes,
        problem=problem,
    )


def _changes(form: ApprovalForm, request: ApprovalRequest) -> dict[str, str]:
    texts = _offered(request)
    if not texts:
        return parse_changes(form.changes)
    given = {key: str(getattr(form, _field_of(key))) for key in texts}
    return {key: value for key, value in given.items() if plain(value) != plain(texts[key])}


def _texts(request: ApprovalRequest) -> dict[str, Any]:
    return {
        _field_of(key): (str, Field(default=value, title=key, description=hint_of(key, value)))
        for key, value in _offered(request).items()
    }


def _offered(request: ApprovalRequest) -> dict[str, str]:
    """What can be corrected in fields of their own, as they are filled in."""
    action = CATALOGUE.get(request.action)
    if action is None:
        return {}
    asked = action.inputs.model_validate(request.asked)
    return prefilled(action.changeable(asked)) if action.preview(asked) else {}


def _field_of(key: str) -> str:
    return key.casefold().replace(" ", "_")
