"""schema.org data in a mail's HTML body (Order, Invoice, reservations): what the shop says about its own sale.

Source: https://developers.google.com/workspace/gmail/markup/reference and https://schema.org/Order, /Invoice.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from domain.mail.html_text import read_page
from domain.receipts.category import find_category
from domain.receipts.found import Found, Line
from domain.receipts.layout import rows_of
from domain.receipts.reading import Reading, ReadingSource

_SURE = 0.97
_MAX_AMOUNT = Decimal(10) ** 12
_MAX_DEPTH, _MAX_NODES = 12, 2_000
_SALES = """
    Order Invoice LodgingReservation FlightReservation TrainReservation BusReservation
    RentalCarReservation TaxiReservation EventReservation
"""
_KINDS = frozenset(_SALES.split())


def read_structured(html: str) -> Reading | None:
    """The sale that a mail's own data describes; None when there is none with a price."""
    for script in read_page(html).json_ld:
        try:
            data = json.loads(script, parse_float=Decimal)
        except (ValueError, RecursionError):
            continue
        for node in _nodes(data):
            reading = _read(node)
            if reading is not None:
                return reading
    return None


def _nodes(data: Any) -> Iterator[Mapping[str, Any]]:
    """Every object that is a sale, outermost first."""
    waiting: list[tuple[Any, int]] = [(data, 0)]
    seen = 0
    while waiting and seen < _MAX_NODES:
        value, depth = waiting.pop(0)
        seen += 1
        if depth > _MAX_DEPTH:
            continue
        if isinstance(value, list):
            waiting += [(one, depth + 1) for one in value]
        elif isinstance(value, Mapping):
            if _kind(value) in _KINDS:
                yield value
            waiting += [(one, depth + 1) for one in value.values() if isinstance(one, Mapping | list)]


def _kind(node: Mapping[str, Any]) -> str:
    kind = node.get("@type", "")
    kind = kind[0] if isinstance(kind, list) and kind else kind
    return str(kind).rsplit("/", 1)[-1]


def _read(node: Mapping[str, Any]) -> Reading | None:
    kind = _kind(node)
    total, currency = _price(node)
    if total is None:
        return None
    vendor = _name(node, "merchant", "seller", "provider", "broker", "reservationFor")
    number = _plain(node, "orderNumber", "confirmationNumber", "reservationNumber", "identifier", "accountId")
    items = [Line(vendor or ""), *(Line(name) for name in _item_names(node))]
    return Reading(
        vendor=_found(vendor, kind, "merchant"),
        number=_found(number, kind, "number"),
        issued_on=_found(_day(node, "orderDate", "dateIssued", "bookingTime", "modifiedTime"), kind, "date"),
        due_on=_found(_day(node, "paymentDueDate", "paymentDue"), kind, "paymentDueDate"),
        currency=_found(currency, kind, "priceCurrency"),
        total=_found(total, kind, "price"),
        category=find_category(rows_of(items)),
        source=ReadingSource.STRUCTURED,
    )


def _found(value: Any, kind: str, name: str) -> Found[Any] | None:
    return None if value is None else Found(value=value, confidence=_SURE, where=f"schema.org {kind}: {name}")


def _price(node: Mapping[str, Any]) -> tuple[Decimal | None, str | None]:
    """The price of the whole, else the sum of the offers."""
    due = node.get("totalPaymentDue")
    for source in (node, due if isinstance(due, Mapping) else {}):
        total = _decimal(source.get("totalPrice", source.get("price", source.get("value"))))
        if total is not None:
            return total, _currency(source) or _currency(node)
    offers = [offer for offer in _listed(node.get("acceptedOffer")) if isinstance(offer, Mapping)]
    prices = [_offer_price(offer) for offer in offers]
    if not prices or any(price is None for price in prices):
        return None, None
    total = sum((price for price in prices if price is not None), Decimal(0))
    return total - (_decimal(node.get("discount")) or 0), _currency(offers[0]) or _currency(node)


def _offer_price(offer: Mapping[str, Any]) -> Decimal | None:
    price = _decimal(offer.get("price"))
    quantity = offer.get("eligibleQuantity")
    count = _decimal(quantity.get("value")) if isinstance(quantity, Mapping) else None
    return price * (count or 1) if price is not None else None


def _decimal(value: Any) -> Decimal | None:
    if not isinstance(value, str | int | Decimal) or isinstance(value, bool):
        return None
    try:
        number = Decimal(str(value).replace(",", "").lstrip("$\u20ac\u00a3 "))
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number) < _MAX_AMOUNT else None


def _currency(node: Mapping[str, Any]) -> str | None:
    code = node.get("priceCurrency") or node.get("currency")
    return code.upper() if isinstance(code, str) and len(code) == 3 and code.isalpha() else None  # noqa: PLR2004 - ISO 4217


def _name(node: Mapping[str, Any], *keys: str) -> str | None:
    for key in keys:
        value = node.get(key)
        if not value and isinstance(node.get("acceptedOffer"), Mapping | list):
            offers = [offer for offer in _listed(node["acceptedOffer"]) if isinstance(offer, Mapping)]
            value = offers[0].get(key) if offers else None
        name = value.get("name") if isinstance(value, Mapping) else value
        if isinstance(name, str) and name.strip():
            return " ".join(name.split())
    return None


def _plain(node: Mapping[str, Any], *keys: str) -> str | None:
    return next((str(node[key]) for key in keys if isinstance(node.get(key), str | int)), None)


def _day(node: Mapping[str, Any], *keys: str) -> date | None:
    for key in keys:
        value = node.get(key)
        if isinstance(value, str):
            try:
                return datetime.fromisoformat(value).date()
            except ValueError:
                continue
    return None


def _item_names(node: Mapping[str, Any]) -> list[str]:
    offers = [offer for offer in _listed(node.get("acceptedOffer")) if isinstance(offer, Mapping)]
    return [name for offer in offers[:50] if (name := _name(offer, "itemOffered"))]


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
