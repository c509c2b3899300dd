"""Decisions by reply, whichever channel brings them: text, sender and what it answers become a decision, or nothing.

A yes counts with the one-time code of an enrolled approver alone, from whatever address. A refusal without a code
counts only as the answer to the very message that asked, from an address that is the owner's; it can be forged by
who reads that message and writes in the owner's name, and is asked again with `fte approvals again`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Mapped, Session, mapped_column

from blocks.database import Base, UtcDateTime
from domain.approvals.answer import LONGEST_NAME, Answer, Channel, Decision, ReadHandbook
from domain.approvals.render import by_whom
from domain.approvals.reply import HOW_TO, SaidInReply, UnclearReplyError, codes_in, read_reply
from domain.approvals.request import ApprovalRequest, ApprovalState, ApproverProof
from domain.audit.event import AuditStatus
from tasks.approvals import record
from tasks.approvals.decide import Answered, AnswerResult, record_answer
from tasks.approvals.notes import place_note
from tasks.approvals.one_time_codes import TOO_MANY, WRONG, approver_by_code, spend_codes
from tasks.approvals.runs import ensure_run
from tasks.keys import mac_of
from tasks.reliability.notify import notify_owner
from tasks.reliability.serialised import change_row, find_row, find_rows, serialised
from tasks.vault.clocks import shown_here

MOST_WRONG = 3
"""Wrong codes by reply to one request; it is decided elsewhere then."""

MOST_ANSWERS = 5
"""Sentences that one request's replies are answered with, besides the one that decides."""

TAG_DIGITS = 24


class AskedMessage(Base):
    """A message that asked a person, by the name that a reply gives for what it answers."""

    __tablename__ = "approval_messages"

    name: Mapped[str] = mapped_column(primary_key=True)
    request_id: Mapped[str] = mapped_column(index=True)
    channel: Mapped[str]
    tag: Mapped[str]
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class TakenReply(Base):
    """A reply that was looked at, what it came to, and the sentence that answers it until that was said."""

    __tablename__ = "approval_replies"

    id: Mapped[str] = mapped_column(primary_key=True)
    request_id: Mapped[str] = mapped_column(index=True)
    channel: Mapped[str]
    answers: Mapped[str]
    outcome: Mapped[str]
    said: Mapped[str | None]
    taken_at: Mapped[datetime] = mapped_column(UtcDateTime)
    wrong_code: Mapped[bool] = mapped_column(default=False)
    followed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ReplyOutcome(StrEnum):
    """What a reply came to."""

    DECIDED = "decided"
    REFUSED = "refused"
    IGNORED = "ignored"
    LOCKED = "locked"


@dataclass(frozen=True)
class Reply:
    """One reply as its channel brings it.

    Attributes:
        id: The channel's own id of it; the same reply again has the same.
        text: Its own words, with whatever it quotes.
        sender: Who its channel says wrote it.
        answers: The names of the messages that it answers.
        requests: Requests that it names by their ids.
        is_owners: Whether the channel vouches that an address of the owner sent it.
        given_at: When the channel had it.
        ignored: Why it is not a person's; it is not answered then.
        problem: Why it decides nothing, though a person may have written it.
        reply_to: What an answer to it refers to.
    """

    id: str
    channel: Channel
    text: str
    sender: str
    given_at: datetime
    answers: tuple[str, ...] = ()
    requests: frozenset[str] = frozenset()
    is_owners: bool = False
    ignored: str = ""
    problem: str = ""
    reply_to: str = ""


class _Judged(NamedTuple):
    outcome: ReplyOutcome
    said: str
    wrong_code: bool = False


NOTHING = _Judged(ReplyOutcome.IGNORED, "")
LOCKED = "too many wrong codes came for this request; decide it in Prefect's UI or in the Vault"


def tag_of(request: ApprovalRequest) -> str:
    """What only this installation can say of what is asked; a message that carries it asked exactly that."""
    facts = ("id", "version", "asked_hash", "shown_hash")
    return mac_of({"kind": "asked"} | {name: getattr(request, name) for name in facts})[:TAG_DIGITS]


def keep_asked(
    request: ApprovalRequest, channel: Channel, name: str, now: datetime, *, sent_at: datetime | None = None
) -> None:
    """Remember the name of a message that asks, before it goes out, and again once it did."""

    def keep(session: Session) -> None:
        row = session.get(AskedMessage, name)
        if row is None:
            facts = {"request_id": request.id, "channel": channel.value, "tag": tag_of(request)}
            row = AskedMessage(name=name, asked_at=now, **facts)
            session.add(row)
        row.sent_at = row.sent_at or sent_at

    serialised(keep)


def asked_by(channel: Channel, request_ids: Iterable[str]) -> set[str]:
    """Those of the requests that a message of this channel, which went out, asked about."""
    query = select(AskedMessage.request_id).where(
        AskedMessage.channel == channel.value,
        AskedMessage.request_id.in_(list(request_ids)),
        AskedMessage.sent_at.is_not(None),
    )
    return set(serialised(lambda session: list(session.scalars(query))))


def were_sent(names: Iterable[str]) -> set[str]:
    """Those of the names whose messages went out."""
    return {one.name for one in _asked(names) if one.sent_at is not None}


def last_asked(channel: Channel) -> str | None:
    """The open request that a message of this channel asked about last."""
    query = (
        select(AskedMessage.request_id)
        .join(record.ApprovalRow, record.ApprovalRow.id == AskedMessage.request_id)
        .where(AskedMessage.channel == channel.value, record.ApprovalRow.state == ApprovalState.PENDING.value)
        .order_by(AskedMessage.asked_at.desc())
        .limit(1)
    )
    return serialised(lambda session: session.scalar(query))


def requests_about(answers: Iterable[str], named: Iterable[str]) -> set[str]:
    """The requests that a message is about: by what it answers, else by what it names."""
    asked = {one.request_id for one in _asked(answers)}
    return asked or {one for one in named if record.find(one)}


def take_reply(reply: Reply, now: datetime, read_handbook: ReadHandbook) -> bool:
    """Take a reply as a decision, once, or as nothing.

    Returns:
        Whether it is about a request, and so no task whatever it came to.
    """
    about = requests_about(reply.answers, reply.requests)
    if not about:
        return False
    if find_row(TakenReply, reply.id) is not None:
        return True
    request = record.get(min(about))
    problem = "it answers several requests at once" if len(about) > 1 else reply.problem
    if reply.ignored:
        judged = _Judged(ReplyOutcome.IGNORED, reply.ignored)
    elif problem:
        judged = _Judged(ReplyOutcome.REFUSED, f"{problem}; {HOW_TO}")
    else:
        judged = _judged(reply, request, now, read_handbook)
    if judged.outcome is not ReplyOutcome.DECIDED:
        codes, given_at = codes_in(reply.text), min(reply.given_at, now)
        serialised(lambda session: spend_codes(session, codes, request.id, given_at))
    _audit(reply, request, judged, now)
    _keep(reply, request, judged, now)
    return True


async def follow_replies(now: datetime) -> None:
    """Go on with what replies decided, and tell the owner of requests that guessing has locked."""
    for row in _unfollowed():
        request = record.get(row.request_id)
        if row.outcome == ReplyOutcome.LOCKED:
            await notify_owner(
                "Replies to a request are locked",
                f"Wrong one-time codes were sent in replies to {request.id}. Nothing was decided by them. Look at it: "
                f"fte approvals show {request.id}",
                urgency="warning",
                key=f"{request.id} locked",
            )
        elif not request.is_open:
            place_note(request)
            await ensure_run(request)  # what cannot be resumed now, `collect_decisions` resumes
        change_row(TakenReply, row.id, followed_at=now)


def waiting_answers(channel: Channel) -> list[TakenReply]:
    """Replies that were not answered yet, oldest first."""
    query = select(TakenReply).where(TakenReply.channel == channel.value, TakenReply.said.is_not(None))
    return find_rows(query.order_by(TakenReply.taken_at, TakenReply.id))


def answered(reply_id: str) -> None:
    """The answer went out; its words are not kept."""
    change_row(TakenReply, reply_id, said=None)


def _judged(reply: Reply, request: ApprovalRequest, now: datetime, read_handbook: ReadHandbook) -> _Judged:
    asked = _asked(reply.answers)
    try:
        said = read_reply(reply.text)
    except UnclearReplyError as error:
        return _Judged(ReplyOutcome.REFUSED, str(error))
    if said.request_id not in {None, request.id}:
        return _Judged(ReplyOutcome.REFUSED, f"it answers {request.id} and names {said.request_id}")
    if asked and asked[0].tag != tag_of(request):
        return _Judged(
            ReplyOutcome.REFUSED, f"what is asked was changed since: fte approvals show {request.id}"
        )
    who, refusal = _who(reply, said, request, is_asked=bool(asked), now=now)
    if who is None:
        return refusal._replace(said=_as_it_stands(request) or refusal.said)
    answer = Answer(
        decision=said.decision,
        approver=who,
        channel=reply.channel,
        code=said.code,
        given_at=min(reply.given_at, now),
        changes=said.changes,
    )
    return _said_of(record_answer(request.id, answer, now, read_handbook))


def _said_of(outcome: Answered) -> _Judged:
    if outcome.kind is AnswerResult.ALREADY:
        return _Judged(ReplyOutcome.REFUSED, _as_it_stands(outcome.request) or str(outcome.reason))
    if outcome.reason:
        return _Judged(ReplyOutcome.REFUSED, outcome.reason)
    return _Judged(ReplyOutcome.DECIDED, _decided(outcome.request))


def _who(
    reply: Reply, said: SaidInReply, request: ApprovalRequest, *, is_asked: bool, now: datetime
) -> tuple[str | None, _Judged]:
    """Who decides by it, as far as its code or its sender proves that; else what it comes to."""
    if said.code is not None:
        return _by_code(said.code, request, min(reply.given_at, now), now)
    if said.decision is not Decision.REJECT:
        return None, _Judged(ReplyOutcome.REFUSED, f"a yes needs your one-time code behind it; {HOW_TO}")
    if is_asked and reply.is_owners:
        return reply.sender[:LONGEST_NAME], NOTHING
    return None, _Judged(ReplyOutcome.REFUSED, "a no from here needs your one-time code behind it")


def _by_code(
    code: str, request: ApprovalRequest, given_at: datetime, now: datetime
) -> tuple[str | None, _Judged]:
    wrong = _wrong_codes(request.id)
    if wrong >= MOST_WRONG:
        return None, _Judged(ReplyOutcome.REFUSED, LOCKED)
    name, problem = serialised(lambda session: approver_by_code(session, code, given_at, now))
    is_wrong = problem == WRONG
    is_locked = problem == TOO_MANY or (is_wrong and wrong + 1 >= MOST_WRONG)
    return name, _Judged(ReplyOutcome.LOCKED if is_locked else ReplyOutcome.REFUSED, problem, is_wrong)


def _as_it_stands(request: ApprovalRequest) -> str:
    """Of a request that is no longer open, what became of it."""
    if request.is_open:
        return ""
    if request.state is ApprovalState.SUPERSEDED:
        return "it is no longer asked; where it was only changed, it is shown to you again as a request of its own"
    when = request.decided_at or request.expires_at
    return f"it was {request.state.value} before{by_whom(request)}, {shown_here(when)}"


def _decided(request: ApprovalRequest) -> str:
    edited = ", as you changed it" if request.is_edited else ""
    said = f"It is {request.state.value}{edited}{by_whom(request)}"
    if request.proof is ApproverProof.CODE:
        return f"{said}."
    return (
        f"{said}, without a one-time code. If that was not you, ask again: fte approvals again {request.id}"
    )


def _asked(names: Iterable[str]) -> list[AskedMessage]:
    return find_rows(select(AskedMessage).where(AskedMessage.name.in_(list(names))))


def _wrong_codes(request_id: str) -> int:
    query = select(TakenReply.id).where(TakenReply.request_id == request_id, TakenReply.wrong_code)
    return len(serialised(lambda session: list(session.scalars(query))))


def _keep(reply: Reply, request: ApprovalRequest, judged: _Judged, now: datetime) -> None:
    def keep(session: Session) -> None:
        if session.get(TakenReply, reply.id) is not None:
            return
        said = (
            None
            if judged.outcome is ReplyOutcome.IGNORED or _is_enough(session, request, judged)
            else judged.said
        )
        row = TakenReply(
            id=reply.id,
            request_id=request.id,
            channel=reply.channel.value,
            answers=reply.reply_to,
            outcome=judged.outcome.value,
            said=said,
            taken_at=now,
            wrong_code=judged.wrong_code,
            followed_at=now if judged.outcome is ReplyOutcome.IGNORED else None,
        )
        session.add(row)

    serialised(keep)


def _is_enough(session: Session, request: ApprovalRequest, judged: _Judged) -> bool:
    """Whether a request's replies were answered often enough; who writes without end is not."""
    if judged.outcome is ReplyOutcome.DECIDED:
        return False
    query = select(TakenReply.id).where(
        TakenReply.request_id == request.id,
        TakenReply.outcome.in_([ReplyOutcome.REFUSED.value, ReplyOutcome.LOCKED.value]),
    )
    return len(list(session.scalars(query))) >= MOST_ANSWERS


def _audit(reply: Reply, request: ApprovalRequest, judged: _Judged, now: datetime) -> None:
    """What a reply came to; a decision is told by the request itself, and no code is ever written."""
    is_decided = judged.outcome is ReplyOutcome.DECIDED
    record.audit(
        request,
        f"reply_{judged.outcome.value}",
        now,
        status=AuditStatus.INFO if is_decided else AuditStatus.FAILURE,
        actor="person",
        details={"reply": reply.id, "channel": reply.channel.value},
        private={"sender": reply.sender},
        error=None if is_decided else judged.said,
    )


def _unfollowed() -> list[TakenReply]:
    return find_rows(select(TakenReply).where(TakenReply.followed_at.is_(None)).order_by(TakenReply.taken_at))
