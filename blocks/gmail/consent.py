"""The owner's consent to work in a mailbox, asked for in the browser. Owns Google's OAuth flow for desktop apps."""

import json
import webbrowser
from typing import Any

from pydantic import SecretStr

from blocks.broken_connection import problem_of
from blocks.gmail.calendar_client import CALENDAR_API_URL, CALENDAR_SCOPE
from blocks.gmail.client import GOOGLE_API_URL, SCOPES
from blocks.gmail.credentials import GmailCredentials
from blocks.gmail.errors import GmailClientRefusedError, GmailUnavailableError
from domain.errors import RejectedError

CONSENT_SECONDS = 600
GOOGLE_AUTH_URL = "https://accounts.google.com/o/oauth2/auth"


class ClientFileError(RejectedError):
    """The file is not what Google Cloud gives for a desktop app."""

    def __init__(self, problem: str) -> None:
        super().__init__(
            f"this is no OAuth client file ({problem}); in Google Cloud (APIs & Services, Credentials) create a "
            "client of the type Desktop app and download its JSON"
        )


class GoogleConsentMissingError(RejectedError):
    """The owner did not agree, not to everything, or not in time."""

    def __init__(self, problem: str) -> None:
        super().__init__(
            f"there is no consent for the mailbox ({problem}); run fte connect gmail again, "
            "tick every box and choose Continue"
        )


def ask_consent(
    client_file: str, *, api_url: str = GOOGLE_API_URL, calendar_url: str | None = None
) -> GmailCredentials:
    """Open Google's page in the browser (or print its address) and wait for the answer.

    Args:
        client_file: The OAuth client, as Google Cloud gives it.
        api_url: Where the Gmail API is.
        calendar_url: Where the Calendar API is; None: the calendar is not asked for.

    Raises:
        ClientFileError: the client file is not usable.
        ConsentMissingError: no consent came.
        GmailClientRefusedError: Google does not know the client of that file.
        GmailUnavailableError: the consent came and could not be exchanged for a token.
    """
    from google_auth_oauthlib.flow import WSGITimeoutError
    from oauthlib.oauth2.rfc6749.errors import InvalidClientError, OAuth2Error

    flow = _flow(client_file, [*SCOPES, CALENDAR_SCOPE] if calendar_url else [*SCOPES])
    try:
        granted = flow.run_local_server(
            port=0, open_browser=_has_browser(), timeout_seconds=CONSENT_SECONDS, prompt="consent"
        )
    except WSGITimeoutError as error:
        raise GoogleConsentMissingError(f"no answer in {CONSENT_SECONDS // 60} minutes") from error
    except InvalidClientError as error:
        raise GmailClientRefusedError(str(error)) from error
    except (OAuth2Error, Warning) as error:  # a box that was not ticked is raised as a bare Warning
        raise GoogleConsentMissingError(str(error)) from error
    except OSError as error:
        raise GmailUnavailableError(flow.client_config["token_uri"], problem_of(error)) from error
    return GmailCredentials(
        client_id=granted.client_id,
        client_secret=SecretStr(granted.client_secret),
        refresh_token=SecretStr(granted.refresh_token),
        token_url=granted.token_uri,
        api_url=api_url,
        reads_calendar=calendar_url is not None,
        calendar_url=calendar_url or CALENDAR_API_URL,
    )


def check_client_file(client_file: str) -> None:
    """Refuse what Google's page could not be opened with.

    Raises:
        ClientFileError: the client file is not usable.
    """
    _flow(client_file, [*SCOPES])


def client_file_of(saved: GmailCredentials, auth_url: str = GOOGLE_AUTH_URL) -> str:
    """The OAuth client of a saved consent, so that its file is not needed again."""
    secret = saved.client_secret.get_secret_value()
    places = {"auth_uri": auth_url, "token_uri": saved.token_url}
    return json.dumps({"installed": {"client_id": saved.client_id, "client_secret": secret, **places}})


def _flow(client_file: str, scopes: list[str]) -> Any:
    from google_auth_oauthlib.flow import InstalledAppFlow

    try:
        config = json.loads(client_file)
        if "installed" not in config:
            raise ClientFileError("it has no part 'installed'")
        return InstalledAppFlow.from_client_config(config, scopes)
    except (ValueError, TypeError) as error:
        raise ClientFileError(str(error).partition(":")[0]) from error


def _has_browser() -> bool:
    try:
        webbrowser.get()
    except webbrowser.Error:
        return False
    return True
