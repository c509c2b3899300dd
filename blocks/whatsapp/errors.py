"""What can go wrong with WhatsApp beside what `blocks.social.errors` names for every platform."""

from blocks.social.errors import NamedService
from domain.errors import RejectedError, UnknownOutcomeError


class WindowClosedError(RejectedError):
    """The customer wrote too long ago, so only an approved template reaches them."""

    def __init__(self, service: NamedService, said: str) -> None:
        super().__init__(
            f"{service.title} takes free words only within 24 hours after the customer's last message ({said}); "
            "nothing was sent: use a template (fte whatsapp templates), or wait until they write"
        )


class UndeliverableError(RejectedError):
    """This number cannot be written to."""

    def __init__(self, service: NamedService, said: str) -> None:
        super().__init__(
            f"{service.title} cannot deliver to this number ({said}); reach the customer otherwise"
        )


class TemplateRefusedError(RejectedError):
    """The template is not there, not approved, or has other gaps."""

    def __init__(self, service: NamedService, said: str) -> None:
        super().__init__(
            f"{service.title} does not take the template ({said}); nothing was sent: fte whatsapp templates shows "
            "those that it does"
        )


class MessageRefusedError(RejectedError):
    """It understood the message and does not take it."""

    def __init__(self, service: NamedService, said: str) -> None:
        super().__init__(
            f"{service.title} refused the message ({said}); nothing was sent: change it and order it again"
        )


class AccountClosedError(RejectedError):
    """The business's account or number may not write now."""

    def __init__(self, service: NamedService, said: str) -> None:
        super().__init__(
            f"{service.title} lets this number write to nobody ({said}); see its state in the WhatsApp Manager"
        )


class MediaGoneError(RejectedError):
    """A file of a message is not, or no longer, handed out."""

    def __init__(self, service: NamedService, said: str) -> None:
        super().__init__(
            f"{service.title} does not hand the file out ({said}); ask the customer to send it again"
        )


class MessageUnseenError(UnknownOutcomeError):
    """It was handed over and the answer is missing; WhatsApp has no list of sent messages that could be asked."""

    def __init__(self, service: NamedService, said: str) -> None:
        super().__init__(
            f"{service.title} may or may not have sent the message ({said}); it is not sent again. A status that "
            "arrives settles it; else look at the chat, and say what you saw: fte whatsapp settle"
        )
