import json
from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from domain.mail.structured import read_structured
from domain.receipts.reading import ReadingSource


def html(data: object) -> str:
    return (
        f'<html><body><script type="application/ld+json">{json.dumps(data)}</script><p>Hi</p></body></html>'
    )


ORDER = {
    "@context": "http://schema.org",
    "@type": "Order",
    "merchant": {"@type": "Organization", "name": "Paper & Pen Shop"},
    "orderNumber": "PP-7781",
    "orderDate": "2026-10-02T09:30:00Z",
    "priceCurrency": "EUR",
    "price": "1,048.90",
}


def test_an_order_is_read() -> None:
    reading = read_structured(html(ORDER))
    assert reading
    assert reading.source is ReadingSource.STRUCTURED
    assert reading.vendor
    assert reading.number
    assert reading.issued_on
    assert reading.currency
    assert reading.total
    assert reading.vendor.value == "Paper & Pen Shop"
    assert reading.number.value == "PP-7781"
    assert reading.issued_on.value == date(2026, 10, 2)
    assert reading.currency.value == "EUR"
    assert reading.total.value == Decimal("1048.90")


def test_an_orders_offers_are_summed_up() -> None:
    offers = [
        {"@type": "Offer", "price": "10.00", "priceCurrency": "USD", "eligibleQuantity": {"value": 2}},
        {"@type": "Offer", "price": 5.5, "priceCurrency": "USD"},
    ]
    reading = read_structured(html({"@type": "Order", "acceptedOffer": offers, "seller": {"name": "Acme"}}))
    assert reading
    assert reading.total
    assert reading.total.value == Decimal("25.50")


def test_an_invoice_in_a_graph_is_read() -> None:
    invoice = {
        "@type": "Invoice",
        "provider": {"name": "TelCo"},
        "confirmationNumber": "88812",
        "paymentDueDate": "2026-10-13",
        "totalPaymentDue": {"@type": "PriceSpecification", "price": 234.40, "priceCurrency": "myr"},
    }
    reading = read_structured(html({"@graph": [{"@type": "WebPage"}, invoice]}))
    assert reading
    assert reading.total
    assert reading.currency
    assert reading.due_on
    assert (reading.total.value, reading.currency.value) == (Decimal("234.4"), "MYR")
    assert reading.due_on.value == date(2026, 10, 13)


def test_a_product_on_offer_is_no_order() -> None:
    assert read_structured(html({"@type": "Product", "offers": {"@type": "Offer", "price": "9.99"}})) is None


def test_an_order_without_a_price_is_no_reading() -> None:
    assert read_structured(html({"@type": "Order", "orderNumber": "1"})) is None


def test_broken_data_is_passed_over() -> None:
    assert read_structured('<script type="application/ld+json">{"@type": "Order", </script>') is None
    assert read_structured(html({**ORDER, "price": "NaN"})) is None


def test_deep_data_ends() -> None:
    assert (
        read_structured('<script type="application/ld+json">' + "[" * 5000 + "]" * 5000 + "</script>") is None
    )


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(
                st.sampled_from(
                    [
                        "@type",
                        "price",
                        "acceptedOffer",
                        "merchant",
                        "orderDate",
                        "totalPaymentDue",
                        "discount",
                    ]
                ),
                inner,
            )
        ),
    )
)
def test_no_data_breaks_the_reader(data: object) -> None:
    reading = read_structured(
        html([data, {"@type": "Order", "acceptedOffer": data, "merchant": data, "totalPaymentDue": data}])
    )
    assert reading is None or reading.total is not None
