"""Every address of the product. A room's addresses stand in its own ``urls`` module."""

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

ROOMS = ("ui", "identity", "customers", "interactions", "privacy", "security", "oversight", "assurance", "desk")

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include(f"razdar.{room}.urls")) for room in ROOMS if find_spec(f"razdar.{room}.urls")
]
