from domain.accounting.account import Account, account_for


def test_the_name_s_own_word_decides_between_accounts_of_like_meaning() -> None:
    accounts = [
        Account(account_id=1, name="Grocery and Drinks", account_type="expense"),
        Account(account_id=2, name="Meals & Entertainment", account_type="expense"),
        Account(account_id=3, name="Miscellaneous", account_type="expense"),
    ]
    found = account_for("meals", accounts, default_id=3)
    assert found is not None
    assert found.name == "Meals & Entertainment"
