"""Reading requests' rows."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.approvals.request import ApprovalRequest, ApprovalState
from domain.errors import RejectedError
from tasks.approvals.table import ApprovalRow


class NoSuchRequestError(RejectedError):
    """Nobody was asked under this id."""

    def __init__(self, request_id: str) -> None:
        super().__init__(f"there is no approval request '{request_id}'; see: fte approvals list")


def rows_of(session: Session, task_id: str, step_id: str) -> list[ApprovalRow]:
    """Newest first; what was replaced is left out."""
    query = (
        select(ApprovalRow)
        .where(
            ApprovalRow.task_id == task_id,
            ApprovalRow.step_id == step_id,
            ApprovalRow.state != ApprovalState.SUPERSEDED.value,
        )
        .order_by(ApprovalRow.version.desc())
    )
    return list(session.scalars(query))


def row_of(session: Session, request_id: str) -> ApprovalRow:
    """The request's row.

    Raises:
        NoSuchRequestError: nobody was asked under this id.
    """
    row = session.get(ApprovalRow, request_id)
    if row is None:
        raise NoSuchRequestError(request_id)
    return row


def request_in(row: ApprovalRow) -> ApprovalRequest:
    """What the row holds, apart from the session."""
    return ApprovalRequest.model_validate(row)
