"""A message to a customer: what is said of it, and exactly what is approved and goes over the wire.

Source: developers.facebook.com, WhatsApp Cloud API: messages, templates, customer service window; 2026-11.
"""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any, Self

from pydantic import BaseModel, BeforeValidator, Field, field_validator, model_validator

from domain.social.post import plain
from domain.social.preview import Preview
from domain.text import OneLine
from domain.whatsapp.channel import NUMBER, digits_of, shown_number

WINDOW = timedelta(hours=24)
"""So long after a customer's last message anything may be written to them; later only an approved template."""
LONGEST_TEXT = 4096
PLACE = re.compile(r"\{\{\s*([^{}]+?)\s*\}\}")

Number = Annotated[
    str,
    BeforeValidator(lambda value: digits_of(value) if isinstance(value, str) else value),
    Field(pattern=NUMBER, description="with the country, such as +43 660 1234567"),
]


def is_open(last_heard: datetime | None, now: datetime) -> bool:
    """Whether anything may be written to a customer who was last heard then."""
    return last_heard is not None and now < last_heard + WINDOW


class TemplateOrder(BaseModel, frozen=True, extra="forbid"):
    """A template that WhatsApp has approved, and the words for its gaps in their order."""

    name: str = Field(pattern=r"^[a-z0-9_]{1,512}$")
    language: str = Field(pattern=r"^[a-z]{2,3}(_[A-Z]{2})?$")
    parameters: tuple[OneLine, ...] = Field(default=(), max_length=50)


class WrittenTemplate(TemplateOrder):
    """The same with the text that its reader sees."""

    body: str = Field(min_length=1, max_length=LONGEST_TEXT)


class _Words(BaseModel, frozen=True, extra="forbid"):
    text: str = Field(default="", max_length=LONGEST_TEXT)

    @field_validator("text", mode="before")
    @classmethod
    def _plain_text(cls, value: object) -> object:
        return plain(value) if isinstance(value, str) else value


class MessageOrder(_Words):
    """A message as a person or an agent says it."""

    to: Number | None = None
    reply_to_task: str | None = Field(
        default=None,
        pattern=r"^whatsapp-[a-z0-9-]{1,100}$",
        description="the task of the message that is answered",
    )
    template: TemplateOrder | None = None

    @model_validator(mode="after")
    def _says_something_to_somebody(self) -> Self:
        if (self.to is None) == (self.reply_to_task is None):
            raise ValueError("give either to or reply_to_task")
        if bool(self.text.strip()) == (self.template is not None):
            raise ValueError("give either text or template")
        return self


class MessageInputs(_Words):
    """Exactly what a person approves and what is sent."""

    sender: str = Field(pattern=r"^[0-9]{1,30}$", description="id of the number that writes")
    sender_name: str = Field(default="", max_length=200)
    to: Number
    template: WrittenTemplate | None = None
    answers: str | None = Field(
        default=None, pattern=r"^[!-~]{1,250}$", description="the message that is answered"
    )

    @model_validator(mode="after")
    def _says_one_thing(self) -> Self:
        if bool(self.text.strip()) == (self.template is not None):
            raise ValueError("give either text or template")
        return self

    @property
    def said(self) -> str:
        """What its reader sees."""
        return self.template.body if self.template else self.text

    def preview(self) -> Preview:
        """As a person looks at it."""
        used = f"{self.template.name} ({self.template.language})" if self.template else None
        facts: dict[str, Any] = {
            "written_from": self.sender_name or self.sender,
            "sent": "as soon as you approve",
        }
        facts |= {"template": used, "answers": self.answers}
        return Preview([(f"To {shown_number(self.to)}", self.said)], [], facts)

    def changeable(self) -> dict[str, Any]:
        """What may be corrected while approving: free words."""
        return {} if self.template else {"text": self.text}

    def wire(self, key: str) -> dict[str, Any]:
        """The body of the call; WhatsApp gives the key back with each status of the message."""
        body: dict[str, Any] = {
            "messaging_product": "whatsapp",
            "recipient_type": "individual",
            "to" if self.to.isdigit() else "recipient": self.to,
            "biz_opaque_callback_data": key,
        }
        if self.answers:
            body["context"] = {"message_id": self.answers}
        if self.template is None:
            return body | {"type": "text", "text": {"body": self.text, "preview_url": False}}
        parameters = [{"type": "text", "text": one} for one in self.template.parameters]
        inside = [{"type": "body", "parameters": parameters}] if parameters else []
        language = {"policy": "deterministic", "code": self.template.language}
        used = {"name": self.template.name, "language": language, "components": inside}
        return body | {"type": "template", "template": used}


def filled(order: TemplateOrder, body: str) -> WrittenTemplate:
    """A template with its gaps filled.

    Raises:
        ValueError: it has other gaps than there are words.
    """
    places = list(dict.fromkeys(PLACE.findall(body)))
    if places != [str(number) for number in range(1, len(places) + 1)]:
        raise ValueError(
            f"the template {order.name} names its gaps ({', '.join(places)}); only numbered ones are filled"
        )
    if len(places) != len(order.parameters):
        raise ValueError(
            f"the template {order.name} has {len(places)} gaps, and {len(order.parameters)} parameters are given"
        )
    values = dict(zip(places, order.parameters, strict=True))
    return WrittenTemplate(**order.model_dump(), body=PLACE.sub(lambda found: values[found[1]], body))


def message_title(values: Mapping[str, Any]) -> str:
    """What the task of a message is called."""
    to = values.get("to")
    return f"WhatsApp to {shown_number(str(to))}" if to else "Answer on WhatsApp"
