import pytest

from blocks.odoo.errors import OdooAccessError

COOKIES = (
    "If you really, really need access, perhaps you can win over your friendly administrator with cookies."
)


@pytest.mark.parametrize(
    ("said", "right"),
    [
        (
            (
                "Uh-oh! Looks like you have stumbled upon some top-secret records.\n\nSorry, Digital FTE (id=7) "
                "doesn't have 'write' access to:\n- Journal Entry, INV/1 (account.move: 5)\n\n"
                "Blame the following rules:\n"
                f"- Own company\n\n{COOKIES}"
            ),
            "to change Journal Entry, INV/1 (account.move: 5); Odoo's record rules keep it away: Own company",
        ),
        (
            (
                "Uh-oh! Looks like you have stumbled upon some top-secret records.\n\nSorry, Digital FTE (id=7) "
                f"doesn't have 'read' access to:\n- Journal Entry (account.move)\n\n{COOKIES}\n\nThis seems odd."
            ),
            "to read Journal Entry (account.move)",
        ),
        (
            (
                "You are not allowed to delete 'Account' (account.account) records.\n\nThis operation is allowed for "
                "the following groups:\n\t- Invoicing/Administrator\n\t- Settings\n\nContact your administrator."
            ),
            "to delete 'Account' (account.account); one of these groups has it: Invoicing/Administrator, Settings",
        ),
        (
            "Private methods (such as 'res.partner._read') cannot be called remotely.",
            "to call res.partner._read (Private methods (such as 'res.partner._read') cannot be called remotely.)",
        ),
        ("", "to call res.partner._read"),
    ],
)
def test_a_refusal_of_access_names_the_right_and_who_gives_it(said: str, right: str) -> None:
    assert str(OdooAccessError("res.partner._read", said)) == (
        f"the Odoo user of the API key has no right {right}. An administrator of Odoo gives it to that user under "
        "Settings, Users, and 'fte odoo setup' gives its own user those it needs; then try again"
    )


@pytest.mark.parametrize(
    ("call", "said", "right"),
    [
        (
            "res.users.create",
            (
                "Sie sind nicht berechtigt „Benutzer“-Datensätze (res.users) zu erstellen.\n\nDieser Vorgang ist für "
                "die folgenden Gruppen erlaubt:\n\t- Zugriffsrechte\n\nWenden Sie sich gegebenenfalls an Ihren "
                "Administrator, um den Zugang zu beantragen."
            ),
            "to create 'Benutzer' (res.users); one of these groups has it: Zugriffsrechte",
        ),
        (
            "ir.cron.search_read",
            (
                "Sie haben keinen Zugriff auf Datensätze „Geplante Aktionen“ (ir.cron).\n\nDieser Vorgang ist für die "
                "folgenden Gruppen erlaubt:\n\t- Rolle / Administrator\n\t- Einstellungen\n\nWenden Sie sich an Ihren "
                "Administrator."
            ),
            "to read 'Geplante Aktionen' (ir.cron); one of these groups has it: Rolle / Administrator, Einstellungen",
        ),
        (
            "account.move.write",
            (
                "Oh-oh! Es sieht so aus, als wären Sie über einige streng geheime Datensätze gestolpert.\n\nEs tut uns "
                "leid, Digital FTE (id=5) hat keinen „schreiben“-Zugriff auf:\n- Buchungssatz, RE/1 (account.move: 5)\n"
                "\nGeben Sie den folgenden Regeln die Schuld:\n- Eigenes Unternehmen\n\nWenn Sie wirklich Zugriff "
                "benötigen, können Sie Ihren freundlichen Administrator vielleicht mit Keksen überzeugen."
            ),
            "to change Buchungssatz, RE/1 (account.move: 5); Odoo's record rules keep it away: Eigenes Unternehmen",
        ),
        (
            "account.move.action_post",
            "Vous n'êtes pas autorisé à modifier les enregistrements « Pièce comptable » (account.move).",
            "to use 'Pièce comptable' (account.move)",
        ),
    ],
)
def test_a_refusal_in_another_language_is_told_without_the_words_around_it(
    call: str, said: str, right: str
) -> None:
    assert f"has no right {right}. An administrator" in str(OdooAccessError(call, said))
