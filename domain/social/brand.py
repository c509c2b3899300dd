"""How the business looks in public: colours that can be read, a font, a name, a logo."""

from pydantic import BaseModel, Field

from domain.errors import ContractError

LEAST_CONTRAST = 4.5
"""WCAG 2.2, success criterion 1.4.3."""
COLOUR = r"^#[0-9a-fA-F]{6}$"


class Brand(BaseModel, frozen=True, extra="forbid"):
    """The handbook's `brand`."""

    name: str | None = Field(default=None, max_length=60, description="what readers know the business as")
    background: str = Field(default="#12304a", pattern=COLOUR)
    text: str = Field(default="#ffffff", pattern=COLOUR)
    accent: str = Field(default="#f4b942", pattern=COLOUR)
    font: str | None = Field(default=None, description="a font of this machine; absent: DejaVu Sans")
    logo: str | None = Field(default=None, description="a picture in the Vault, e.g. Attachments/logo.png")


class UnreadableColoursError(ContractError):
    """Two colours that are too much alike."""

    def __init__(self, name: str, colour: str, background: str) -> None:
        super().__init__(
            f"brand.{name} {colour} on brand.background {background} has a contrast of "
            f"{contrast(colour, background):.2f}, and {LEAST_CONTRAST} is the least that everybody can read; "
            "make one of them lighter or darker in Company_Handbook.md"
        )


def check_colours(brand: Brand) -> None:
    """Refuse colours that many could not read.

    Raises:
        UnreadableColoursError: naming the colour.
    """
    for name, colour in (("text", brand.text), ("accent", brand.accent)):
        if contrast(colour, brand.background) < LEAST_CONTRAST:
            raise UnreadableColoursError(name, colour, brand.background)


def contrast(one: str, other: str) -> float:
    """How far two colours (#rrggbb) are apart, from 1 to 21 (WCAG 2.2, contrast ratio)."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4  # noqa: PLR2004 (sRGB's)
