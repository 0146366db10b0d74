"""What stands for a sign in marked-up and encoded text, in views.

Rules:
1. Tags of HTML without attributes are a blank. So are tags of tables and lines; a tag with attributes stays as it is,
   since they may hold data, and so does any other word between angle brackets.
2. Character references of HTML, percent-encoding (RFC 3986, 2.1) and the escapes of JSON (RFC 8259, 7) become what
   they stand for if that is a sign that stands inside numbers and addresses: a blank, ``@``, ``+``, ``-`` and the
   like. Never a letter or digit: the last of a value must end where it is written.
3. Length is kept: the sign stands first, and the rest is 0x01. A blank in percent-encoding is only 0x01, so that a web
   address goes on over it.
"""

import html
import re

_TAGS = (
    rb"a|b|big|blockquote|br|center|cite|code|dd|div|dl|dt|em|font|h[1-6]|hr|i|ins|kbd|label|li|mark|ol|p|pre|q|s|samp|"
    rb"section|small|span|strong|sub|sup|table|tbody|td|tfoot|th|thead|tr|tt|u|ul|wbr"
)
_TAG = re.compile(rb"</?(?:" + _TAGS + rb") ?/?>")
_REFERENCE = re.compile(rb"&(?:#x?[0-9a-f]{1,6}|[a-z]{2,8});")
_PERCENT = re.compile(rb"%[2-7][0-9a-f]")
_ESCAPE = re.compile(rb"\\u00[24a][0-9a-f]|\\u200[0-9a-f]")
_SIGNS = frozenset(" @+-.()/_:,")
_BLANKS = frozenset("\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f")
_INVISIBLE = frozenset("\u00ad\u200b\u200c\u200d\u200e\u200f\u2060")


def without_markup(view: bytes) -> bytes:
    """The view with signs where markup and encodings stand for them; of the same length."""
    if b"<" in view:
        view = _TAG.sub(lambda match: b" " + bytes([1]) * (len(match.group()) - 1), view)
    if b"&" in view:
        view = _REFERENCE.sub(lambda match: _signed(match.group(), html.unescape(match.group().decode("ascii"))), view)
    if b"%" in view:
        view = _PERCENT.sub(lambda match: _signed(match.group(), chr(int(match.group()[1:], 16)), blank=1), view)
    if b"\\u" in view:
        view = _ESCAPE.sub(lambda match: _signed(match.group(), chr(int(match.group()[2:], 16))), view)
    return view


def _signed(written: bytes, sign: str, *, blank: int = 0x20) -> bytes:
    """A sign as long as it was written, or what was written if it is none (rule 2)."""
    if sign in _INVISIBLE:
        first = 1
    elif sign == " " or sign in _BLANKS:
        first = blank
    elif sign in _SIGNS:
        first = ord(sign)
    else:
        return written
    return bytes([first]) + bytes([1]) * (len(written) - 1)
