"""Reports of broken Content Security Policy, read from what a browser, or anybody, sends.

Two formats: ``application/csp-report`` (Content Security Policy Level 3, section 5.3: one report, names with hyphens)
and ``application/reports+json`` (Reporting API: a list, names in camel case).

The sender is unknown, so nothing is believed and little is kept: the directive if it looks like one, a line number,
the *name of the route* of the page, and what was blocked as a word, a route name or a static file of ours. Addresses,
queries, samples of source and agents' names are dropped here, because they can carry anything.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from razdar.core.errors import BadInput

MAX_BYTES = 8 * 1024
MAX_REPORTS = 10
LEGACY = "application/csp-report"
MODERN = "application/reports+json"

_DIRECTIVE = re.compile(r"[a-z]{2,20}(-[a-z]{2,20}){0,4}")
_WORDS = frozenset({"inline", "eval", "wasm-eval", "trusted-types-policy", "trusted-types-sink"})
_SCHEMES = frozenset({"data", "blob", "filesystem", "about", "chrome-extension", "moz-extension"})
_MAX_LINE = 10_000_000


@dataclass(frozen=True)
class Address:
    """Where a report points, taken apart. ``host`` is empty for words and foreign schemes."""

    host: str
    path: str
    word: str


@dataclass(frozen=True)
class Violation:
    """One violation as reported.

    Attributes:
        directive: the directive that was broken, or ``unknown``.
        page, blocked: addresses, not yet held against our own.
        line: line in the page or script; 0 when not told.
    """

    directive: str
    page: Address
    blocked: Address
    line: int


def read(content_type: str, body: bytes) -> list[Violation]:
    """The violations in a report; reports of other kinds are left out.

    Raises:
        BadInput: too long, an unknown content type, or not such a report.
    """
    if len(body) > MAX_BYTES:
        raise BadInput("The report is too long.")
    try:
        return [_violation(report) for report in _reports(content_type.partition(";")[0].strip().lower(), body)]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise BadInput("This is not a violation report.") from error


def _reports(content_type: str, body: bytes) -> list[Mapping[str, Any]]:
    if content_type == LEGACY:
        report = json.loads(body)["csp-report"]
        return [{_camel(name): value for name, value in report.items()}]
    if content_type == MODERN:
        reports = json.loads(body)[:MAX_REPORTS]
        return [report["body"] for report in reports if report["type"] == "csp-violation"]
    raise ValueError("content type")


def _camel(name: str) -> str:
    first, *rest = name.split("-")
    return first + "".join("URL" if part in {"uri", "url"} else part.capitalize() for part in rest)


def _violation(report: Mapping[str, Any]) -> Violation:
    directive = str(report.get("effectiveDirective") or report.get("violatedDirective") or "").partition(" ")[0]
    line = report.get("lineNumber")
    return Violation(
        directive=directive if _DIRECTIVE.fullmatch(directive) else "unknown",
        page=_address(report.get("documentURL")),
        blocked=_address(report.get("blockedURL")),
        line=line if type(line) is int and 0 <= line <= _MAX_LINE else 0,
    )


def _address(value: object) -> Address:
    text = value if isinstance(value, str) else ""
    if text in _WORDS:
        return Address("", "", text)
    parts = urlsplit(text)  # may raise ValueError on nonsense
    if parts.scheme in {"http", "https", "ws", "wss"}:
        return Address(parts.netloc.rpartition("@")[2].lower(), parts.path or "/", "")
    scheme = parts.scheme or text  # browsers shorten foreign schemes to the bare word
    return Address("", "", scheme if scheme in _SCHEMES else "unknown")
