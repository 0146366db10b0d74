"""Where the pictures of `make screenshots` go, and the page that shows them side by side."""

import html
from collections import defaultdict
from pathlib import Path

from tests.needs import ROOT

FOLDER = ROOT / "var" / "screenshots"
HEAD = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Razdar: every screen</title><style>
body{font:14px system-ui;margin:1rem;background:#eee;color:#111}section{margin:0 0 2rem}h2{margin:.2rem 0}
div{display:flex;gap:.5rem;overflow-x:auto;align-items:start}figure{margin:0;background:#fff;border:1px solid #999}
figcaption{padding:.2rem .4rem}img{display:block;height:26rem;width:auto}</style><h1>Razdar: every screen</h1>
"""


def path(screen: object, language: str, look: str, width: int) -> Path:
    """A picture's file: what it shows stands in its name."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    return FOLDER / f"{str(screen).replace(':', '.')}~{language}~{look}~{width}.png"


def index() -> Path:
    """Write the page that shows every picture there is; its path."""
    found: defaultdict[str, list[Path]] = defaultdict(list)
    for file in sorted(FOLDER.glob("*~*~*~*.png")):
        found[file.name.partition("~")[0]].append(file)
    parts = [HEAD]
    for screen, files in found.items():
        parts.append(f"<section><h2>{html.escape(screen)}</h2><div>")
        for file in files:
            name = html.escape(file.name)
            caption = html.escape(" ".join(file.stem.split("~")[1:]))
            parts.append(f'<figure><figcaption>{caption}</figcaption><a href="{name}">')
            parts.append(f'<img loading="lazy" src="{name}" alt="{html.escape(screen)}, {caption}"></a></figure>')
        parts.append("</div></section>")
    page = FOLDER / "index.html"
    page.write_text("\n".join(parts))
    return page


if __name__ == "__main__":
    shown = index()
    count = len(list(FOLDER.glob("*~*~*~*.png")))
    print(f"{count} pictures, {shown.relative_to(ROOT)}")  # noqa: T201 - what it prints is what it is for
