"""Alerts, incidents, exposure, threat board: what goes wrong, noticed."""
