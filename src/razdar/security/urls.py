"""Addresses of room ``security``; included at the root, because the policy header names the report's path."""

from django.urls import path

from razdar.security import views
from razdar.ui.csp import REPORT_PATH

app_name = "security"

urlpatterns = [path(REPORT_PATH.removeprefix("/"), views.csp_report, name="csp-report")]
