"""Open pages of the gallery in a browser, with all that they complain about; pictures; axe."""

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Page

HERE = Path(__file__).parent
AXE = (HERE / "vendor/axe-core/axe.min.js").read_text()
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WIDE, NARROW = 1280, 320
# What is said about an error that a test provokes, and about a request that another one replaced.
EXPECTED = ("status of 4", "status of 5", "Error Code 4", "Error Code 5", "ERR_INTERNET_DISCONNECTED")
REPLACED = ("htmx:afterRequest", "htmx:sendAbort")


@dataclass
class Visit:
    """An open page and what it complained about."""

    page: Page
    complaints: list[str] = field(default_factory=list)

    def unexpected(self) -> list[str]:
        return [text for text in self.complaints if not any(known in text for known in EXPECTED + REPLACED)]


def new_page(context: BrowserContext) -> Visit:
    page = context.new_page()
    visit = Visit(page)
    page.on("console", lambda message: visit.complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: visit.complaints.append(str(error)))
    page.add_init_script(
        "document.addEventListener('securitypolicyviolation',"
        " event => console.error('CSP', event.violatedDirective, event.blockedURI))"
    )
    return visit


def picture(page: Page, name: str) -> None:
    folder = os.environ.get("RAZDAR_SCREENSHOTS")
    if folder:
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def axe(page: Page) -> list[Any]:
    page.evaluate(AXE)
    result = page.evaluate("tags => axe.run({runOnly: tags})", AXE_TAGS)
    return [(v["id"], [n["html"][:200] + str(n["any"][:1]) for n in v["nodes"]]) for v in result["violations"]]
