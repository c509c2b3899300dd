"""One-time codes (TOTP, RFC 6238): each counts once, and guessing is stopped."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from domain.approvals.answer import Answer
from domain.approvals.request import Proof
from tasks.approvals.approvers import approver_key, secret_of
from tasks.approvals.table import UsedCode, WrongCode
from tasks.approvals.totp import fitting_step

WRONG_CODES = 5
WRONG_CODES_WINDOW = timedelta(minutes=15)
"""Five guesses in a quarter of an hour: with three valid codes of a million, one hit in about two years."""


@dataclass(frozen=True)
class CodeCheck:
    """How sure the approver is, or why the code does not count."""

    proof: Proof
    problem: str | None = None


def check_code(session: Session, answer: Answer, request_id: str, now: datetime) -> CodeCheck:
    """Check and use up the answer's code, in the transaction that decides.

    A code that fits is spent even when the answer is refused for something else: it may have been seen.
    """
    code = "".join((answer.code or "").split())
    if not code or not answer.name:
        return CodeCheck(Proof.SELF_DECLARED)
    problem = _code_problem(session, answer.name, code, _Use(request_id, now))
    return CodeCheck(Proof.SELF_DECLARED if problem else Proof.CODE, problem)


@dataclass(frozen=True)
class _Use:
    request_id: str
    now: datetime


def _code_problem(session: Session, name: str, code: str, use: _Use) -> str | None:
    secret = secret_of(name)
    if secret is None:
        return f"{name} is not enrolled, so a code cannot be checked; enrol with: fte approvers enrol NAME"
    key = approver_key(name)
    if _wrong_codes(session, key, use.now) >= WRONG_CODES:
        return "too many wrong codes; wait a quarter of an hour"
    step = fitting_step(secret, code, use.now)
    if step is None:
        session.add(WrongCode(approver=key, at=use.now))
        return "the one-time code is wrong or too old; take the one that is shown now"
    return _use_up(session, key, step, use)


def _use_up(session: Session, key: str, step: int, use: _Use) -> str | None:
    used = session.get(UsedCode, key)
    if used is not None and step <= used.step:
        return (
            f"this one-time code was used already (for {used.used_for}); wait for the next one. "
            "If that was not you, remove and enrol this approver again"
        )
    session.merge(UsedCode(approver=key, step=step, used_for=use.request_id))
    return None


def _wrong_codes(session: Session, key: str, now: datetime) -> int:
    session.execute(delete(WrongCode).where(WrongCode.at <= now - WRONG_CODES_WINDOW))
    return session.scalar(select(func.count()).select_from(WrongCode).where(WrongCode.approver == key)) or 0
