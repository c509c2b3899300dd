"""What a customer writes, as a task: foreign words, files and places, which are shown and never followed.

Source: developers.facebook.com, WhatsApp Cloud API: messages webhook reference; 2026-11. A kind that is not known here
is shown as what it is.
"""

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from mimetypes import guess_extension
from typing import Any

from domain.mail.excerpt import excerpt_of, sanitized
from domain.planning.event import Event
from domain.text import without_accents
from domain.vault.names import event_name, safe_name
from domain.whatsapp.channel import SOURCE, shown_number
from domain.whatsapp.webhook import UNREADABLE

MARK = "Written to the business on WhatsApp"
"""What the document of a message begins with, so that nothing in it is ever read as a bill."""
READ_AS_DOCUMENTS = frozenset({"image", "document"})
MEDIA = READ_AS_DOCUMENTS | {"audio", "video", "sticker"}
PASSED_ON, GROUP = "Passed on from somebody else: ", "Written in a group: "
LONGEST_NAME = 60
LONGEST_SHOWN = 4096


@dataclass(frozen=True)
class MediaFile:
    """A file of a message, as WhatsApp names it; `sha256` is hexadecimal or base64, as it came."""

    id: str
    kind: str
    sha256: str
    name: str


@dataclass(frozen=True)
class Message:
    """One message.

    Attributes:
        number: The customer's, as WhatsApp proves it.
        name: What the customer calls themselves.
        kind: text, image, location, ... in WhatsApp's words.
        text: What a person reads of it; of a file its caption.
        words: Of that, what the customer wrote to the business themselves: nothing that was passed on or written to a
            group, no card, place or poll.
        where: That it was passed on or written to a group, in words.
        answers: The message that it quotes, answers or reacts to; empty: none.
    """

    id: str
    number: str
    name: str
    said_at: datetime
    kind: str
    text: str
    answers: str = ""
    media: MediaFile | None = None
    words: str = ""
    where: str = ""

    @property
    def shown(self) -> str:
        """What a person reads of it, and that others wrote or read it."""
        return f"{self.where}{self.text}"

    @property
    def is_document(self) -> bool:
        """Whether its file is read as a bill may be read."""
        return self.media is not None and self.kind in READ_AS_DOCUMENTS

    @property
    def changes(self) -> str:
        """The task's name of the message that it changes or takes back; empty: it does neither."""
        return event_id(self.answers) if self.kind in {"edit", "revoke"} else ""

    @property
    def who(self) -> str:
        """The customer in words; the name is their own claim."""
        return f"{self.name} ({shown_number(self.number)})" if self.name else shown_number(self.number)


def message_of(message_id: str, number: str, said_at: datetime, payload: Mapping[str, Any]) -> Message:
    """A stored message as we use it; what cannot be read of it is shown as it came."""
    kind = str(payload.get("type") or "unknown")
    name = " ".join(re.sub(r"[^\w .'-]", " ", sanitized(str(payload.get("profile_name") or ""))).split())
    try:
        text = _TEXTS.get(kind, _as_it_came)(payload)
        media = _media(kind, payload)
        answers = _answers(payload)
    except UNREADABLE:
        text, media, answers = _as_it_came(payload), None, ""
    where = "".join(
        said for said, holds in ((PASSED_ON, is_passed_on(payload)), (GROUP, is_in_group(payload))) if holds
    )
    return Message(
        message_id,
        number,
        name[:LONGEST_NAME],
        said_at,
        kind,
        text[:LONGEST_SHOWN],
        answers,
        media,
        where=where,
        words="" if where else _own_words(kind, payload)[:LONGEST_SHOWN],
    )


def is_passed_on(payload: Mapping[str, Any]) -> bool:
    """Whether somebody else may have written it."""
    context = payload.get("context")
    return isinstance(context, Mapping) and bool(
        context.get("forwarded") or context.get("frequently_forwarded")
    )


def is_in_group(payload: Mapping[str, Any]) -> bool:
    """Whether others read it, too."""
    return bool(payload.get("group_id"))


def takes_back(words: str) -> bool:
    """Whether somebody takes back what they have just said, and says nothing else: *forget that*, *vergiss es*."""
    said = " ".join(re.findall(r"\w+", without_accents(words.casefold())))
    return bool(_TAKEN_BACK.fullmatch(said))


def event_id(message_id: str) -> str:
    """The task's name of a message; its own id has capitals, and is long to write."""
    return event_name(SOURCE, hashlib.sha256(message_id.encode()).hexdigest()[:16])


def event_of(message: Message, content: bytes | None = None, *, said: str = "") -> Event:
    """The event that a message is; its id is the message's own.

    Args:
        message: What was written.
        content: Its file, which a bill may be; None: the words are the document.
        said: What is to be told about its file.
    """
    words = "\n".join(filter(None, [message.shown, said]))
    head = f"{MARK}\nFrom: {message.who}\nAt: {message.said_at.isoformat()}\nKind: {message.kind}"
    named = message.media.name if message.media and content is not None else "message.txt"
    return Event(
        id=event_id(message.id),
        source=SOURCE,
        received_at=message.said_at,
        sender=shown_number(message.number),
        subject=f"{message.name or shown_number(message.number)} on WhatsApp",
        excerpt=excerpt_of(words),
        document_name=named,
        document=content if content is not None else f"{head}\n\n{words}\n".encode("utf-8", "replace"),
        extra={"name": message.name, "message": message.id, "sent_as": message.kind},
    )


def _answers(payload: Mapping[str, Any]) -> str:
    changed = payload.get("edit") or payload.get("revoke") or {}
    reaction = payload.get("reaction") or {}
    context = payload.get("context") or {}
    return str(changed.get("original_message_id") or reaction.get("message_id") or context.get("id") or "")


def _media(kind: str, payload: Mapping[str, Any]) -> MediaFile | None:
    if kind not in MEDIA:
        return None
    file = payload[kind]
    media_type = str(file.get("mime_type") or "").partition(";")[0].strip()
    ending = guess_extension(media_type) or ""
    name = safe_name(str(file.get("filename") or f"whatsapp-{kind}{ending}"))
    return MediaFile(str(file["id"]), media_type, str(file.get("sha256") or ""), name)


def _place(payload: Mapping[str, Any]) -> str:
    place = payload["location"]
    named = ", ".join(filter(None, (str(place.get(one) or "") for one in ("name", "address"))))
    return f"A place: {named} ({place['latitude']}, {place['longitude']})".replace("  ", " ")


def _own_words(kind: str, payload: Mapping[str, Any]) -> str:
    inside: Any = payload
    if kind == "edit":
        inside = payload.get("edit")
        inside = inside.get("message") if isinstance(inside, Mapping) else None
        kind = str(inside.get("type")) if isinstance(inside, Mapping) else ""
    text = inside.get(kind) if kind in _WRITTEN else None
    said = text.get(_WRITTEN[kind]) if isinstance(text, Mapping) else None
    return said if isinstance(said, str) else ""


def _cards(payload: Mapping[str, Any]) -> str:
    cards = []
    for card in payload["contacts"]:
        numbers = [str(one.get("phone") or "") for one in card.get("phones", [])]
        mails = [str(one.get("email") or "") for one in card.get("emails", [])]
        name = str(card.get("name", {}).get("formatted_name") or "")
        cards.append(", ".join(filter(None, [name, *numbers, *mails])))
    return "\n".join(f"A contact: {card}" for card in cards)


def _chosen(payload: Mapping[str, Any]) -> str:
    inside = payload["interactive"]
    reply = inside[inside["type"]]
    return f"Chosen: {reply.get('title') or json.dumps(reply, ensure_ascii=False)}"


def _ordered(payload: Mapping[str, Any]) -> str:
    order = payload["order"]
    items = [
        f"- {item.get('quantity')} x {item.get('product_retailer_id')}, {item.get('item_price')} {item.get('currency')}"
        for item in order["product_items"]
    ]
    return "\n".join(filter(None, ["An order from the catalogue:", *items, str(order.get("text") or "")]))


def _unsupported(payload: Mapping[str, Any]) -> str:
    errors = [str(one.get("title") or "") for one in payload.get("errors", [])]
    why = "; ".join(filter(None, errors))
    return f"WhatsApp does not hand out what was sent ({why or 'no reason was given'}); look at it on the telephone"


def _edited(payload: Mapping[str, Any]) -> str:
    inside = payload["edit"]["message"]
    return f"Changed their message to: {_TEXTS[inside['type']](inside)}"


def _as_it_came(payload: Mapping[str, Any]) -> str:
    kind = str(payload.get("type") or "unknown")
    inside = {name: value for name, value in payload.items() if name not in _ENVELOPE}
    return f"A message of the kind {kind}: {json.dumps(inside, ensure_ascii=True)}"


_TEXTS: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "text": lambda payload: str(payload["text"]["body"]),
    "button": lambda payload: f"Chosen: {payload['button']['text']}",
    "interactive": _chosen,
    "reaction": lambda payload: f"Reacted with {payload['reaction'].get('emoji') or 'nothing any more'}",
    "location": _place,
    "contacts": _cards,
    "order": _ordered,
    "system": lambda payload: f"WhatsApp says: {payload['system']['body']}",
    "unsupported": _unsupported,
    "edit": _edited,
    "revoke": lambda _payload: "Took their message back",
    "audio": lambda payload: "A voice message" if payload["audio"].get("voice") else "A recording",
    "sticker": lambda payload: "A moving sticker" if payload["sticker"].get("animated") else "A sticker",
    "image": lambda payload: str(payload["image"].get("caption") or ""),
    "document": lambda payload: str(payload["document"].get("caption") or ""),
    "video": lambda payload: str(payload["video"].get("caption") or ""),
}
_WRITTEN: Mapping[str, str] = {"text": "body", "image": "caption", "document": "caption", "video": "caption"}
_ENVELOPE = frozenset({"from", "from_user_id", "id", "timestamp", "type", "profile_name"})
_POLITE = (
    r"no|oh|ok|okay|sorry|please|actually|ach|nein|bitte|entschuldigung|non|pardon|desole|perdon|scusa|scusi"
)
_BEFORE = rf"(?:(?:{_POLITE}) )*"
_AFTER = r"(?: (?:please|thanks|thank you|sorry|bitte|danke|merci|gracias|grazie|then|again|doch|wieder))*"
_TAKEN_BACK = re.compile(
    rf"{_BEFORE}(?:"
    r"(?:forget|cancel|scratch|ignore|drop|stop) (?:that|this|it|about (?:that|this|it))(?: (?:one|last one|message))?"
    r"|never ?mind|disregard(?: (?:that|this|it))?|don t do (?:that|it)|not needed(?: any ?more)?"
    r"|(?:vergiss|vergesst|vergessen sie|lass|lassen sie|streich|storniere) (?:es|das|s)|egal|doch nicht"
    r"|(?:das )?hat sich erledigt|(?:ist )?nicht mehr notig|(?:bitte )?doch nicht machen"
    r"|(?:oublie|oubliez|annule|annulez|ignore|ignorez)(?: (?:ca|cela))?|laisse(?:z)? tomber|tant pis|peu importe"
    r"|(?:olvidalo|olvidelo|dejalo|dejelo|cancelalo|cancelelo|no importa|ya no hace falta)"
    r"|(?:lascia|lasci|lasciate) (?:stare|perdere)|(?:dimenticalo|annulla|annulli|non importa|non serve piu)"
    rf"){_AFTER}"
)
