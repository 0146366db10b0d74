"""The gallery as a site of its own: no database, no collected files, the product's templates, scripts and headers."""

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from django.conf import settings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.handlers.wsgi import WSGIHandler
from django.core.servers.basehttp import ThreadedWSGIServer
from django.test import override_settings
from django.test.testcases import QuietWSGIRequestHandler
from playwright.sync_api import Browser, sync_playwright

from razdar.core.registry import Registry
from razdar.ui import shell
from razdar.ui.shell import Destination

HERE = Path(__file__).parent
CHROMIUM = "/usr/bin/chromium"
FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
)

NAVIGATION: Registry[Destination] = Registry("destination")
NAVIGATION.register("a")(Destination("Customers", "gallery", order=1))
NAVIGATION.register("b")(Destination("Interactions", "reveal", order=2))
NAVIGATION.register("c")(Destination("Who looked", "sign-in", order=3))
NAVIGATION.register("d")(Destination("Privacy requests", "account_logout", order=4))


def site_settings() -> dict[str, Any]:
    processors = ("django.template.context_processors.request", "django.template.context_processors.i18n")
    return {
        "ROOT_URLCONF": "tests.ui.gallery",
        "LOGIN_URL": "sign-in",
        "STEP_UP_URL": "account_reauthenticate",
        "ALLOWED_HOSTS": ["*"],
        "SECURE_SSL_REDIRECT": False,
        "MIDDLEWARE": [
            "razdar.ui.csp.ContentSecurityPolicyMiddleware",
            "django.middleware.locale.LocaleMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "tests.ui.gallery.SomebodyMiddleware",
            "razdar.ui.pages.ErrorPagesMiddleware",
        ],
        "TEMPLATES": [
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "APP_DIRS": True,
                "DIRS": [HERE / "templates"],
                "OPTIONS": {"context_processors": list(processors)},
            }
        ],
        "CACHES": {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}},
        "STORAGES": {
            **settings.STORAGES,
            "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
        },
    }


@pytest.fixture
def gallery_site() -> Iterator[None]:
    with override_settings(**site_settings()):
        yield


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    """The gallery on a loopback port."""
    with override_settings(**site_settings()), patch.object(shell, "NAVIGATION", NAVIGATION):
        server = ThreadedWSGIServer(("127.0.0.1", 0), QuietWSGIRequestHandler)
        server.daemon_threads = True
        server.set_app(StaticFilesHandler(WSGIHandler()))
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not shutil.which(CHROMIUM):
        pytest.skip(f"{CHROMIUM} is not installed")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield opened
        opened.close()
