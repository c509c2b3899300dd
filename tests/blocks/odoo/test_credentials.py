import subprocess
import sys

import pytest
from pydantic import SecretStr, ValidationError

from blocks.odoo.credentials import OdooCredentials


def credentials(url: str = "https://books.example.com") -> OdooCredentials:
    return OdooCredentials(url=url, database="books", login="bot", api_key=SecretStr("secret-key"))


def test_the_key_is_never_shown() -> None:
    assert "secret-key" not in repr(credentials())
    assert "secret-key" not in repr(credentials().account())


def test_every_field_says_what_it_is() -> None:
    fields = ("url", "database", "login", "api_key")
    assert all(OdooCredentials.model_fields[name].description for name in fields)


@pytest.mark.parametrize("url", ["https://books.example.com/", "https://books.example.com/odoo/action-1"])
def test_the_address_a_person_copies_is_cut_to_what_is_needed(url: str) -> None:
    assert credentials(url).url == "https://books.example.com"


@pytest.mark.parametrize("url", ["books.example.com", "ftp://books.example.com", "https://"])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(ValidationError, match="https://"):
        credentials(url)


def test_the_client_does_without_the_prefect_server() -> None:
    code = "import sys, blocks.odoo.client, tasks.accounting.bills; sys.exit('prefect' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
