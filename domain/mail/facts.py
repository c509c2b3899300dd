"""A mail's facts as far as judging it needs them; everything in it is the sender's claim."""

from pydantic import BaseModel


class MailFacts(BaseModel, frozen=True):
    """One message: headers, text, and the names of what is attached."""

    sender_name: str = ""
    sender_address: str = ""
    reply_to: str = ""
    to: str = ""
    subject: str = ""
    date: str = ""
    message_id: str = ""
    text: str = ""
    html: str = ""
    auth_results: str = ""
    list_unsubscribe: str = ""
    list_id: str = ""
    attachments: tuple[str, ...] = ()
