"""Categories of spending against the expense accounts of four of Odoo's own charts (tests/recordings/odoo_charts)."""

import json
from pathlib import Path

import pytest

from domain.accounting.account import Account, account_for, fit
from domain.accounting.goals import parse_goals
from domain.accounting.spending import filed_under, same_kind
from domain.vault.note import Note

CHARTS = Path("tests/recordings/odoo_charts")
SHIPPED = parse_goals(Note.parse(Path("Vault/Business_Goals.md").read_text()).front)


def chart(code: str) -> list[Account]:
    rows = json.loads((CHARTS / f"{code}.json").read_text())
    return [
        Account(account_id=number, code=row[0], name=row[1], account_type=row[2], tags=tuple(row[3]))
        for number, row in enumerate(rows, start=1)
    ]


def accounts(*names: str, kind: str = "expense") -> list[Account]:
    return [Account(account_id=n, name=name, account_type=kind) for n, name in enumerate(names, start=1)]


def codes(category: str, code: str) -> str:
    """The account that is meant; with a question mark those that would have to be chosen from."""
    found = fit(category, chart(code))
    return " ".join(one.code for one in found.accounts[:4]) + ("" if found.meant else " ?")


@pytest.mark.parametrize(
    ("category", "us", "de", "india"),
    [
        ("rent", "631000", "4210", "210200"),
        ("utilities", "642000", "4230 4240 ?", "210000"),
        ("telephone", "641000", "4920", "210600"),
        ("hosting", "654000", "4806 ?", "210500"),
        ("software", "654000", "4806 ?", "210800 ?"),
        ("office supplies", "651500", "4930", "211820"),
        ("shipping", "652000", "4910 3800 ?", "210400"),
        ("insurance", "655300 668000 655000 ?", "4360", " ?"),
        ("professional fees", "621000 622000 ?", "4950", "211210"),
        ("travel", "663000 664000 661000 662000 ?", "4660 4670 ?", "211830"),
        ("meals", "671000", "4650", "211100"),
        ("fuel", "667000", "4500 4580 ?", "211830"),
        ("lodging", "664000", "4666 4676 ?", "211830"),
        ("telecommunications", "641000", "4920 4925 ?", "210600"),
        ("materials", "601000", "3000", "212200"),
        ("equipment", "652500", "4985", "210800"),
        ("groceries", "671000", "4650", "211100"),
        ("health", " ?", " ?", " ?"),
        ("advertising", "673000", "4600", "211000 211240 ?"),
        ("vehicle", "665000", "4500 4580 ?", " ?"),
        ("bank charges", "650000", "4970", "211300"),
    ],
)
def test_a_category_means_an_account_of_odoo_s_charts_or_is_asked_about(
    category: str, us: str, de: str, india: str
) -> None:
    assert (codes(category, "us"), codes(category, "de_skr03"), codes(category, "in")) == (us, de, india)


@pytest.mark.parametrize(
    ("code", "meant", "asked", "nothing"),
    [("us", 8, 3, 0), ("de_skr03", 6, 5, 0), ("in", 9, 1, 1), ("generic_coa", 1, 0, 10)],
)
def test_the_categories_of_the_shipped_goals_in_odoo_s_charts(
    code: str, meant: int, asked: int, nothing: int
) -> None:
    """The table in docs/accounting.md."""
    found = [fit(category, chart(code)) for category in SHIPPED.budgets if category != "other"]
    clear = [one for one in found if one.meant]
    named = [one for one in found if one.accounts and not one.meant]
    assert (len(clear), len(named), len(found) - len(clear) - len(named)) == (meant, asked, nothing)


def test_a_chart_of_a_dozen_accounts_leaves_the_rest_to_its_default() -> None:
    found = {category: account_for(category, chart("generic_coa"), 3) for category in SHIPPED.budgets}
    named = {category: account.name for category, account in found.items() if account}
    assert named.pop("rent") == "Rent"
    assert set(named.values()) == {"Expenses"}


@pytest.mark.parametrize(
    ("category", "names", "meant"),
    [
        ("meals", ["Food: Catering & Delivery", "Meals & Entertainment"], "Meals & Entertainment"),
        ("meals", ["Entertainment", "Employees' Meal Allowance"], "Entertainment"),
        ("insurance", ["Unemployment Insurance", "Insurance Premiums"], "Insurance Premiums"),
        ("unemployment insurance", ["Unemployment Insurance", "Insurance"], "Unemployment Insurance"),
        ("rent", ["Vehicle Rent", "Office Rent"], "Office Rent"),
        ("professional fees", ["Bank Fees", "Legal"], "Legal"),
        ("professional services", ["Professional Insurance", "Accounting"], "Accounting"),
        ("taxes", ["Payroll", "Property Taxes"], "Property Taxes"),
        ("professional fees", ["Legal Welfare Expenses", "Legal Fees"], "Legal Fees"),
        ("office supplies", ["Office Rent", "Stationary Expense"], "Stationary Expense"),
    ],
)
def test_names_that_speak_of_something_else_lose(category: str, names: list[str], meant: str) -> None:
    found = fit(category, accounts(*names)).meant
    assert found is not None
    assert found.name == meant


def test_depreciation_and_cost_of_goods_are_for_the_year_s_end() -> None:
    assert fit("vehicle", accounts("Vehicles", kind="expense_depreciation")).meant is not None
    assert fit("fuel", accounts("Vehicles", kind="expense_depreciation")).accounts == ()


def test_several_that_fit_are_named_with_what_to_do() -> None:
    found = fit("travel", accounts("Hotels", "Airfare", "Taxi", "Train", "Bus", "Flights"))
    assert found.meant is None
    assert found.doubt.startswith("several fit: Hotels, Airfare, Taxi, Train and 1 more; choose")
    assert "accounts in Business_Goals.md" in found.doubt


def test_one_that_fits_in_part_is_not_taken() -> None:
    found = fit("insurance", accounts("Auto Insurance", "Fuel"))
    assert found.doubt == "fits in part: Auto Insurance; choose under accounts in Business_Goals.md"
    assert account_for("insurance", accounts("Auto Insurance", "Fuel"), 2) == accounts("", "Fuel")[1]


def test_what_says_nothing_is_no_doubt() -> None:
    assert fit("other", accounts("Hotels")).doubt == ""
    assert fit("Miscellaneous expenses", accounts("Hotels")).doubt == ""


def test_a_taxi_or_a_train_is_no_road_toll() -> None:
    chart = accounts("Road tolls", "Employee travel expenses")
    for category in ("taxi", "train", "bus"):
        meant = fit(category, chart).meant
        assert meant is not None
        assert meant.name == "Employee travel expenses"
    toll = fit("toll", chart).meant
    assert toll is not None
    assert toll.name == "Road tolls"


def test_a_category_is_filed_under_the_nearest_of_others() -> None:
    others = ["rent", "software", "hosting", "travel", "meals"]
    asked = ("Taxi", "hotel", "server", "coffee", "stationery")
    assert [filed_under(one, others) for one in asked] == ["travel", "travel", "hosting", "meals", None]


GERMAN = (
    "Miete (unbewegliche Wirtschaftsgüter)",
    "Gas, Strom, Wasser",
    "Versicherungen",
    "Kfz-Versicherungen",
    "Werbekosten",
    "Bewirtungskosten",
    "Nicht abzugsfähige Bewirtungskosten",
    "Reisekosten Arbeitnehmer",
    "Reisekosten Arbeitnehmer Fahrtkosten",
    "Fahrten zwischen Wohnung und Betriebsstätte und Familienheimfahrten (Haben)",
    "Transportversicherungen",
    "Porto",
    "Telefon",
    "Bürobedarf",
    "Rechts- und Beratungskosten",
    "Buchführungskosten",
    "Geschenke abzugsfähig ohne § 37b EStG",
)
SPANISH = (
    "Arrendamientos y cánones",
    "Servicios de profesionales independientes",
    "Transportes",
    "Primas de seguros",
    "Servicios bancarios y similares",
    "Publicidad, propaganda y relaciones públicas",
    "Combustible",
    "Comida y restaurante",
    "Compras de otros aprovisionamientos",
    "Devoluciones de compras de otros aprovisionamientos",
    '"Rappels" por compras de otros aprovisionamientos',
)
ITALIAN = (
    "Fitti passivi",
    "Costi energetici",
    "Costi telefonici",
    "Costi assicurativi",
    "Costi di consulenza",
    "Costi di trasporto",
    "Costi pubblicitari",
    "Spese postali",
)


@pytest.mark.parametrize(
    ("category", "names", "meant"),
    [
        ("rent", GERMAN, "Miete (unbewegliche Wirtschaftsgüter)"),
        ("travel", GERMAN, "Reisekosten Arbeitnehmer"),
        ("Reisekosten", GERMAN, "Reisekosten Arbeitnehmer"),
        ("Bahn", GERMAN, "Reisekosten Arbeitnehmer"),
        ("meals", GERMAN, "Bewirtungskosten"),
        ("Bewirtung", GERMAN, "Bewirtungskosten"),
        ("Porto", GERMAN, "Porto"),
        ("Strom", GERMAN, "Gas, Strom, Wasser"),
        ("insurance", GERMAN, "Versicherungen"),
        ("Werbung", GERMAN, "Werbekosten"),
        ("office supplies", GERMAN, "Bürobedarf"),
        ("Büromaterial", GERMAN, "Bürobedarf"),
        ("Beratung", GERMAN, "Rechts- und Beratungskosten"),
        ("Steuerberatung", GERMAN, "Buchführungskosten"),
        ("Handy", GERMAN, "Telefon"),
        ("Bewirtung", ("Meals & Entertainment", "Other Expenses"), "Meals & Entertainment"),
        ("Alquiler", SPANISH, "Arrendamientos y cánones"),
        ("insurance", SPANISH, "Primas de seguros"),
        ("Honorarios", SPANISH, "Servicios de profesionales independientes"),
        ("Tren", SPANISH, "Transportes"),
        ("meals", SPANISH, "Comida y restaurante"),
        ("Gasolina", SPANISH, "Combustible"),
        ("office supplies", SPANISH, "Compras de otros aprovisionamientos"),
        ("Affitto", ITALIAN, "Fitti passivi"),
        ("utilities", ITALIAN, "Costi energetici"),
        ("Telefono", ITALIAN, "Costi telefonici"),
        ("Treno", ITALIAN, "Costi di trasporto"),
        ("Spedizioni", ITALIAN, "Spese postali"),
        ("Déplacements", ("Voyages et déplacements", "Honoraires"), "Voyages et déplacements"),
    ],
)
def test_categories_and_accounts_in_other_languages(
    category: str, names: tuple[str, ...], meant: str
) -> None:
    found = fit(category, accounts(*names))
    assert found.meant is not None, str(found)
    assert found.meant.name == meant


@pytest.mark.parametrize(
    ("category", "other"),
    [
        ("telecommunications", "telephone"),
        ("Bewirtung", None),
        ("Restaurant", "meals"),
        ("materials", None),
        ("other", None),
    ],
)
def test_a_category_in_other_words(category: str, other: str | None) -> None:
    assert same_kind(category, list(SHIPPED.budgets)) == other
