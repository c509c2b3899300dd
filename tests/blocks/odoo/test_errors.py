from blocks.odoo.errors import OdooAccessError


def test_a_refusal_of_access_says_who_may_not_do_what() -> None:
    said = (
        "Uh-oh! Looks like you have stumbled upon some top-secret records.\n\nSorry, Digital FTE (id=7) doesn't have "
        "'read' access to:\n- Journal Entry, INV/1 (account.move: 5)\n\nBlame the following rules:\n- Own company"
    )
    words = str(OdooAccessError("account.move.read", said))
    assert "Digital FTE (id=7) doesn't have 'read' access to: - Journal Entry, INV/1" in words
    assert "Uh-oh" not in words
    assert "Blame" not in words
