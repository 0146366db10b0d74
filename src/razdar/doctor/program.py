"""What ``razdar doctor`` looks at in the program itself: versions, settings, and that it serves pages."""

import http.client
import os
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from importlib import metadata
from pathlib import Path

from django.conf import settings
from django.core import checks as django_checks

from razdar import env
from razdar.runtime.checkup import Found, Site, broken, check, look_at, skipped, works
from razdar.runtime.processes import default_address

OLDEST, NEWEST = (3, 11), (3, 13)
_LOCK = Path(__file__).resolve().parents[3] / "requirements.lock"
_PINNED = re.compile(r"^([A-Za-z0-9_.-]+)==([^\s\\;]+)( ;)?", re.MULTILINE)
"""Name, version, and whether it is for some systems only: then it may have several lines, or be absent."""
_SECONDS = 4.0
_SIGN_IN = "/account/login/"
_STYLE = re.compile(r'href="(/static/[^"]+\.css)"')
_SETTING = re.compile(r"RAZDAR_[A-Z_]+")
_BETWEEN_PROCESSES = {"RAZDAR_PASSPHRASE_FD", "RAZDAR_LIFELINE_FD", "RAZDAR_LISTEN_FD"}


@check("python", "Python")
def _python(site: Site) -> Found:  # noqa: ARG001 - every check takes the site
    version = sys.version_info[:2]
    said = f"Python {version[0]}.{version[1]}"
    if version < OLDEST:
        return broken(f"{said} is too old; Razdar needs 3.11 or newer.", "apt-get install python3")
    if version > NEWEST:
        return look_at(f"{said} is newer than what this version was tested with (3.11 to 3.13).")
    return works(f"{said}.")


@check("packages", "Packages")
def _packages(site: Site) -> Found:  # noqa: ARG001 - as above
    """The libraries that are installed are those of the lock file."""
    try:
        pinned = _PINNED.findall(_LOCK.read_text())
    except OSError:
        return skipped("There is no lock file beside the program to compare with.")
    wrong = sorted(set(_differing(pinned)))
    if wrong:
        more = f" and {len(wrong) - 3} more" if len(wrong) > 3 else ""
        said = f"Not the versions that were tested: {', '.join(wrong[:3])}{more}."
        return broken(said, f"make -C {_LOCK.parent} runtime")
    return works(f"All {len({name for name, _, _ in pinned})} are those of the lock file.")


def _differing(pinned: Sequence[tuple[str, str, str]]) -> Iterator[str]:
    wanted: dict[str, set[str]] = {}
    for name, version, _ in pinned:
        wanted.setdefault(name, set()).add(version)
    everywhere = {name for name, _, condition in pinned if not condition}
    for name, versions in wanted.items():
        try:
            if metadata.version(name) not in versions:
                yield name
        except metadata.PackageNotFoundError:
            if name in everywhere:
                yield name


@check("settings", "Settings")
def _settings(site: Site) -> Found:
    """Each variable named RAZDAR_... is one of this version, so that none was mistyped."""
    known = set(_SETTING.findall(env.__doc__ or "")) | _BETWEEN_PROCESSES
    unknown = sorted(name for name in os.environ if _SETTING.fullmatch(name) and name not in known)
    if unknown:
        mend = "systemctl edit razdar-web" if site.as_units else f"unset {unknown[0]}"
        return look_at(f"{unknown[0][:60]} is no setting of this version, and has no effect.", mend)
    return works("They can be read, and each is a setting of this version.")


@check("protections", "Protections of the pages")
def _protections(site: Site) -> Found:  # noqa: ARG001 - as above
    """Debugging is off, and Django's own checks of a deployment find nothing."""
    if settings.DEBUG:
        return broken("Debugging is on: error pages show what they must not.", "unset DJANGO_DEBUG")
    secure = bool(settings.BASE_URL.secure)
    found = [one.id for one in django_checks.run_checks(include_deployment_checks=secure) if _matters(one)]
    if found:
        return broken(f"Django's own checks found {', '.join(sorted(map(str, found)))}.", "razdar check")
    if not secure:
        return look_at("Pages are served without TLS, for this computer alone.", "razdar units --url https://NAME")
    return works("Debugging is off, and cookies go over TLS alone.")


def _matters(found: django_checks.CheckMessage) -> bool:
    return found.level >= django_checks.WARNING and found.id not in settings.SILENCED_SYSTEM_CHECKS


@check("mail", "Outgoing mail")
def _mail(site: Site) -> Found:  # noqa: ARG001 - as above
    """This version sends none, so nothing may leave that way: Django would mail whole error reports."""
    if settings.ADMINS or settings.MANAGERS:
        return broken("Error reports would be mailed, and they hold what must not leave.", "razdar check")
    return works("This version sends no mail, and needs no settings for it.")


@check("web", "Pages")
def _web(site: Site) -> Found:
    """The web process of this host serves the sign-in page."""
    status, _ = _fetched(_SIGN_IN)
    if status is None:
        return broken("The web process does not answer on this host.", site.start("web"))
    if status >= 500:
        return broken("The web process answers with an error of its own.", _journal(site))
    return works("The web process answers.")


@check("static", "Styles and scripts", after=("web",))
def _static(site: Site) -> Found:
    """What the sign-in page names can be fetched."""
    _, page = _fetched(_SIGN_IN)
    styles = _STYLE.findall(page)
    if not styles:
        return broken("The sign-in page names no style sheet: its files were not prepared.", site.start("web"))
    missing = [path for path in styles if _fetched(path)[0] != 200]
    if missing:
        return broken(f"{len(missing)} files that pages need are missing.", site.start("web"))
    return works("What the sign-in page needs can be fetched.")


def _fetched(path: str) -> tuple[int | None, str]:
    """Status and text of a page of this host's web process, as the proxy would ask for it; no status: no answer."""
    host, port = default_address(settings.BASE_URL)
    headers = {"Host": settings.BASE_URL.host, "X-Forwarded-Proto": "https" if settings.BASE_URL.secure else "http"}
    try:
        with closing(http.client.HTTPConnection(host, port, timeout=_SECONDS)) as connection:
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            return answer.status, answer.read(1 << 20).decode(errors="replace")
    except (OSError, http.client.HTTPException):
        return None, ""


def _journal(site: Site) -> str:
    return "journalctl -u razdar-web -p warning -n 50" if site.as_units else f"less {site.var}/log/web.log"
