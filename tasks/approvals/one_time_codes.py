"""One-time codes (TOTP, RFC 6238) by which approvers prove themselves: each counts once, and guessing is stopped.

Their secrets lie outside the Vault and every database an agent can reach.
"""

import hashlib
import hmac
import json
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from blocks.database import Base, UtcDateTime
from blocks.files import write_once
from blocks.settings import settings
from domain.approvals.answer import Answer
from domain.approvals.request import ApproverProof
from domain.audit.event import AuditEvent, AuditStatus
from domain.errors import ContractError, RejectedError
from tasks.audit.log import audit_log
from tasks.reliability.serialised import serialised

ISSUER = "Digital FTE"
STEP_SECONDS = 30
DRIFT_STEPS = 1
"""How far the phone's clock may be off, each way."""

REPLY_STEPS = 4
"""How old the code of a reply may be when its channel has it: it was typed, sent and carried."""

WRONG_CODES = 5
WRONG_CODES_WINDOW = timedelta(minutes=15)
"""Five guesses in a quarter of an hour: one hit in about two years in the form, where three codes of a million count.

By replies, where six count, it is one in a year, in half of it with two approvers; but a reply has to come from the
owner's own address or number, and a request takes three wrong ones (`by_reply.py`).
"""

WRONG = "the one-time code is wrong or too old; take the one that is shown now"
TOO_MANY = "too many wrong codes; wait a quarter of an hour"

REPLIES = "replies"
"""Stands for the approver where a reply's code fits nobody: guesses there lock replies, and nobody out of the form."""


class UsedCode(Base):
    """The last time step whose code an approver has used, and for which request."""

    __tablename__ = "approver_codes"

    approver: Mapped[str] = mapped_column(primary_key=True)
    step: Mapped[int]
    used_for: Mapped[str]


class WrongCode(Base):
    """A code that did not fit; too many in a short time lock the approver out for a while."""

    __tablename__ = "approver_wrong_codes"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    approver: Mapped[str] = mapped_column(index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class AlreadyEnrolledError(RejectedError):
    """The name has a secret; replacing it silently would lock its owner out."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is enrolled already; first: fte approvers remove '{name}'")


class NotEnrolledError(RejectedError):
    """Nobody of this name can give codes."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is not enrolled; see: fte approvers list")


class EnrolmentUnconfirmedError(RejectedError):
    """The first code did not fit, so the secret was not kept."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"that is not the code; {name} was not enrolled. Check the phone's clock and try again"
        )


class ApproverFileError(ContractError):
    """An approver's file cannot be read."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} is damaged; remove it and enrol that approver again")


@dataclass(frozen=True)
class Approver:
    """Somebody enrolled."""

    name: str
    enrolled_at: datetime


@dataclass(frozen=True)
class Enrolment:
    """A secret that is shown once and kept only when its first code came back."""

    name: str
    secret: str

    @property
    def uri(self) -> str:
        """What the QR code says."""
        import pyotp

        return str(pyotp.TOTP(self.secret).provisioning_uri(name=self.name, issuer_name=ISSUER))


def approver_key(name: str) -> str:
    """One key for a name, however it is capitalised or spaced."""
    return hashlib.sha256(" ".join(name.split()).casefold().encode()).hexdigest()[:24]


def begin_enrolment(name: str) -> Enrolment:
    """A fresh secret for this person; nothing is stored yet.

    Raises:
        AlreadyEnrolledError: the name has one.
    """
    import pyotp

    if _path(name).exists():
        raise AlreadyEnrolledError(name)
    return Enrolment(" ".join(name.split()), pyotp.random_base32())


def confirm_enrolment(enrolment: Enrolment, code: str, now: datetime) -> Approver:
    """Keep the secret once its owner's first code fits; that code is then used up.

    Raises:
        EnrolmentUnconfirmedError: it does not fit.
        AlreadyEnrolledError: another enrolment of the name was first.
    """
    step = fitting_step(enrolment.secret, code, now)
    if step is None:
        raise EnrolmentUnconfirmedError(enrolment.name)
    path = _path(enrolment.name)
    kept = {"name": enrolment.name, "secret": enrolment.secret, "enrolled_at": now.isoformat()}
    if not write_once(path, json.dumps(kept).encode()):
        raise AlreadyEnrolledError(enrolment.name)

    def use_up(session: Session) -> None:
        session.merge(UsedCode(approver=approver_key(enrolment.name), step=step, used_for="enrolment"))

    serialised(use_up)
    _audit("approver.enrolled", enrolment.name, now)
    return Approver(enrolment.name, now)


def list_approvers() -> list[Approver]:
    """Everybody enrolled, by name."""
    found = [_read(path) for path in sorted(_folder().glob("*.json"))]
    people = [Approver(item["name"], datetime.fromisoformat(item["enrolled_at"])) for item in found]
    return sorted(people, key=lambda person: person.name.casefold())


def remove_approver(name: str, now: datetime) -> None:
    """Forget a secret; approvals given with it stay proven.

    Raises:
        NotEnrolledError: there is none.
    """
    try:
        _path(name).unlink()
    except FileNotFoundError as error:
        raise NotEnrolledError(name) from error
    _audit("approver.removed", name, now)


def check_code(
    session: Session, answer: Answer, request_id: str, now: datetime
) -> tuple[ApproverProof, str | None]:
    """Check and use up the answer's code, in the transaction that decides.

    A code that fits is spent even when the answer is refused for something else: it may have been seen.

    Returns:
        How sure the approver is, and why a code that was given does not count.
    """
    code = "".join((answer.code or "").split())
    if not code or not answer.name:
        return ApproverProof.SELF_DECLARED, None
    problem = _code_problem(session, answer, code, request_id, now)
    return (ApproverProof.SELF_DECLARED, problem) if problem else (ApproverProof.CODE, None)


def approver_by_code(
    session: Session, code: str, given_at: datetime, now: datetime
) -> tuple[str | None, str]:
    """Whose code a reply brings, or why nobody's; a wrong one is counted. It is not used up by this.

    Returns:
        The approver's name and nothing, or None and the reason.
    """
    if _wrong_codes(session, REPLIES, now) >= WRONG_CODES:
        return None, TOO_MANY
    people = list(_readable())
    if not people:
        return None, "nobody is enrolled; enrol with: fte approvers enrol NAME"
    names = [
        one["name"]
        for one in people
        if fitting_step(one["secret"], code, given_at, steps_back=REPLY_STEPS) is not None
    ]
    if len(names) == 1:
        return names[0], ""
    session.add(WrongCode(approver=REPLIES, at=now))
    return None, WRONG


def spend_codes(session: Session, codes: Iterable[str], request_id: str, given_at: datetime) -> None:
    """Use up what codes stand in a reply that decides nothing: they may have been seen."""
    for one in _readable():
        key = approver_key(one["name"])
        steps = [
            step
            for code in codes
            if (step := fitting_step(one["secret"], code, given_at, steps_back=REPLY_STEPS)) is not None
        ]
        used = session.get(UsedCode, key)
        if steps and (used is None or used.step < max(steps)):
            session.merge(UsedCode(approver=key, step=max(steps), used_for=request_id))


def fitting_step(secret: str, code: str, now: datetime, *, steps_back: int = DRIFT_STEPS) -> int | None:
    """The time step that this code belongs to, if it is one of those that count now."""
    import pyotp

    totp, present = pyotp.TOTP(secret), int(now.timestamp()) // STEP_SECONDS
    given = "".join(code.split()).encode("utf-8", "replace")
    fitting = None
    for step in range(present - steps_back, present + DRIFT_STEPS + 1):
        if hmac.compare_digest(totp.generate_otp(step).encode(), given):
            fitting = step
    return fitting


def _code_problem(session: Session, answer: Answer, code: str, request_id: str, now: datetime) -> str | None:
    name, path, key = answer.name, _path(answer.name), approver_key(answer.name)
    if not path.exists():
        return f"{name} is not enrolled, so a code cannot be checked; enrol with: fte approvers enrol NAME"
    if _wrong_codes(session, key, now) >= WRONG_CODES:
        return TOO_MANY
    back = DRIFT_STEPS if answer.given_at is None else REPLY_STEPS
    step = fitting_step(_read(path)["secret"], code, answer.given_at or now, steps_back=back)
    if step is None:
        session.add(WrongCode(approver=key, at=now))
        return WRONG
    used = session.get(UsedCode, key)
    if used is not None and step <= used.step:
        return (
            f"this one-time code was used already (for {used.used_for}); wait for the next one. "
            "If that was not you, remove and enrol this approver again"
        )
    session.merge(UsedCode(approver=key, step=step, used_for=request_id))
    return None


def _wrong_codes(session: Session, key: str, now: datetime) -> int:
    session.execute(delete(WrongCode).where(WrongCode.at <= now - WRONG_CODES_WINDOW))
    return session.scalar(select(func.count()).select_from(WrongCode).where(WrongCode.approver == key)) or 0


def _readable() -> Iterator[dict[str, str]]:
    """The approvers whose files are whole; of a damaged one `fte approvers list` speaks."""
    for path in sorted(_folder().glob("*.json")):
        with suppress(ApproverFileError):
            yield _read(path)


def _read(path: Path) -> dict[str, str]:
    try:
        kept = json.loads(path.read_text())
        return {key: str(kept[key]) for key in ("name", "secret", "enrolled_at")}
    except (ValueError, KeyError, TypeError) as error:
        raise ApproverFileError(path) from error


def _folder() -> Path:
    return settings().keys / "approvers"


def _path(name: str) -> Path:
    return _folder() / f"{approver_key(name)}.json"


def _audit(action: str, name: str, now: datetime) -> None:
    event = AuditEvent(action=action, status=AuditStatus.SUCCESS, actor="person", resource=name)
    audit_log().append(event, now)
