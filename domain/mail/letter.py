"""A letter that a playbook has written: a template's words with values, as `mail.send_email` takes them."""

from pydantic import BaseModel, Field

from domain.text import EmailAddress, OneLine


class LetterInputs(BaseModel, extra="forbid", frozen=True):
    """What it is written from."""

    template: OneLine = Field(description="of Templates/Mail/")
    to: EmailAddress
    values: dict[str, str | int | None] = Field(default={}, description="what the template names")
    attachments: tuple[OneLine, ...] = Field(default=(), max_length=20, description="files of the Vault")


class AwaitedDocument(BaseModel, extra="forbid", frozen=True):
    """What was asked for."""

    task_id: OneLine = Field(description="the task of the mail whose sender was asked")
    sender: OneLine = Field(description="who was asked")


class CameDocument(BaseModel, frozen=True):
    """The answer that brought it."""

    task: str = Field(description="which is worked by itself")
    said: str


class AwaitedDetails(BaseModel, extra="forbid", frozen=True):
    """Of whom details were asked for, and by which task's mail."""

    task_id: OneLine = Field(description="the task whose mail asked for them")
    sender: OneLine = Field(description="who was asked")


class CameDetails(BaseModel, frozen=True):
    """What an answer says of a vendor: their claim, each approved before it is in the books."""

    tax_number: str | None
    iban: str | None
    payment_days: int | None
    has_terms: bool = Field(description="a tax number or days were said")
    task: str = Field(description="of the answer, which a person reads; empty: there is none")
    said: str


class Letter(BaseModel, frozen=True):
    """The letter; nobody has it yet."""

    to: tuple[str, ...]
    subject: str
    text: str
    html: str | None
    attachments: tuple[str, ...]
