"""The owner's consent to work in a mailbox, asked for in the browser. Owns Google's OAuth flow for desktop apps."""

import json
import webbrowser
from typing import Any

from pydantic import SecretStr

from blocks.gmail.client import GOOGLE_API_URL, SCOPES
from blocks.gmail.credentials import GmailCredentials
from blocks.gmail.errors import GmailClientRefusedError, GmailUnavailableError
from domain.errors import RejectedError

CONSENT_SECONDS = 600


class ClientFileError(RejectedError):
    """The file is not what Google Cloud gives for a desktop app."""

    def __init__(self, problem: str) -> None:
        super().__init__(
            f"this is no OAuth client file ({problem}); in Google Cloud (APIs & Services, Credentials) create a "
            "client of the type Desktop app and download its JSON"
        )


class ConsentMissingError(RejectedError):
    """The owner did not agree, not to everything, or not in time."""

    def __init__(self, problem: str) -> None:
        super().__init__(
            f"there is no consent for the mailbox ({problem}); run fte connect gmail again, "
            "tick every box and choose Continue"
        )


def ask_consent(client_file: str, *, api_url: str = GOOGLE_API_URL) -> GmailCredentials:
    """Open Google's page in the browser (or print its address) and wait for the answer.

    Raises:
        ClientFileError: the client file is not usable.
        ConsentMissingError: no consent came.
        GmailClientRefusedError: Google does not know the client of that file.
        GmailUnavailableError: the consent came and could not be exchanged for a token.
    """
    from google_auth_oauthlib.flow import WSGITimeoutError
    from oauthlib.oauth2.rfc6749.errors import InvalidClientError, OAuth2Error

    flow = _flow(client_file)
    try:
        granted = flow.run_local_server(
            port=0, open_browser=_has_browser(), timeout_seconds=CONSENT_SECONDS, prompt="consent"
        )
    except WSGITimeoutError as error:
        raise ConsentMissingError(f"no answer in {CONSENT_SECONDS // 60} minutes") from error
    except InvalidClientError as error:
        raise GmailClientRefusedError(str(error)) from error
    except (OAuth2Error, Warning) as error:  # a box that was not ticked is raised as a bare Warning
        raise ConsentMissingError(str(error)) from error
    except OSError as error:
        raise GmailUnavailableError(flow.client_config["token_uri"], type(error).__name__) from error
    return GmailCredentials(
        client_id=granted.client_id,
        client_secret=SecretStr(granted.client_secret),
        refresh_token=SecretStr(granted.refresh_token),
        token_url=granted.token_uri,
        api_url=api_url,
    )


def _flow(client_file: str) -> Any:
    from google_auth_oauthlib.flow import InstalledAppFlow

    try:
        config = json.loads(client_file)
        if "installed" not in config:
            raise ClientFileError("it has no part 'installed'")
        return InstalledAppFlow.from_client_config(config, list(SCOPES))
    except (ValueError, TypeError) as error:
        raise ClientFileError(str(error).partition(":")[0]) from error


def _has_browser() -> bool:
    try:
        webbrowser.get()
    except webbrowser.Error:
        return False
    return True
