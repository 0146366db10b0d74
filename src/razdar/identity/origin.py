"""Where a request comes from, as coarsely as the log needs it: no fingerprint, no address."""

import ipaddress
import re

from django.http import HttpRequest

# In this order: every browser also claims to be its ancestors.
_BROWSERS = (("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iOS"),
    ("iPad", "iOS"),
    ("Windows", "Windows"),
    ("Macintosh", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def device_of(request: HttpRequest) -> str:
    """Browser and system by name only, as in "Firefox, Linux"."""
    agent = request.headers.get("User-Agent", "")
    browser = next((name for mark, name in _BROWSERS if mark in agent), "")
    system = next((name for mark, name in _SYSTEMS if re.search(rf"\b{mark}", agent)), "")
    return ", ".join(filter(None, (browser, system))) or "other"


def zone_of(request: HttpRequest) -> str:
    """The network zone: ``loopback``, ``private``, ``public`` or ``unknown``."""
    try:
        address = ipaddress.ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return "unknown"
    if address.is_loopback:
        return "loopback"
    return "private" if address.is_private else "public"


def source_of(request: HttpRequest) -> str:
    """The address by which tries are counted; an IPv6 network of 64 bits counts as one source (RFC 6177)."""
    try:
        address = ipaddress.ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return "unknown"
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.IPv6Network((address, 64), strict=False))
    return str(address)
