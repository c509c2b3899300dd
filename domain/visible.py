"""What a person sees of a text."""

import unicodedata


def visible(text: str) -> str:
    """The text without signs that nobody sees: set inside a word, they would hide it from us and not from a reader."""
    return text if text.isascii() else "".join(sign for sign in text if unicodedata.category(sign) != "Cf")
