"""Whom a client believes about a certificate."""

import ssl

from blocks.certificates import trusted


def test_clients_of_addresses_without_encryption_share_a_context_that_believes_nobody() -> None:
    shared = trusted("http://127.0.0.1:8069")
    assert shared is trusted("http://odoo.example")
    assert shared is not trusted("https://odoo.example")
    assert (shared.verify_mode, shared.check_hostname) == (ssl.CERT_REQUIRED, True)
    assert shared.cert_store_stats()["x509_ca"] == 0
