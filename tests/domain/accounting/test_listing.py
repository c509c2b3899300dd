"""What set-up proposes to list in Business_Goals.md, on Odoo's own charts."""

from domain.accounting.account import Account
from domain.accounting.goals import parse_goals
from domain.accounting.listing import propose
from tests.domain.accounting.test_account import SHIPPED, accounts, chart


def entries(code: str) -> dict[str, list[str]]:
    return dict(one.entry for one in propose(SHIPPED, chart(code)) if one.accounts)


def test_on_the_us_chart_the_three_that_several_accounts_fit_are_proposed() -> None:
    assert entries("us") == {
        "insurance": ["655300", "668000", "655000"],
        "professional fees": ["621000", "622000"],
        "travel": ["663000", "664000", "661000", "662000"],
    }


def test_categories_that_mean_the_same_share_their_list_and_no_account_is_proposed_twice() -> None:
    german = entries("de_skr03")
    assert german["hosting"] == german["software"] == ["4806"]
    assert german["utilities"] == ["4230", "4240"]
    assert german["travel"] == ["4660", "4670"]
    goals = parse_goals({"budgets": dict.fromkeys(SHIPPED.budgets, 1), "accounts": german})
    assert [one for one in propose(goals, chart("de_skr03")) if one.accounts] == []


def test_each_category_is_said_and_what_is_listed_already_is_left_out() -> None:
    goals = parse_goals(
        {"budgets": {"rent": 1, "travel": 1, "boats": 1, "other": 1}, "accounts": {"travel": ["663000"]}}
    )
    assert list(map(str, propose(goals, chart("us")))) == [
        "rent: 631000 Office Rent",
        "boats: no account fits; its bills go to the default account of the purchase journal",
    ]


def test_an_account_that_another_category_means_is_not_proposed() -> None:
    goals = parse_goals({"budgets": {"travel": 1, "hotels": 1}})
    found = propose(goals, [*coded("Hotels", "Airfare", "Taxi")])
    assert [one.entry for one in found] == [("travel", ["2", "3"]), ("hotels", [])]


def test_odoo_s_tags_narrow_what_is_proposed() -> None:
    plain, tagged = coded("Transport by Rail", "Transport by Road")
    tagged = tagged.model_copy(update={"tags": ("Advertising and travel expenses",)})
    (found,) = propose(parse_goals({"budgets": {"travel": 1}}), [plain, tagged])
    assert found.entry == ("travel", ["2"])
    assert str(found) == "travel: several fit: 2 Transport by Road?"


def coded(*names: str) -> list[Account]:
    return [one.model_copy(update={"code": str(one.account_id)}) for one in accounts(*names)]
