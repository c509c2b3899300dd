"""Approvers who can prove themselves: their secrets, outside the Vault and every database an agent can reach."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from blocks.files import write_once
from blocks.settings import settings
from domain.audit.event import AuditEvent, AuditStatus
from domain.errors import ContractError, RejectedError
from tasks.approvals.table import UsedCode
from tasks.approvals.totp import fitting_step
from tasks.audit.log import audit_log
from tasks.reliability.serialised import serialised

ISSUER = "Digital FTE"


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


def secret_of(name: str) -> str | None:
    """The secret of an enrolled approver."""
    path = _path(name)
    return _read(path)["secret"] if path.exists() else None


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
