"""The desk is tried in the small installation of the door tests, by people who are really signed in."""

from tests.doors.conftest import house

__all__ = ["house"]
