"""Addresses and hosts: whose they are, and whether one pretends to be another."""

import re
from urllib.parse import urlsplit

_SECOND_LEVEL = frozenset({"co", "com", "org", "net", "gov", "ac", "edu", "ltd", "plc"})
_FREE_MAIL_HOSTS = """
    gmail.com googlemail.com yahoo.com outlook.com hotmail.com live.com aol.com icloud.com gmx.de gmx.net
    gmx.com web.de mail.ru yandex.ru yandex.com protonmail.com proton.me mail.com zoho.com 163.com qq.com
    orange.fr free.fr libero.it tutanota.com
"""
FREE_MAIL = frozenset(_FREE_MAIL_HOSTS.split())
_BRAND_NAMES = """
    paypal amazon microsoft apple google netflix docusign dropbox stripe intuit quickbooks facebook
    instagram linkedin dhl fedex adobe spotify shopify wise chase wellsfargo citibank hsbc barclays
    santander sparkasse commerzbank maybank zoom slack github xero revolut klarna ebay americanexpress
    office365 whatsapp
"""
BRANDS = frozenset(_BRAND_NAMES.split())
"""Names that phishing borrows most, as the label of their own domains."""
_ALSO_OWNED = {
    "quickbooks": ("intuit",),
    "instagram": ("facebookmail", "facebook"),
    "facebook": ("facebookmail",),
    "whatsapp": ("facebookmail", "facebook"),
    "office365": ("microsoft", "microsoftonline"),
    "microsoft": ("microsoftonline", "office"),
    "apple": ("icloud",),
    "google": ("youtube", "gmail"),
    "wise": ("transferwise",),
    "americanexpress": ("aexp",),
}
_BRAND_WORDS = re.compile(
    r"\b(?:support|security|service|services|billing|team|accounts?|customer|help|helpdesk|alerts?|notifications?|"
    r"no-?reply|inc|payments?|center|centre|online|bank|desk|invoices?|e-?sign(?:ature)?|express|store|prime|id|"
    r"365|office|pay|via|gmbh|ltd|llc|update|admin|care|verification)\b|[^a-z0-9]"
)
_LOOKS_LIKE = str.maketrans(
    "01358i|v\u0430\u0435\u043e\u0440\u0441\u0443\u0456\u0131\u00ed\u00e1\u00e9\u00f3\u00fc\u00f6",
    "olesblluaeopcylllaeouo",
)
ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_IP_HOST = re.compile(r"^\d{1,3}(?:\.\d{1,3}){3}$")
_MIN_LABEL = 5


def domain_of(address: str) -> str:
    """The host part of an address, lower case."""
    return address.rpartition("@")[2].strip("<> \t").rstrip(".").lower()


def registrable(host: str) -> str:
    """`mail.shop.co.uk` belongs to `shop.co.uk`; good for comparing, not a public-suffix list."""
    labels = host.lower().rstrip(".").split(".")
    keep = 3 if len(labels) > 2 and labels[-2] in _SECOND_LEVEL and len(labels[-1]) == 2 else 2  # noqa: PLR2004 - co.uk
    return ".".join(labels[-keep:])


def owner_label(host: str) -> str:
    """The label that names the owner: `paypal` of `mail.paypal.com`."""
    return registrable(host).split(".", 1)[0]


def host_of(url: str) -> str:
    """The host a link leads to; empty for what is no web address."""
    try:
        return (urlsplit(url.strip() if "//" in url else f"//{url.strip()}").hostname or "").lower()
    except ValueError:
        return ""


def is_free_mail(domain: str) -> bool:
    """Whether anyone can have an address there."""
    return domain in FREE_MAIL


def skeleton(label: str) -> str:
    """What a label looks like to a reader: `paypa1`, `rnicrosoft` and `micros\u043eft` look like the real ones."""
    return label.lower().replace("rn", "m").replace("vv", "w").replace("cl", "d").translate(_LOOKS_LIKE)


def looks_like(host: str, other: str) -> bool:
    """Whether two different hosts look alike to a reader."""
    if not host or not other or registrable(host) == registrable(other):
        return False
    one, two = owner_label(host), owner_label(other)
    if min(len(one), len(two)) < _MIN_LABEL:
        return False
    if skeleton(one) == skeleton(two):
        return one != two
    return _one_edit(one, two)


def impersonated_brand(host: str) -> str | None:
    """The brand that a host's name borrows: by look (`paypa1.com`), by wrapping (`paypal-secure.com`), as subdomain."""
    owner = owner_label(host)
    if owner in BRANDS:
        return None
    if "xn--" in host:
        return "an internationalised name"
    for brand in BRANDS:
        if skeleton(owner) == skeleton(brand) or _misspelt(owner, brand):
            return brand
        parts = re.split(r"[.-]", host.rsplit(".", 1)[0])
        if brand in parts and len(brand) >= _MIN_LABEL:
            return brand
    return None


def is_brands_own(host: str, brand: str) -> bool:
    """Whether a host belongs to the brand, under its own name or its owner's."""
    return owner_label(host) in {brand, *_ALSO_OWNED.get(brand, ())}


def _misspelt(owner: str, brand: str) -> bool:
    """One letter off; for shorter names only a changed or swapped one, as words with one letter more are common."""
    least = _MIN_LABEL + 1 if len(owner) == len(brand) else _MIN_LABEL + 3
    return len(brand) >= least and _one_edit(owner, brand)


def claimed_brand(name: str) -> str | None:
    """The brand a display name claims to be (`PayPal Support`), not one it only mentions."""
    bare = _BRAND_WORDS.sub("", name.lower())
    return next((brand for brand in BRANDS if bare and skeleton(bare) == skeleton(brand)), None)


def is_bare_ip(host: str) -> bool:
    """A number in place of a name."""
    return bool(_IP_HOST.match(host))


def _one_edit(one: str, two: str) -> bool:
    """One letter swapped, changed, missing or too many."""
    if one == two or abs(len(one) - len(two)) > 1:
        return False
    start = next(
        (i for i, (a, b) in enumerate(zip(one, two, strict=False)) if a != b), min(len(one), len(two))
    )
    rest_one, rest_two = one[start:], two[start:]
    swapped = rest_one[:2] == rest_two[1::-1] and rest_one[2:] == rest_two[2:]
    return rest_one[1:] == rest_two[1:] or rest_one[1:] == rest_two or rest_one == rest_two[1:] or swapped
