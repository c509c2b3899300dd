"""Numbers in words, in the languages that the employee reads: `twelve`, `zwölftausend`, `quatre-vingts`, `ventidue`.

One is none: it is an article as well. Nor is what is another common word (English `once` and `due`) a number by itself.
"""

import re
from typing import NamedTuple


class _Language(NamedTuple):
    """Parts of a number; `also` counts only where another part stands beside it in the same word."""

    parts: str
    also: str = ""
    between: str = ""


_LANGUAGES = (
    _Language(
        "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
        "eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundreds? thousands? millions? "
        "billions? dozens?"
    ),
    _Language(
        "zwei zwo drei vier fünf fuenf sechs sech sieben sieb acht neun zehn elf zwölf zwoelf zwanzig dreissig zig "
        "hunderte? tausende? hundert tausend million(?:en)? milliarden? dutzend",
        "ein eine",
        "und",
    ),
    _Language(
        "deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize vingts? trente quarante "
        "cinquante soixante cents? centaines? mille milliers? millions? milliards? douzaines? dizaines?"
    ),
    _Language(
        "dos tres cuatro cinco seis siete ocho nueve diez doce trece catorce quince veinte veinti treinta cuarenta "
        "cincuenta sesenta setenta ochenta noventa cien cientos? cientas quinient[oa]s mil mill[oó]n millones docenas? "
        "dieci",
        "uno un dós trés séis",
    ),
    _Language(
        "quattro cinque sette nove dieci undici dodici tredici quattordici quindici sedici diciassette diciotto "
        "diciannove venti? trenta? quaranta? cinquanta? sessanta? settanta? ottanta? novanta? cento mille mila "
        "milion[ei] miliard[oi] dozzin[ae]",
        "uno un due tre tré sei otto",
    ),
    _Language(
        "twee drie vier vijf zes zeven acht negen tien elf twaalf dertien veertien vijftien zestien zeventien achttien "
        "negentien twintig dertig veertig vijftig zestig zeventig tachtig negentig honderd duizend miljoen miljard "
        "dozijn",
        "een",
        "en ën",
    ),
)


def _words(language: _Language) -> str:
    parts, also, between = ("|".join(part.split()) for part in language)
    joined = f"(?:{between})?" if between else ""
    every = f"{parts}|{also}" if also else parts
    before = f"(?:(?:{also}){joined})*" if also else ""
    return f"{before}(?:{parts})(?:{joined}(?:{every}))*"


NUMBER_WORDS = re.compile(rf"(?<!\w)(?:{'|'.join(map(_words, _LANGUAGES))})(?!\w)")
"""In a text in small letters, with `ss` for `ß`."""
