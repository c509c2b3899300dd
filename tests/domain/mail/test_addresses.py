import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.mail.addresses import (
    claimed_brand,
    domain_of,
    host_of,
    impersonated_brand,
    is_brands_own,
    looks_like,
    registrable,
)


@pytest.mark.parametrize(
    "host",
    [
        "paypa1.com",
        "rnicrosoft.com",
        "docusgin.com",
        "amazom.com",
        "paypal-secure.net",
        "paypal.login.example",
        "xn--pypal-4ve.com",
    ],
)
def test_a_borrowed_brand_is_seen(host: str) -> None:
    assert impersonated_brand(host)


@pytest.mark.parametrize(
    "host",
    [
        "paypal.com",
        "mail.amazon.co.uk",
        "mybank.com",
        "appletree.example",
        "harborprint.example",
        "shopify.com",
        "",
    ],
)
def test_an_honest_name_is_left_alone(host: str) -> None:
    assert impersonated_brand(host) is None


def test_a_display_name_claims_a_brand_only_when_it_is_one() -> None:
    assert claimed_brand("PayPal Support") == "paypal"
    assert claimed_brand("PayPaI") == "paypal"
    assert claimed_brand("Apple Tree Catering") is None
    assert claimed_brand("Jo Park") is None
    assert is_brands_own("notifications.intuit.com", "quickbooks")


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("n0rthwind.com", "northwind.com"),
        ("brightbakerry.com", "brightbakery.com"),
        ("harborprint.co", "harborprlnt.com"),
    ],
)
def test_hosts_that_can_be_taken_for_each_other(one: str, two: str) -> None:
    assert looks_like(one, two)


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("shop.acme.com", "acme.com"),
        ("acme.com", "apex.com"),
        ("", "acme.com"),
        ("northwind.com", "southwind.com"),
    ],
)
def test_hosts_that_cannot(one: str, two: str) -> None:
    assert not looks_like(one, two)


def test_parts_of_addresses() -> None:
    assert domain_of("Jo <jo@Shop.Example.com>") == "shop.example.com"
    assert registrable("mail.shop.co.uk") == "shop.co.uk"
    assert host_of("https://user@evil.example/x") == "evil.example"
    assert host_of("http://[broken") == ""


@given(st.text(max_size=60), st.text(max_size=60))
def test_no_text_breaks_the_comparison(one: str, two: str) -> None:
    assert looks_like(one, two) == looks_like(two, one)
    host_of(one)
    impersonated_brand(one)
