"""A letter that a playbook has written: a template's words with values, as `mail.send_email` takes them."""

from pydantic import BaseModel, ConfigDict, Field

from domain.mail.outgoing import Addresses
from domain.text import OneLine


class LetterInputs(BaseModel):
    """What it is written from."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    template: OneLine = Field(description="of Templates/Mail/")
    to: Addresses = Field(min_length=1)
    cc: Addresses = ()
    values: dict[str, str | int | None] = Field(default={}, description="what the template names")
    attachments: tuple[OneLine, ...] = Field(default=(), max_length=20, description="files of the Vault")


class Letter(BaseModel):
    """The letter; nobody has it yet."""

    model_config = ConfigDict(frozen=True)

    to: tuple[str, ...]
    cc: tuple[str, ...]
    subject: str
    text: str
    html: str | None
    attachments: tuple[str, ...]
