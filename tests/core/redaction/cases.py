"""What the tests of the detectors share. All numbers are published test numbers or made here."""

from razdar.core.redaction import KnownCustomer, Span, SpanType, find


def found(text: str, kind: SpanType, *, lang: str | None = None, customer: KnownCustomer | None = None) -> list[str]:
    """The stretches of the text that are reported as this kind."""
    return [text[span.start : span.end] for span in find(text, lang=lang, customer=customer) if span.type is kind]


def kinds(text: str, *, lang: str | None = None) -> list[SpanType]:
    return [span.type for span in find(text, lang=lang)]


def assert_tidy(text: str, spans: list[Span]) -> None:
    """In bounds, sorted, without overlaps."""
    last = 0
    for span in spans:
        assert last <= span.start < span.end <= len(text)
        last = span.end


def luhn_completed(digits: str) -> str:
    """The digits with the check digit that makes them a card number."""
    for check in "0123456789":
        if luhn_sum(digits + check) % 10 == 0:
            return digits + check
    raise AssertionError


def luhn_sum(digits: str) -> int:
    doubled = [int(d) * 2 if place % 2 else int(d) for place, d in enumerate(reversed(digits))]
    return sum(value - 9 if value > 9 else value for value in doubled)


PERSIAN = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")
ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
DEVANAGARI = str.maketrans("0123456789", "०१२३४५६७८९")
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
SCRIPTS = (PERSIAN, ARABIC, DEVANAGARI, FULL_WIDTH)

SEPARATORS = (
    " ", ".", "-", "/", "_", "\u2010", "\u2011", "\u2012", "\u2013", "\u2014", "\u2212", "\u00a0", "\u2009", "\u202f",
    "\u3000", "\u00ad", "\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u200e", "\u200f", "\n", " - ", ", ",
)  # fmt: skip
