"""What a request is called wherever a person meets it: the action in words, the amount and the counterparty."""

from domain.approvals.render import run_title
from domain.approvals.request import ApprovalRequest
from domain.planning.catalogue import CATALOGUE

OTHER_TITLES = {"rules.change": "Change the rules"}
"""Of requests that are no action of a plan."""


def request_title(request: ApprovalRequest) -> str:
    """One line of plain text, such as "Book a vendor bill in Odoo: 2480.00 USD, Harbor Street Offices"."""
    action = CATALOGUE.get(request.action)
    title = action.title if action else OTHER_TITLES.get(request.action, request.action)
    return run_title(title, request.inputs)
