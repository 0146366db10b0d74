"""Addresses of pages, with a scheme or "www.", and bare domains.

Rules:
1. With a scheme any host with a dot counts (RFC 3986); the address goes on to the next blank, quote or letter beyond
   ASCII, less the punctuation of the sentence. "hxxp" is what careful people write.
2. A bare domain ends in a top-level domain that is no word people put after a full stop without a blank ("thanks.no").
   With a path behind it, "www." before it or a second level ("co.in") any known one counts.
3. The domain of an e-mail address is a part of that.
4. A password before the host (RFC 3986, 3.2.1) is one on its own as well, for policies that keep web addresses.
"""

import re
from collections.abc import Iterator
from typing import Any

from razdar.core.redaction.detection import detector
from razdar.core.redaction.domains import CERTAIN, WORDS, WORDY
from razdar.core.redaction.patterns import pattern
from razdar.core.redaction.scan import Scan
from razdar.core.redaction.spans import Span, SpanType, Why

_SAFE = "|".join(sorted(CERTAIN)).encode("ascii")
_WORDY = "|".join(sorted(WORDY | WORDS)).encode("ascii")
_SECOND = b"co|com|org|net|gov|edu|ac|ltd|plc|nic|or|ne"
_HIDDEN = rb"\x01*"
_SCHEMES = "https http hxxps hxxp sftp ftps ftp wss ws ssh rtsp sips sip tel ldaps ldap smb"
_SCHEME = (
    rb"(?:" + b"|".join(_HIDDEN.join(bytes([sign]) for sign in name.encode()) for name in _SCHEMES.split()) + rb")"
    + _HIDDEN + rb":" + _HIDDEN + rb"/" + _HIDDEN + rb"/" + _HIDDEN
)  # fmt: skip
_REST = rb"[!#-;=?-_a-~\x01]"
"""Everything in ASCII but blanks, double quotes, angle brackets and grave accents."""

_WITH_SCHEME = pattern(_SCHEME + _REST + rb"+")
_HOST = re.compile(_SCHEME + rb"[^/?#]*[a-z0-9\]]\x01*[.:][a-z0-9\x01]")
_USER = re.compile(_SCHEME + rb"[^/?#:@]*:([^/?#@]+)@")
_LABEL = rb"[a-z0-9_](?:[a-z0-9_\-\x01]*[a-z0-9])?\x01*"
_BARE = pattern(
    rb"(" + _LABEL + rb"(?:\.\x01*" + _LABEL + rb"){1,6})((?::[0-9]{1,5})?(?:/" + _REST + rb"*|\?" + _REST + rb"+)?)"
)
_ENDS = re.compile(rb"\.\x01*([a-z]{2,24})(?![a-z0-9_-])")
_GATE = rb"\.\x01*(?:" + _SAFE + rb"|" + _SECOND + rb"|" + _WORDY + rb")(?:[^a-z0-9\-@]|$)|www\.[a-z0-9]"
_TOP, _WORDY_TOP, _SECOND_LEVEL = (frozenset(names.split(b"|")) for names in (_SAFE, _WORDY, _SECOND))
_NOT_BEFORE = (b"@", b".", b"/", b"-", b"%", b"+")
_TRAILING = b".,;:!?'\")]}*_\x01"


@detector("url", gate=_SCHEME)
def find(scan: Scan) -> Iterator[Span]:
    """Addresses with a scheme."""
    for match in _WITH_SCHEME.finditer(scan.view):
        if _HOST.match(scan.view, match.start(), match.end()):
            opening = _USER.match(scan.view, match.start(), match.end())
            if opening is not None:
                yield Span(*opening.span(1), SpanType.PASSWORD, 0.9, (Why.SHAPE,))
            yield Span(
                *_with_quotes(scan.view, match.start(), _trimmed(scan.view, match)), SpanType.URL, 0.97, (Why.SHAPE,)
            )


@detector("domains", gate=_GATE)
def find_domains(scan: Scan) -> Iterator[Span]:
    """Bare domains."""
    view = scan.view
    for match in _BARE.finditer(view):
        start, end = match.start(), _domain_end(match[1], with_path=len(match[2]) > 1)
        if not end or view[start - 1 : start] in _NOT_BEFORE:
            continue
        end = _trimmed(view, match) if end == len(match[1]) else start + end
        if view[end : end + 1] not in (b"@", b"-") and b"@" not in match.group() and not scan.touches_word(start, end):
            yield Span(start, end, SpanType.URL, 0.7, (Why.SHAPE,))


def _domain_end(dotted: bytes, *, with_path: bool) -> int:
    """How far labels with dots between them are a domain; 0 if they are none (rule 2)."""
    compact = dotted.replace(b"\x01", b"")
    if compact != dotted:
        return len(dotted) if _domain_end(compact, with_path=with_path) == len(compact) else 0
    for match in reversed(list(_ENDS.finditer(dotted))):
        labels = dotted[: match.end()].split(b".")
        top, is_www = labels[-1], labels[0] == b"www"
        whole = match.end() == len(dotted)
        if len(labels) == 2 and is_www:
            return 0
        if top in _TOP or is_www or (len(labels) > 2 and labels[-2] in _SECOND_LEVEL and len(top) == 2):
            return match.end()
        if whole and with_path and top in _WORDY_TOP:
            return match.end()
    return 0


def _with_quotes(view: bytes, start: int, end: int) -> tuple[int, int]:
    """Quotes that hold nothing else go with what they hold."""
    quoted = start > 0 and view[start - 1] in b"\"'" and view[end : end + 1] == view[start - 1 : start]
    return (start - 1, end + 1) if quoted else (start, end)


def _trimmed(view: bytes, match: Any) -> int:
    start, end = match.span()
    while end > start and view[end - 1] in _TRAILING:
        end -= 1
    return int(end)
