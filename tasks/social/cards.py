"""Cards as pictures, in the business's colours, font and name: 1080 x 1350 pixels, JPEG.

matplotlib 3.11 shapes text and orders it in both directions (libraqm), so Arabic and Hebrew are right; a sign that the
font lacks is refused, never drawn as a box.
"""

import io
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from domain.errors import ContractError
from domain.social.brand import Brand, check_colours
from domain.social.card import HEIGHT, WIDTH, Card, CardKind, NoCardError, check_card, is_right_to_left
from domain.social.post import Media
from tasks.social.media import media_of
from tasks.vault.vault import current_vault

if TYPE_CHECKING:
    from matplotlib.font_manager import FontProperties
    from PIL.Image import Image

DPI = 72
"""So a size in points is one in pixels."""
MARGIN = 96
INNER = WIDTH - 2 * MARGIN
FOOT = HEIGHT - 190
"""Where the line above the business's name is."""
LINE_HEIGHT = 1.32
SMALLEST, SMALL = 30, 50
"""Of a text's size; at `SMALL` and below its letters are light, and a word that is too wide is broken."""
RIGHT_TO_LEFT_MARK = "\u200f"
DEFAULT_FONT = "DejaVu Sans"
"""Comes with matplotlib: Latin, Greek, Cyrillic, Hebrew, Arabic."""
FOOT_MIDDLE = HEIGHT - 125
LOGO = 110
MOST_NAMED = 5
MARK_INSET = 28
"""The blank that the font has before its quotation mark of that size."""
QUALITY = 92


class FontMissingError(ContractError):
    """The brand's font is not on this machine."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"brand.font {name} in Company_Handbook.md is not on this machine; install it, or leave brand.font empty"
        )


class LogoError(ContractError):
    """The brand's logo cannot be used."""

    def __init__(self, path: str, problem: str) -> None:
        super().__init__(f"brand.logo {path} in Company_Handbook.md {problem}; correct it there")


@dataclass(frozen=True)
class Block:
    """Some lines of one size."""

    lines: tuple[str, ...]
    size: int
    bold: bool = True

    @property
    def height(self) -> float:
        """Pixels."""
        return len(self.lines) * self.size * LINE_HEIGHT


def store_card(card: Card, brand: Brand) -> Media:
    """Draw a card and keep it in the Vault; the same card is the same file.

    Raises:
        NoCardError: it cannot be shown, or is too long.
        UnreadableColoursError, FontMissingError, LogoError: the handbook's brand cannot be used.
        OutsideVaultError: the logo is not in the Vault.
    """
    check_card(card)
    check_colours(brand)
    logo = _logo(brand.logo) if brand.logo else None
    picture = _Drawing(brand).drawn(card)
    if logo is not None:
        picture.paste(logo, (WIDTH - MARGIN - logo.width, FOOT_MIDDLE - logo.height // 2), logo)
    written = io.BytesIO()
    picture.save(written, "JPEG", quality=QUALITY, subsampling=0, optimize=True)
    return media_of(current_vault().attach(written.getvalue(), f"{card.kind}.jpg"), card.alt_text)


def _logo(path: str) -> "Image":
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(current_vault().path(path).read_bytes())) as picture:
            logo = picture.convert("RGBA")
    except FileNotFoundError as error:
        raise LogoError(path, "is not in the Vault") from error
    except (OSError, UnidentifiedImageError, Image.DecompressionBombError) as error:
        raise LogoError(path, "is no picture") from error
    logo.thumbnail((2 * LOGO, LOGO))
    return logo


class _Drawing:
    """One picture in the making; distances are pixels from its upper left corner."""

    def __init__(self, brand: Brand) -> None:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure

        self.brand = brand
        self.figure = Figure(figsize=(WIDTH / DPI, HEIGHT / DPI), dpi=DPI, facecolor=brand.background)
        self.canvas: Any = FigureCanvasAgg(self.figure)  # matplotlib has no types for its methods
        self.fonts = [*([brand.font] if brand.font else []), DEFAULT_FONT]

    def drawn(self, card: Card) -> "Image":
        """The card as a picture."""
        from PIL import Image

        self._check_signs(card.main + card.beside + (self.brand.name or ""))
        match card.kind:
            case CardKind.QUOTE:
                self._quote(card)
            case CardKind.STATISTIC:
                self._statistic(card)
            case CardKind.TIP:
                self._tip(card)
        self._foot()
        self.canvas.draw()
        return Image.frombytes("RGBA", (WIDTH, HEIGHT), bytes(self.canvas.buffer_rgba())).convert("RGB")

    def _quote(self, card: Card) -> None:
        from_right = is_right_to_left(card.main)
        mark = "\u201d" if from_right else "\u201c"
        at = (WIDTH - MARGIN + MARK_INSET if from_right else MARGIN - MARK_INSET, MARGIN + 110)
        self._line(mark, Block((mark,), 260), at, self.brand.accent, from_right=from_right)
        by = self._fitted(card.beside, 44, 180, light=44) if card.beside else Block((), 44)
        gap = 48 if card.beside else 0
        top, bottom = 300, FOOT - 50
        text = self._fitted(card.main, 88, bottom - top - by.height - gap)
        start = top + max((bottom - top - text.height - gap - by.height) / 2 - 40, 0)
        self._write(text, start, self.brand.text, from_right=from_right)
        self._write(by, start + text.height + gap, self.brand.accent, from_right=from_right)

    def _statistic(self, card: Card) -> None:
        from_right = is_right_to_left(card.beside or card.main)
        figure = self._fitted(card.main, 330, 440)
        label = self._fitted(card.beside, 72, 430, light=72) if card.beside else Block((), 72)
        start = max((FOOT - figure.height - label.height) / 2, MARGIN)
        self._write(figure, start, self.brand.accent, from_right=from_right)
        self._write(label, start + figure.height + 10, self.brand.text, from_right=from_right)

    def _tip(self, card: Card) -> None:
        from_right = is_right_to_left(card.main)
        if card.beside:
            self._pill(self._fitted(card.beside, 46, 70, light=0), from_right=from_right)
        top, bottom = 300, FOOT - 50
        text = self._fitted(card.main, 84, bottom - top)
        self._write(
            text, top + max((bottom - top - text.height) / 2 - 60, 0), self.brand.text, from_right=from_right
        )

    def _pill(self, word: Block, *, from_right: bool) -> None:
        """The word on a field of the accent's colour."""
        from matplotlib.patches import FancyBboxPatch

        width, middle = self._width(word.lines[0], word.size, bold=True), MARGIN + 60
        left = WIDTH - MARGIN - width - 36 if from_right else MARGIN + 36
        box = FancyBboxPatch(
            (left - 36, HEIGHT - middle - 44),
            width + 72,
            88,
            boxstyle="round,pad=0,rounding_size=44",
            transform=None,
        )
        box.set(facecolor=self.brand.accent, edgecolor="none")
        self.figure.add_artist(box)
        self._line(word.lines[0], word, (left, middle), self.brand.background)

    def _foot(self) -> None:
        from matplotlib.lines import Line2D

        line = Line2D(
            [MARGIN, MARGIN + 120], [HEIGHT - FOOT] * 2, transform=None, color=self.brand.accent, linewidth=6
        )
        self.figure.add_artist(line)
        if self.brand.name:
            name = self._fitted(self.brand.name, 40, 100, width=INNER - 2 * LOGO - 40, light=0)
            self._write(name, FOOT_MIDDLE - name.height / 2, self.brand.text)

    def _write(self, block: Block, top: float, colour: str, *, from_right: bool = False) -> None:
        step = block.size * LINE_HEIGHT
        for number, line in enumerate(block.lines):
            at = (WIDTH - MARGIN if from_right else MARGIN, top + (number + 0.5) * step)
            self._line(line, block, at, colour, from_right=from_right)

    def _line(
        self, line: str, block: Block, at: tuple[float, float], colour: str, *, from_right: bool = False
    ) -> None:
        self.figure.text(
            at[0] / WIDTH,
            1 - at[1] / HEIGHT,
            RIGHT_TO_LEFT_MARK + line if from_right else line,
            fontproperties=self._font(block.size, bold=block.bold),
            color=colour,
            ha="right" if from_right else "left",
            va="center_baseline",
            parse_math=False,
        )

    def _fitted(
        self, text: str, most: int, height: float, *, width: float = INNER, light: int = SMALL
    ) -> Block:
        """The largest size, from `most` down, in which the text has room; at `light` and below in light letters.

        Raises:
            NoCardError: there is none.
        """
        for size in range(most, SMALLEST - 1, -2):
            most_lines = int(height / (size * LINE_HEIGHT))
            lines = self._lines(text, size, width, bold=size > light, most_lines=most_lines)
            if lines is not None:
                return self._balanced(Block(tuple(lines), size, size > light), text, width)
        raise NoCardError(
            f"'{text[:40]}' has {len(text):,} characters, and no room even in the smallest letters; shorten it, "
            "or tell it in the post"
        )

    def _balanced(self, block: Block, text: str, width: float) -> Block:
        """The same lines, as equal in length as they can be."""
        while (width := width * 0.96) > INNER / 2:
            lines = self._lines(text, block.size, width, bold=block.bold, most_lines=len(block.lines))
            if lines is None:
                break
            block = replace(block, lines=tuple(lines))
        return block

    def _lines(self, text: str, size: int, width: float, *, bold: bool, most_lines: int) -> list[str] | None:
        """The text in lines of at most that width.

        None where they are too many, or a word would have to be broken and need not be.
        """
        lines: list[str] = []
        for paragraph in text.split("\n"):
            line = ""
            for word in self._words(paragraph, size, width, bold=bold):
                if self._width(word, size, bold=bold) > width:
                    return None
                longer = f"{line} {word}" if line else word
                if self._width(longer, size, bold=bold) <= width:
                    line = longer
                else:
                    lines.append(line)
                    line = word
                if len(lines) >= most_lines:
                    return None
            lines.append(line)
        return lines if len(lines) <= most_lines else None

    def _words(self, paragraph: str, size: int, width: float, *, bold: bool) -> Iterator[str]:
        for word in filter(None, paragraph.split(" ")):
            rest = word
            while size <= SMALL and rest and self._width(rest, size, bold=bold) > width:
                end = next(
                    n for n in range(len(rest) - 1, 0, -1) if self._width(rest[:n], size, bold=bold) <= width
                )
                yield rest[:end]
                rest = rest[end:]
            if rest:
                yield rest

    def _width(self, text: str, size: int, *, bold: bool) -> float:
        if not text:
            return 0
        renderer, font = self.canvas.get_renderer(), self._font(size, bold=bold)
        return float(renderer.get_text_width_height_descent(text, font, ismath=False)[0])

    def _font(self, size: int, *, bold: bool) -> "FontProperties":
        from matplotlib.font_manager import FontProperties

        return FontProperties(family=self.fonts, weight="bold" if bold else "normal", size=size)

    def _check_signs(self, text: str) -> None:
        """Refuse what the fonts cannot show.

        Raises:
            FontMissingError: the brand's font is not there.
            NoCardError: none of them has one of the signs.
        """
        if missing := _missing(text, self.fonts):
            raise NoCardError(
                f"the font has no sign for {', '.join(missing)}; leave it out, or name a font that has it as "
                "brand.font in Company_Handbook.md"
            )


def _missing(text: str, fonts: Sequence[str]) -> list[str]:
    from matplotlib.font_manager import FontProperties, findfont, get_font

    known: set[int] = set()
    for name in fonts:
        for weight in ("normal", "bold"):
            try:
                path = findfont(FontProperties(family=name, weight=weight), fallback_to_default=False)
            except ValueError as error:
                raise FontMissingError(name) from error
            known |= set(get_font(path).get_charmap())
    shown = {sign for sign in text if unicodedata.category(sign) not in {"Cc", "Cf"}}
    missing = sorted(sign for sign in shown if ord(sign) not in known)
    return [unicodedata.name(sign, f"U+{ord(sign):04X}").lower() for sign in missing[:MOST_NAMED]]
