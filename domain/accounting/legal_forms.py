"""Words that documents add to and drop from the same business's name."""

import re
from typing import Final

LEGAL_FORMS: Final = frozenset(
    re.findall(
        r"\w+",
        "ag bv co company corp corporation gmbh inc incorporated kg limited llc llp "
        "ltd nv oy plc pty sa sarl sas se spa srl",
    )
)
