"""Names of logs: the one each has, and others that look or count the same."""

from uuid import UUID

INSTALLATION, LOG = UUID("0d00000a-0000-4000-8000-00000000000b"), UUID("0a00000c-0000-7000-8000-00000000000d")
LINEAGE = f"razdar/{INSTALLATION}/{LOG}"
GOOD = [f"{LINEAGE}/{number}" for number in (1, 2, 10, 99, 999_999_999)]

_NUMBERS = {
    "leading zero": "01",
    "zeroes": "0001",
    "zero": "0",
    "negative": "-1",
    "plus": "+1",
    "blank before": " 1",
    "blank behind": "1 ",
    "no-break space": "1\u00a0",
    "underscore": "1_0",
    "letter": "1b",
    "hexadecimal": "0x1",
    "decimal": "1.0",
    "empty": "",
    "too long": "1000000000",
    "endless": "1" * 5000,
    "zero-width space": "1\u200b",
    "zero-width joiner before": "\u200d1",
    "word joiner": "\u20601",
    "byte order mark": "\ufeff1",
    "right-to-left override": "\u202e1",
    "variation selector": "1\ufe0f",
    "combining mark": "1\u0301",
    "Arabic digit": "\u0661",
    "Persian digit": "\u06f1",
    "Devanagari digit": "\u0967",
    "fullwidth digit": "\uff11",
    "mathematical digit": "\U0001d7cf",
    "superscript": "\u00b9",
    "circled": "\u2460",
    "one that is and one that is not": "1\u0661",
}
_OTHERS = {
    "log in capitals": f"razdar/{INSTALLATION}/{str(LOG).upper()}/1",
    "installation in capitals": f"razdar/{str(INSTALLATION).upper()}/{LOG}/1",
    "log without hyphens": f"razdar/{INSTALLATION}/{LOG.hex}/1",
    "log in braces": f"razdar/{INSTALLATION}/{{{LOG}}}/1",
    "log as a URN": f"razdar/{INSTALLATION}/urn:uuid:{LOG}/1",
    "fullwidth digit in the log": f"razdar/{INSTALLATION}/{str(LOG).replace('0', chr(0xFF10), 1)}/1",
    "prefix in capitals": f"Razdar/{INSTALLATION}/{LOG}/1",
    "a part too many": f"{LINEAGE}/1/1",
    "slash at the end": f"{LINEAGE}/1/",
    "slash at the start": f"/{LINEAGE}/1",
    "double slash": f"razdar/{INSTALLATION}//{LOG}/1",
    "no generation": LINEAGE,
    "no log": f"razdar/{INSTALLATION}/1",
    "another name": f"example.org/{INSTALLATION}/{LOG}/1",
    "newline": f"{LINEAGE}/1\n",
    "empty": "",
}
BAD = {f"number: {name}": f"{LINEAGE}/{number}" for name, number in _NUMBERS.items()} | _OTHERS
