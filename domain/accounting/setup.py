"""What a fresh Odoo lacks before the employee can keep its books: found, wanted, and the steps between."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from domain.accounting.odoo_charts import GENERIC_CHART
from domain.errors import RejectedError
from domain.reliability.ending import RENEW_DAYS

OLDEST_MAJOR = 19
MODULES = ("account", "product")
BOT_GROUPS = (
    "base.group_user",
    "account.group_account_invoice",
    "base.group_partner_manager",
    "product.group_product_manager",
)
"""What the tools need, and nothing else: invoicing, contacts, products."""
APP_GROUPS = {
    "hr_timesheet": "hr_timesheet.group_timesheet_manager",
    "crm": "sales_team.group_sale_salesman_all_leads",
}
"""What they need besides where these apps are installed: everybody's timesheets, and all opportunities."""
BOT_NAME = "Digital FTE"
KEY_DAYS = 90
"""The longest that Odoo gives a key of a user who is no administrator."""


class Task(StrEnum):
    """One thing that is set up."""

    MODULES = "modules"
    PROFILE = "company profile"
    CHART = "chart of accounts"
    CASH = "cash journal"
    PAYMENTS = "payment accounts"
    BOT = "bot user"
    KEY = "key"


@dataclass(frozen=True)
class CompanyProfile:
    """The company, as the owner states it; empty values are left as they are."""

    name: str = ""
    country: str = ""
    email: str = ""
    phone: str = ""


@dataclass(frozen=True)
class WantedSetup:
    """What the owner asks for.

    Attributes:
        profile: the company.
        chart: Odoo's code of a chart of accounts; the generic one means the country's where it has one.
        bot_login: the user whose key the employee has.
    """

    profile: CompanyProfile
    chart: str
    bot_login: str


@dataclass(frozen=True)
class FoundSetup:
    """What is there.

    Attributes:
        uninstalled: modules that are wanted and not installed.
        chart: the company's chart, empty for none.
        unused_chart: the generic one, where nothing is booked in it and the country's own is to take its place.
        without_account: names of payment methods that would book nothing.
        bot_groups: the bot's groups by external id, None while there is no bot.
        app_groups: those of `APP_GROUPS` that the installed apps have.
        key_expires_on: last day of a saved key that works; None for no such key.
    """

    uninstalled: Sequence[str]
    profile: CompanyProfile
    chart: str = ""
    unused_chart: str = ""
    has_cash: bool = False
    without_account: Sequence[str] = ()
    bot_groups: frozenset[str] | None = None
    app_groups: Sequence[str] = ()
    key_expires_on: dt.date | None = None


@dataclass(frozen=True)
class SetupStep:
    """One step of the plan, and what a person reads of it."""

    task: Task
    says: str
    details: Sequence[str] = field(default_factory=tuple)


class SetupWishError(RejectedError):
    """What is asked for cannot be set up; found before anything was written."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__(f"nothing was changed in Odoo: {'; '.join(problems)}")


class OdooTooOldError(RejectedError):
    """The server is older than set-up knows."""

    def __init__(self, major: int) -> None:
        super().__init__(
            f"this is Odoo {major}; 'fte odoo setup' sets up Odoo {OLDEST_MAJOR}: set an older one up by hand and "
            "connect it with 'fte connect odoo --protocol jsonrpc'"
        )


def setup_plan(found: FoundSetup, wanted: WantedSetup, today: dt.date) -> list[SetupStep]:
    """What is still to be done, in the order in which it must be done; empty when all is there."""
    # the country comes first: by it Odoo chooses the chart when accounting is installed
    steps = [*_profile_steps(found, wanted), *_books_steps(found, wanted)]
    return [*steps, *_bot_steps(found, wanted, today)]


def _profile_steps(found: FoundSetup, wanted: WantedSetup) -> list[SetupStep]:
    changed = [
        f"{name}: {value}"
        for name, value in vars(wanted.profile).items()
        if value and value != getattr(found.profile, name)
    ]
    return [SetupStep(Task.PROFILE, f"set the company's {', '.join(changed)}")] if changed else []


def _books_steps(found: FoundSetup, wanted: WantedSetup) -> list[SetupStep]:
    steps = []
    if found.uninstalled:
        names = ", ".join(found.uninstalled)
        steps.append(SetupStep(Task.MODULES, f"install {names} (minutes)", tuple(found.uninstalled)))
    if not found.chart:
        steps.append(SetupStep(Task.CHART, _says_chart(found.unused_chart, wanted.chart)))
    if not found.has_cash:
        steps.append(SetupStep(Task.CASH, "create a cash journal"))
    if found.without_account or not found.chart or not found.has_cash:
        names = ", ".join(found.without_account) or "each bank and cash journal"
        steps.append(
            SetupStep(Task.PAYMENTS, f"book payments straight to the account of the journal: {names}")
        )
    return steps


def _says_chart(unused: str, wanted: str) -> str:
    if wanted != GENERIC_CHART:
        says = f"load the chart of accounts {wanted}"
    elif unused:
        says = "load the country's chart of accounts"
    else:
        says = f"load a chart of accounts: the country's, else {GENERIC_CHART}"
    return f"{says} in place of {unused}, in which nothing is booked" if unused else says


def _bot_steps(found: FoundSetup, wanted: WantedSetup, today: dt.date) -> list[SetupStep]:
    steps = []
    groups = (*BOT_GROUPS, *found.app_groups)
    rights = ", ".join(groups)
    if found.bot_groups is None:
        steps.append(SetupStep(Task.BOT, f"create the user {wanted.bot_login} with the rights {rights} only"))
    elif found.bot_groups != set(groups):
        steps.append(SetupStep(Task.BOT, f"give the user {wanted.bot_login} the rights {rights} only"))
    ends = found.key_expires_on
    if ends is None or (ends - today).days <= RENEW_DAYS:
        why = f"the saved one ends on {ends}" if ends else "none is saved that works"
        says = f"make {wanted.bot_login} an API key for {KEY_DAYS} days and save it ({why})"
        steps.append(SetupStep(Task.KEY, says))
    return steps
