"""The vendored files are exactly the locked ones, every file of the front end is known, and nothing points outside."""

import base64
import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import override_settings

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "src/razdar/ui/static/ui"
VENDORED = (STATIC / "vendor", ROOT / "tests/ui/vendor")
TEMPLATES = ROOT / "src/razdar"
FORBIDDEN = re.compile(r"\beval\(|new Function|\.innerHTML|insertAdjacentHTML|document\.write|\.style\b")
FREE = {"0BSD", "MIT", "OFL-1.1", "MPL-2.0"}


def packages(folder: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((folder / "assets.lock.json").read_text())["packages"]
    return found


@pytest.mark.parametrize("folder", VENDORED, ids=["product", "tests"])
def test_files_on_disk_are_the_locked_ones(folder: Path) -> None:
    on_disk = {
        str(path.relative_to(folder)): "sha384-" + base64.b64encode(hashlib.sha384(path.read_bytes()).digest()).decode()
        for path in folder.rglob("*")
        if path.is_file() and path.name != "assets.lock.json"
    }
    locked: dict[str, str] = {}
    for package in packages(folder):
        locked |= package["files"]
    assert on_disk == locked


@pytest.mark.parametrize("folder", VENDORED, ids=["product", "tests"])
def test_every_package_names_its_origin_and_a_known_licence(folder: Path) -> None:
    for package in packages(folder):
        assert package["licence"] in FREE
        assert re.fullmatch(r"sha512-[A-Za-z0-9+/]{86}==", str(package["integrity"]))
        assert re.fullmatch(r"\d+\.\d+\.\d+", str(package["version"]))
        assert any(name.endswith("LICENSE") for name in package["files"])


def test_no_file_points_to_an_absent_map_or_a_foreign_host() -> None:
    for path in STATIC.rglob("*"):
        if path.suffix in {".js", ".css"}:
            text = path.read_text()
            assert "sourceMappingURL" not in text, path.name
            assert not re.search(r"(?:url\(|import\s)\s*['\"]?https?://", text), path.name


def test_every_icon_that_is_used_is_in_the_sprite() -> None:
    sprite = re.findall(r' id="([^"]+)"', (STATIC / "vendor/bootstrap-icons/sprite.svg").read_text())
    pattern = re.compile(r'\{% icon "([^"]+)" %\}|icon_name="([^"]+)"')
    used = {a or b for path in TEMPLATES.rglob("*.html") for a, b in pattern.findall(path.read_text())}
    assert used <= set(sprite)


def test_every_script_of_ours_is_strict_and_builds_no_code() -> None:
    for path in STATIC.glob("*.js"):
        text = path.read_text()
        assert '"use strict";' in text
        assert not FORBIDDEN.search(text), path.name


def test_static_files_collect_under_hashed_names(tmp_path: Path) -> None:
    storages = {
        "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    }
    with override_settings(STATIC_ROOT=tmp_path, STORAGES=storages):
        call_command("collectstatic", interactive=False, verbosity=0)
    names = [path.name for path in tmp_path.glob("ui/*") if path.is_file()]
    assert any(re.fullmatch(r"razdar\.[0-9a-f]{12}\.css", name) for name in names)


def test_every_class_in_a_template_has_a_look() -> None:
    ours = [path for path in TEMPLATES.glob("*/static/**/*.css") if "vendor" not in path.parts]
    styles = [*ours, STATIC / "vendor/bootstrap/bootstrap.min.css"]
    known = {name for style in styles for name in re.findall(r"\.(-?[A-Za-z_][\w-]*)", style.read_text())}
    idle = []
    for path in TEMPLATES.rglob("*.html"):
        text = re.sub(r"\{%.*?%\}|\{\{.*?\}\}", "\0", path.read_text(), flags=re.DOTALL)
        names = {name for value in re.findall(r'class="([^"]*)"', text) for name in value.split() if "\0" not in name}
        idle += [f"{path.relative_to(TEMPLATES)}: {name}" for name in sorted(names - known)]
    assert idle == []
