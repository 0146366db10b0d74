"""India.

Aadhaar: twelve digits, the first above 1, Verhoeff (UIDAI). VID: sixteen, Verhoeff. PAN: five letters, the fourth
tells the kind of holder, four digits, a letter. GSTIN: state, PAN, entity, z, check. Voter's card (EPIC): three
letters and seven digits. IFSC: four letters, 0, six places. UPI handle: a name at a bank, without a dot behind
the at sign.
"""

from razdar.core.redaction.checks import is_varied, value, verhoeff
from razdar.core.redaction.identifiers import identifier, mark
from razdar.core.redaction.spans import SpanType

_PAN = rb"[a-z]{3}[abcfghjlpt][a-z][ \-]?[0-9]{4}[ \-]?[a-z]"
_GSTIN = rb"[0-9]{2}[ \-]?" + _PAN.replace(rb"[abcfghjlpt]", rb"[a-z]") + rb"[ \-]?[1-9a-z]z[0-9a-z]"
_GSTIN_CUES = "gstin|gst|gst number|gstin number|जीएसटी|जीएसटीआईएन|जीएसटी नंबर|gst ka number"
_PLATE_STATES = (
    "an ap ar as br bh cg ch dd dl dn ga gj hp hr jh jk ka kl la ld mh "
    "ml mn mp mz nl od or pb py rj sk tn tr ts uk up wb"
)
_STATES = rb"(?:" + b"|".join(_PLATE_STATES.encode().split()) + rb")"


def is_aadhaar(digits: str) -> bool:
    """No palindrome, no 0 or 1 in front."""
    return digits[0] > "1" and digits != digits[::-1] and verhoeff(digits)


def is_vid(digits: str) -> bool:
    """Sixteen digits of the same scheme."""
    return digits[0] > "1" and is_varied(digits) and verhoeff(digits)


def is_like_gstin(compact: str) -> bool:
    """A state from 1 to 38, or 97."""
    return 1 <= int(compact[:2]) <= 38 or compact[:2] == "97"


def is_gstin(compact: str) -> bool:
    """The same, and the last place by Luhn's rule in base 36."""
    total = 0
    for place, char in enumerate(compact[:14]):
        product = value(char) * (1 + place % 2)
        total += product // 36 + product % 36
    return is_like_gstin(compact) and (36 - total % 36) % 36 == value(compact[14])


identifier(
    "in.aadhaar",
    type=SpanType.NATIONAL_ID,
    lengths=(12,),
    check=is_aadhaar,
    cues="aadhaar|aadhar|adhar|aadhaar number|aadhar card|aadhaar card|uidai|uid number|adhaar|aadhar number|"
    "आधार|आधार नंबर|"
    "आधार कार्ड|आधार संख्या|आधार नम्बर|aadhar ka number|aadhaar ka number|adhar card|aadhaar no|aadhar no",
    languages="hi en",
    shapes=("9999 9999 9999", "9999-9999-9999", "9999:9999:9999"),
    named=0.97,
    shaped=0.7,
    at_home=0.45,
    mistyped=0.65,
)
identifier(
    "in.vid",
    type=SpanType.NATIONAL_ID,
    lengths=(16,),
    check=is_vid,
    cues="vid|virtual id|virtual id number|आभासी आईडी|वर्चुअल आईडी|वीआईडी",
    languages="hi",
    named=0.98,
    mistyped=0.6,
)
mark(
    "in.pan",
    type=SpanType.TAX_ID,
    pattern=_PAN,
    cues="pan|pan card|pan number|pan no|permanent account number|पैन|पैन कार्ड|पैन नंबर|pan card number|pan ka number",
    languages="hi en",
    named=0.96,
    alone=0.82,
)
mark(
    "in.gstin",
    type=SpanType.TAX_ID,
    pattern=_GSTIN,
    check=is_gstin,
    cues=_GSTIN_CUES,
    languages="hi en",
    named=0.97,
    alone=0.93,
)
mark(
    "in.gstin_by_form",  # nothing else has it; people mistype the last place
    type=SpanType.TAX_ID,
    pattern=_GSTIN,
    check=is_like_gstin,
    cues=_GSTIN_CUES,
    languages="hi en",
    named=0.85,
    alone=0.8,
)
mark(
    "in.voter",
    type=SpanType.NATIONAL_ID,
    pattern=rb"[a-z]{3}[ \-]?[0-9]{7}",
    cues="voter|voter id|voter card|voter id card|epic|epic number|election card|वोटर आईडी|वोटर कार्ड|मतदाता|"
    "मतदाता पहचान पत्र|ईपिक|ईपिक नंबर|"
    "मतदाता पहचान|वोटर आई डी|vote|voter id number|वोटर",
    languages="hi en",
    named=0.9,
    at_home=0.0,
)
mark(
    "in.ifsc",
    type=SpanType.ACCOUNT,
    pattern=rb"[a-z]{4}0[a-z0-9]{6}",
    check=lambda compact: sum(map(str.isdigit, compact)) > 3,
    cues="ifsc|ifsc code|bank code|आईएफएससी|आईएफएससी कोड",
    named=0.7,
)
mark(
    "in.upi",
    type=SpanType.ACCOUNT,
    pattern=rb"[a-z0-9][a-z0-9.\-_]{1,60}@(?:ok(?:axis|icici|sbi|hdfcbank)|ybl|ibl|axl|paytm|upi|apl|sbi|hdfcbank|icici|axisbank|"
    rb"barodampay|pnb|kotak|yapl|freecharge|jupiteraxis|ptsbi|ptyes|pthdfc|ptaxis|waicici|wahdfcbank|wasbi)",
    cues="upi|upi id|upi handle|vpa|यूपीआई|यूपीआई आईडी|google pay|phonepe|gpay",
    named=0.97,
    alone=0.96,
)
mark(
    "in.plate",
    type=SpanType.VEHICLE,
    pattern=_STATES + rb"[ \-]?[0-9]{1,2}[ \-]?[a-z]{1,3}[ \-]?[0-9]{4}",
    languages="hi en",
    named=0.93,
    alone=0.8,
)
mark(
    "in.driving_licence",
    type=SpanType.DRIVER_LICENSE,
    pattern=_STATES + rb"[ \-]?[0-9]{2}[ \-]?(?:19|20)[0-9]{2}[ \-]?[0-9]{7}",
    languages="hi en",
    named=0.95,
    alone=0.85,
)
