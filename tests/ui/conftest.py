"""The gallery as a site of its own: no database, no collected files, the product's templates, scripts and headers."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from django.conf import settings
from django.test import override_settings
from playwright.sync_api import Browser

from razdar.core.permissions import Permission
from razdar.core.registry import Registry
from razdar.ui import languages, palette, shell
from razdar.ui.shell import Command, Destination
from tests.browsers import chromium, pages

HERE = Path(__file__).parent

NAVIGATION: Registry[Destination] = Registry("destination")
NAVIGATION.register("a")(Destination("Customers", "gallery", order=1))
NAVIGATION.register("b")(Destination("Interactions", "reveal", order=2))
NAVIGATION.register("c")(Destination("Who looked", "sign-in", order=3))
NAVIGATION.register("d")(Destination("Privacy requests", "account_logout", order=4))

COMMANDS: Registry[Command] = Registry("command")
COMMANDS.register("new")(Command("New customer", "reveal", Permission.CUSTOMERS_FIELD_REVEAL, "add create"))
COMMANDS.register("erase")(Command("Erase somebody", "reveal", Permission.PRIVACY_CUSTOMER_ERASE))
COMMANDS.register("done")(Command("Do it at once", "done", post=True, values={"by": "hand"}))
COMMANDS.register("find")(
    Command("Find by e-mail", "done", post=True, values={"by": "email"}, typed="value", order=900)
)
SOURCES = {name: source for name, source in palette.SOURCES.items() if name in {"languages", "appearance"}}


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
    with (
        override_settings(**site_settings()),
        patch.object(shell, "NAVIGATION", NAVIGATION),
        patch.object(palette, "COMMANDS", COMMANDS),
        patch.object(palette, "SOURCES", SOURCES),
        patch.object(languages, "REMEMBERS", {}),  # nobody of the gallery has an account
        pages("127.0.0.1") as address,
    ):
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened
